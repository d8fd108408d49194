//! Pictures in the text, in terminals that can show them in different ways: drawn where they stand, gone when they should
//! be, and never in the way of the text.

use crate::support::home::Home;
use crate::support::pty::{PIXEL, PLACEHOLDER, Pty, Shows};
use crate::support::server::{Reply, Seen, Server};
use std::fmt::Write;

/// A picture of our own: a slope of colours, 320 × 180.
fn slope() -> Vec<u8> {
    let image = image::RgbImage::from_fn(320, 180, |x, y| image::Rgb([(x * 255 / 320) as u8, (y * 255 / 180) as u8, 120]));
    let mut png = std::io::Cursor::new(Vec::new());
    image.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// An outlet with one article: a picture near its beginning, and others below that nobody should get.
fn outlet(seen: &Seen) -> Reply {
    let host = seen.header("Host").unwrap_or_default();
    let figure =
        |src: &str, caption: &str| format!("<figure><img src=\"{src}\" alt=\"A hall\"><figcaption>{caption}</figcaption></figure>");
    match seen.path.as_str() {
        "/feed" => {
            let mut text = "<p>The first paragraph of a report from the hall in which both sides met.</p>".to_owned();
            text += &figure("/slope.png", "The hall after the talks");
            for n in 1..30 {
                write!(text, "<p>Paragraph number {n} goes on about who said what in the hall, and when it was said.</p>").unwrap();
            }
            let inside = host.replace("127.0.0.1", "localhost");
            text += &figure(&format!("http://{inside}/secret.png"), "A picture inside the network");
            text += "<p>The last paragraph.</p>";
            text += &figure("/bomb.png", "A picture that is none");
            let feed = format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
                 <title>Hall Herald</title><link>http://{host}/</link><item><title>Both sides met in the hall</title>\
                 <link>http://{host}/met</link><guid>met</guid><pubDate>Sat, 16 Aug 2025 10:00:00 GMT</pubDate>\
                 <content:encoded><![CDATA[{text}]]></content:encoded></item></channel></rss>"
            );
            Reply::ok(feed).header("Content-Type", "application/rss+xml")
        }
        "/slope.png" => Reply::ok(slope()).header("Content-Type", "image/png").header("Set-Cookie", "who=you"),
        // Says PNG, and promises more pixels than any machine has.
        "/bomb.png" => {
            Reply::ok(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0").header("Content-Type", "image/png")
        }
        _ => Reply::new(404),
    }
}

const COLOURS: (&str, &str) = ("COLORTERM", "truecolor");

/// A reader who follows that outlet, with its article on the screen.
fn reading(shows: Shows, home: &Home, env: &[(&str, &str)]) -> Pty {
    let mut pty = Pty::start_in(shows, home, &[], 80, 24, env);
    pty.see("Both sides met");
    pty.send("\r");
    pty.see("The first paragraph");
    pty
}

async fn follow() -> (Server, Home) {
    let server = Server::start(outlet).await;
    let home = Home::new();
    tokio::task::block_in_place(|| {
        home.ok(&["add", "--full-text", "never", &server.url("/feed")]);
    });
    (server, home)
}

/// The screen without its footer, which tells the time until the next poll.
fn panes(screen: &str) -> &str {
    screen.rsplit_once('\n').map_or(screen, |(above, _)| above)
}

/// The whole of a session with pictures that are shown by `sign`.
fn session(pty: &mut Pty, sign: char) {
    let rows = |screen: &str| screen.lines().filter(|l| l.contains(sign)).count();
    let screen = pty.frame("the picture", |s| rows(s) >= 12 && s.contains("The hall after the talks"));
    let last = screen.lines().collect::<Vec<_>>().iter().rposition(|l| l.contains(sign)).unwrap();
    assert!(screen.lines().nth(last + 1).unwrap().contains("The hall after"), "the caption stands below it:\n{screen}");
    assert_eq!(panes(&pty.redrawn()), panes(&screen), "a new frame shows the same");

    // Scrolled until it is cut at the top: each step, drawn over the last, shows what a new frame does.
    pty.send("jjjjjjjjj");
    let cut = pty.redrawn();
    assert!((1..12).contains(&rows(&cut)), "{cut}");
    for (key, back) in [("j", "k"), ("k", "j"), ("\x04", "\x15"), ("?", "\u{1b}")] {
        pty.send(key);
        pty.frame("something else", |s| panes(s) != panes(&cut));
        pty.send(back);
        pty.frame("the same again", |s| panes(s) == panes(&cut));
    }

    // Far below it is gone from the screen, and back in the list too.
    pty.send("G");
    let end = pty.frame("the end", |s| s.contains("The last paragraph") && rows(s) == 0 && !s.contains("on its way"));
    assert_eq!(panes(&pty.redrawn()), panes(&end));
    pty.send("g");
    pty.frame("the beginning", |s| rows(s) >= 12);
    pty.send("h");
    let list = pty.frame("the list", |s| s.contains("▸Headlines") && rows(s) == 0);
    assert_eq!(panes(&pty.redrawn()), panes(&list));
    pty.send("q");
    assert!(pty.end().success());
    pty.restored();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_answers_as_kitty() {
    let (server, home) = follow().await;
    tokio::task::block_in_place(|| {
        let mut pty = reading(Shows::Kitty, &home, &[]);
        session(&mut pty, PLACEHOLDER);
        assert!(pty.sent("a=T,U=1") >= 1 && pty.sent("a=d,d=I") >= 1, "sent, and forgotten");
    });
    let asked: Vec<Seen> = server.log().into_iter().filter(|s| s.path == "/slope.png").collect();
    assert_eq!(asked.len(), 1, "fetched once, from the shelf afterwards");
    for header in ["Cookie", "Referer", "Authorization"] {
        assert_eq!(asked[0].header(header), None);
    }
    assert!(!server.log().iter().any(|s| s.path == "/secret.png"), "a private host is never asked");

    // Without the network the shelf has it.
    drop(server);
    tokio::task::block_in_place(|| {
        let pty = reading(Shows::Kitty, &home, &[]);
        pty.until("the picture, offline", |s| s.contains(PLACEHOLDER));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_answers_as_sixel() {
    let (_server, home) = follow().await;
    tokio::task::block_in_place(|| {
        let mut pty = reading(Shows::Sixel, &home, &[]);
        session(&mut pty, PIXEL);
        assert_eq!(pty.sent("a=T,U=1"), 0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_answers_nothing_gets_words_and_loses_no_key() {
    let (server, home) = follow().await;
    tokio::task::block_in_place(|| {
        let mut pty = reading(Shows::Silent, &home, &[COLOURS]);
        pty.see("[picture] The hall after the talks");
        pty.send("q");
        pty.until("the list", |s| s.contains("▸Headlines"));
        pty.send("q");
        assert!(pty.end().success());
        pty.restored();
    });
    assert!(!server.log().iter().any(|s| s.path == "/slope.png"), "what is not shown is not fetched");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_blocks_in_any_other_terminal_and_inside_tmux() {
    let (_server, home) = follow().await;
    tokio::task::block_in_place(|| {
        for (shows, env) in [(Shows::Characters, [COLOURS, ("LANG", "C.UTF-8")]), (Shows::Kitty, [COLOURS, ("TMUX", "/tmp/none,1,0")])] {
            let mut pty = reading(shows, &home, &env);
            pty.until("half blocks", |s| s.matches(['▀', '▄']).count() > 100);
            assert_eq!(pty.sent("\x1b_G"), if env[1].0 == "TMUX" { 0 } else { 1 }, "inside tmux nothing is asked");
            pty.send("p");
            pty.until("words", |s| s.contains("[picture] The hall") && !s.contains(['▀', '▄']));
        }
        let mut pty = reading(Shows::Kitty, &home, &[("NO_COLOR", "1")]);
        pty.see("[picture] The hall after the talks");
        pty.send("Q");
        assert!(pty.end().success());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_pictures_cost_only_themselves() {
    let (_server, home) = follow().await;
    tokio::task::block_in_place(|| {
        let mut pty = reading(Shows::Kitty, &home, &[]);
        pty.send("G");
        pty.see("The picture did not come: it is");
        pty.send("\x15");
        pty.see("The picture did not come: ");
        pty.send("Q");
        assert!(pty.end().success());
    });
}

#[test]
fn the_doctor_says_which_and_why() {
    for (shows, want) in [
        (Shows::Kitty, "kitty: the terminal answered yes"),
        (Shows::Sixel, "sixel: the terminal's attributes"),
        (Shows::Characters, "half blocks: the terminal knows neither"),
        (Shows::Silent, "none: the terminal did not say"),
    ] {
        let home = Home::new();
        let mut pty = Pty::start_in(shows, &home, &["doctor"], 120, 24, &[COLOURS]);
        pty.see(want);
        assert!(pty.end().success(), "{}", pty.screen());
    }
}
