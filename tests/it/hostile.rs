//! Nothing gets in: whatever feeds put into titles, names, addresses and texts, plain output carries nothing that a
//! terminal obeys; and what the program keeps is nobody else's to read.

use crate::support::home::Home;
use crate::support::pty::{Pty, Shows};
use crate::support::server::{Reply, Server};
use std::collections::BTreeMap;

/// What terminals obey, and what makes a text look like another one.
const PAYLOADS: &[&str] = &[
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{1b}]0;owned\u{7}",
    "\u{1b}]2;owned\u{1b}\\",
    "\u{1b}]8;;https://evil.example/\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{1b}]9;note\u{7}",
    "\u{1b}]777;notify;a;b\u{7}",
    "\u{1b}]1337;File=name=eA==;inline=1:AAAA\u{7}",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}[?1049l",
    "\u{1b}[?1003h",
    "\u{1b}[6n\u{1b}[5n",
    "A\u{1b}[200000b",
    "\u{1b}P1;1|17/6c730d\u{1b}\\",
    "\u{1b}Pq#0;2;0;0;0~\u{1b}\\",
    "\u{1b}_Ga=T,f=100;AAAA\u{1b}\\",
    "\u{1b}c",
    "\u{1b}#8",
    "\u{e} lqk \u{f}",
    "\u{9b}31m",
    "\u{9d}52;c;ZXZpbA==\u{9c}",
    "\u{90}q~\u{9c}",
    "\u{7}\u{7}",
    "evil\u{8}\u{8}\u{8}\u{8}good",
    "evil text\rgood",
    "\u{b}\u{c}",
    "\u{7f}",
    "\u{5}",
    "safe\u{202e}gpj.exe",
    "a\u{2066}b\u{2067}c",
    "pay\u{200b}pal",
    "a\u{e0041}\u{e0042}\u{e007f}",
    "a\u{2028}b\u{2029}c\u{85}d",
    // As the program itself might send them, but for the noughts, which tell them from its own.
    "\u{1b}[0031;007m",
    "\u{1b}[003;003H",
    "\u{1b}[?01049l",
    "\u{1b}]8;;https://news.example/\u{1b}\\\u{1b}[00K",
    "a\u{61c}b\u{200e}c\u{200f}d\u{202a}e\u{202d}f\u{2068}g\u{2069}",
    "\u{2060}\u{2063}\u{feff}\u{ad}\u{180e}\u{3164}\u{fff9}x\u{fffb}",
    "\u{98}sos\u{9c}\u{9e}pm\u{9c}\u{9f}apc\u{9c}\u{84}\u{8d}",
];

/// Bytes that are no text in any encoding, or text in the wrong one: an escape in two and three bytes, controls of the
/// second kind as single bytes, halves of letters.
const BYTES: &[&[u8]] = &[
    b"\xc0\x9b[2J",
    b"\xe0\x80\x9b[2J",
    b"\xf0\x80\x80\x9b[2J",
    b"\x9b2J",
    b"\x9d0;owned\x07",
    b"\xc2\xc2\x9b31m",
    b"\xed\xa0\x80",
    b"\xe2\x80",
];

/// A feed with one entry a payload, in all that is shown of it: as it is, and as character references.
fn feed(payloads: &[&str]) -> String {
    let reference = |p: &str| -> String {
        p.chars()
            .map(|c| match c {
                '&' => "&amp;".into(),
                '<' => "&lt;".into(),
                c if (c as u32) < 32 || (127..160).contains(&(c as u32)) => format!("&#{};", c as u32),
                c => c.to_string(),
            })
            .collect()
    };
    let items: String = payloads
        .iter()
        .enumerate()
        .map(|(n, p)| {
            let (r, page) = (reference(p), format!("https://news.example/{n}"));
            // Of its own, so that no two are one story.
            let own: String = (0..14).map(|i| format!("{:x} ", (n * 14 + i + 1).wrapping_mul(0x9e37_79b9_7f4a) >> 8)).collect();
            format!(
                "<item><guid>{n}</guid><title>entry{n:02} {own} {r} <![CDATA[{p}]]></title><link>{page}{r}</link>\
                 <dc:creator>by {r}</dc:creator><category>c{r}</category>\
                 <description>&lt;p&gt;text {own} {r} text&lt;/p&gt;&lt;p&gt;&lt;a href=\"{page}/{r}\"&gt;link {r}&lt;/a&gt;&lt;/p&gt; <![CDATA[{p}]]></description></item>"
            )
        })
        .collect();
    let name = reference(&payloads.concat());
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Harbour {name}</title>{items}</channel></rss>"
    )
}

/// What a stream asks of a terminal, by kind: control characters, escape sequences without their figures, commands by
/// their number; each with how often.
fn kinds(raw: &[u8]) -> BTreeMap<String, usize> {
    let text = String::from_utf8_lossy(raw);
    let mut chars = text.chars().peekable();
    let mut out = BTreeMap::new();
    while let Some(c) = chars.next() {
        let kind = match c {
            '\u{1b}' => match chars.next() {
                Some('[') => {
                    let mut all = String::new();
                    let end = loop {
                        match chars.next() {
                            Some(c) if ('@'..='~').contains(&c) => break c,
                            Some(c) => all.push(c),
                            None => break ' ',
                        }
                    };
                    // A mode by its number; all else by what it does.
                    let figures = if matches!(end, 'h' | 'l') { all } else { all.chars().filter(|c| "?><=$ ".contains(*c)).collect() };
                    format!("CSI {figures}{end}")
                }
                Some(open @ (']' | 'P' | '_' | '^' | 'X')) => {
                    let mut all = String::new();
                    while let Some(c) = chars.next() {
                        if c == '\u{7}' || (c == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                            break;
                        }
                        all.push(c);
                    }
                    format!("{open} {}", all.split(';').next().unwrap_or_default())
                }
                other => format!("ESC {other:?}"),
            },
            c if c.is_control()
                || matches!(c, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}') =>
            {
                format!("{:04x}", c as u32)
            }
            _ => continue,
        };
        *out.entry(kind).or_default() += 1;
    }
    out
}

async fn home(feed: String) -> (Server, Home) {
    let server = Server::start(move |_| Reply::ok(&feed).header("Content-Type", "application/rss+xml; charset=utf-8")).await;
    let home = Home::new();
    tokio::task::block_in_place(|| home.ok(&["add", "--full-text", "never", &server.url("/feed")]));
    (server, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_output_is_plain() {
    let (_server, home) = home(feed(PAYLOADS)).await;
    tokio::task::block_in_place(|| {
        let first = home.json(&["list", "--limit", "1"]).remove(0)["id"].to_string();
        let commands: [&[&str]; 9] = [
            &["list"],
            &["list", "--json"],
            &["list", "--by", "story"],
            &["show", &first],
            &["show", &first, "--json"],
            &["search", "text"],
            &["search", "text", "--json"],
            &["feeds"],
            &["poll", "--all"],
        ];
        for args in commands {
            let ran = home.run(args);
            for (name, said) in [("stdout", &ran.out), ("stderr", &ran.err)] {
                let kinds: Vec<_> = kinds(said.as_bytes()).into_keys().filter(|kind| kind != "000a").collect();
                assert!(kinds.is_empty(), "{args:?} {name}: {kinds:?}");
            }
        }
    });
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_reads_what_the_program_writes() {
    use std::os::unix::fs::PermissionsExt;
    let (_server, home) = home(feed(&["plain"])).await;
    tokio::task::block_in_place(|| {
        home.ok(&["poll", "--all"]);
        let mut folders = vec![home.cache()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files += 1;
                    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
                }
            }
        }
        assert!(files >= 3, "cache, lock and a snapshot");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_is_told_and_restored() {
    let (_server, home) = home(feed(&["plain"])).await;
    tokio::task::block_in_place(|| {
        let listed = home.ok(&["restore", "--list"]).out;
        assert!(listed.starts_with("2025-08-16  1 feed, 0 marks"), "{listed}");
        let file = home.cache().join("cache.db");
        for beside in ["cache.db-wal", "cache.db-shm"] {
            let _ = std::fs::remove_file(home.cache().join(beside));
        }
        std::fs::write(&file, "not a database ".repeat(999)).unwrap();
        for args in [&["list"][..], &["poll"], &["doctor"]] {
            let ran = home.run(args);
            let said = ran.out + &ran.err;
            assert!(
                ran.code == 1 && said.contains("The cache file is no database.") && said.contains("`wiredesk restore`"),
                "{args:?}: {said}"
            );
        }
        let restored = home.ok(&["restore"]).out;
        assert!(restored.contains("Brought back 1 feed") && restored.contains("damaged-2025-08-16"), "{restored}");
        assert_eq!(home.json(&["feeds"]).len(), 1);
        home.ok(&["poll", "--all"]);
        assert_eq!(home.json(&["list"]).len(), 1);
    });
}

/// What a terminal was sent that the reader's own drawing does not send: as much of it as tells what it is.
fn foreign(raw: &[u8]) -> Vec<String> {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text,
        Err(e) => return vec![format!("no text from {:02x?}", &raw[e.valid_up_to()..raw.len().min(e.valid_up_to() + 4)])],
    };
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '\u{1b}' {
            let invisible = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
            if invisible || (c.is_control() && !matches!(c, '\r' | '\n')) {
                out.push(format!("{c:?}"));
            }
            continue;
        }
        let end = match rest.chars().next() {
            Some('[') => rest.find(|c: char| c != '[' && ('@'..='~').contains(&c)).map(|n| n + 1),
            Some(']' | 'P' | '_' | '^' | 'X') => {
                rest.find(['\u{7}', '\u{1b}']).map(|n| n + if rest[n..].starts_with("\u{1b}\\") { 2 } else { 1 })
            }
            Some(c) => Some(c.len_utf8()),
            None => None,
        };
        let (sequence, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        if !own(sequence) {
            out.push(format!("{sequence:?}"));
        }
    }
    out
}

/// Whether the reader sends this (without its escape): colours, places, its modes, its questions, its links and what was
/// copied.
fn own(sequence: &str) -> bool {
    const MODES: &[&str] = &["25", "1000", "1002", "1003", "1004", "1006", "1015", "1049", "2004", "2026", "2031"];
    let numbers =
        |text: &str| text.split([';', ':']).all(|n| n.is_empty() || n == "0" || (!n.starts_with('0') && n.parse::<u16>().is_ok()));
    if let Some(csi) = sequence.strip_prefix('[') {
        let Some(end) = csi.chars().next_back() else { return false };
        let figures = &csi[..csi.len() - 1];
        return match end {
            'm' | 'H' | 'J' | 'K' | 'A'..='D' | 'G' => numbers(figures),
            'h' | 'l' => figures.strip_prefix('?').is_some_and(|mode| MODES.contains(&mode)),
            _ => matches!(csi, "?996n" | "16t" | "c"),
        };
    }
    if let Some(link) = sequence.strip_prefix("]8;;").and_then(|l| l.strip_suffix("\u{1b}\\")) {
        return link.is_empty()
            || (link.starts_with("http") && !link.starts_with("https://evil") && link.bytes().all(|b| b.is_ascii_graphic()));
    }
    if let Some(copied) = sequence.strip_prefix("]52;c;").and_then(|l| l.strip_suffix("\u{1b}\\").or(l.strip_suffix('\u{7}'))) {
        let held = base64(copied);
        // What the payload would put there is told from what the test copies.
        return !held.is_empty() && held != "evil" && held.chars().all(|c| c == '\n' || !c.is_control());
    }
    matches!(sequence, "7" | "8" | "]11;?\u{1b}\\") || sequence.starts_with("_Gi=31,")
}

/// What a text in base64 says; nothing if it is none.
fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let Some(n) = LETTERS.iter().position(|l| *l == letter) else { return String::new() };
        (held, bits) = (held << 6 | n as u32, bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[test]
fn what_is_not_the_readers_own_is_seen() {
    assert_eq!(foreign("\u{1b}[1;31mred\u{1b}[0m\u{1b}[12;3H\u{1b}[?2026l\r\n".as_bytes()), Vec::<String>::new());
    // Some the reader sends too; the same with noughts in them stand for these.
    let alike = ["\u{1b}[2J\u{1b}[H", "\u{1b}[?1049l", "\u{1b}[?1003h", "evil text\rgood"];
    for payload in PAYLOADS.iter().filter(|p| !alike.contains(p)) {
        assert!(!foreign(format!("before {payload} after").as_bytes()).is_empty(), "{payload:?}");
    }
    assert!(BYTES.iter().all(|bytes| !foreign(bytes).is_empty()));
}

/// Everything that is hostile, in feeds of three kinds, a list of subscriptions, names of files, and pages.
async fn world() -> (Server, Home) {
    let page = |n: usize| {
        let p = PAYLOADS[n % PAYLOADS.len()];
        let words = "The ferry runs at night, the harbour said, and the pier stays open. ".repeat(9);
        format!(
            "<!doctype html><title>{p} page</title><meta name=author content=\"by {p}\"><meta property=og:site_name content=\"{p}\">\
             <script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":{},\"author\":{{\"name\":{}}}}}</script>\
             <article><h1>{p} page</h1><p>{words}{p}</p><p><a href=\"https://news.example/{p}\">a link {p}</a> {words}</p>\
             <figure><img src=\"/x.png?{p}\" alt=\"alt {p}\"><figcaption>caption {p} (dpa{p})</figcaption></figure>\
             <pre>code {p}</pre><table><tr><td>{p}<td>cell</table><ul><li>{p} {words}</ul></article>",
            serde_json::to_string(p).unwrap(),
            serde_json::to_string(p).unwrap()
        )
    };
    let teasers: String =
        (0..PAYLOADS.len()).map(|n| format!("<item><guid>p{n}</guid><title>paged {n}</title><link>/page/{n}</link></item>")).collect();
    let mut bytes =
        b"<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Bytes \xc0\x9b]0;owned\x07</title>".to_vec();
    for (n, payload) in BYTES.iter().enumerate() {
        bytes.extend_from_slice(format!("<item><guid>b{n}</guid><title>bytes {n} ").as_bytes());
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(b"</title><description>text ");
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(b"</description></item>");
    }
    bytes.extend_from_slice(b"</channel></rss>");
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/feed" => Reply::ok(feed(PAYLOADS)).header("Content-Type", "application/rss+xml; charset=utf-8"),
        "/latin" => Reply::ok(&bytes).header("Content-Type", "application/rss+xml; charset=iso-8859-1"),
        "/bytes" => Reply::ok(&bytes),
        "/paged" => Reply::ok(format!("<rss version=\"2.0\"><channel><title>Paged</title>{teasers}</channel></rss>")),
        "/wrong" => Reply::raw(b"HTTP/1.1 500 \x1b]0;owned\x07\r\nContent-Type: \x9b31m\r\nContent-Length: 0\r\n\r\n"),
        path => match path.strip_prefix("/page/").and_then(|n| n.parse().ok()) {
            Some(n) => Reply::ok(page(n)).header("Content-Type", "text/html; charset=utf-8"),
            None => Reply::new(404),
        },
    })
    .await;
    let home = Home::new();
    tokio::task::block_in_place(|| {
        for (path, text) in [("/feed", "never"), ("/latin", "never"), ("/bytes", "never"), ("/paged", "always")] {
            home.ok(&["add", "--full-text", text, &server.url(path)]);
        }
        home.ok(&["add", "--no-check", &server.url("/wrong")]);
        let list: String = PAYLOADS
            .iter()
            .enumerate()
            .map(|(n, p)| {
                let refer: String = p.chars().map(|c| format!("&#{};", c as u32)).collect();
                format!("<outline text=\"{refer} folder\"><outline text=\"{refer} {n}\" category=\"{refer}\" xmlUrl=\"{}?{n}{refer}\"/></outline>", server.url("/404"))
            })
            .collect();
        let path = home.path().join("\u{1b}]0;owned\u{7}.opml");
        std::fs::write(&path, format!("<opml version=\"2.0\"><body>{list}</body></opml>")).unwrap();
        let ran = home.ok(&["import", path.to_str().unwrap()]);
        assert_eq!(foreign((ran.out + &ran.err).as_bytes()), Vec::<String>::new());
        let folder = home.path().join("watched \u{1b}[2J");
        std::fs::create_dir(&folder).unwrap();
        for (n, p) in PAYLOADS.iter().enumerate() {
            let name: String = p.chars().filter(|c| !matches!(c, '/' | '\0')).collect();
            let path = folder.join(format!("{n} {name}.txt"));
            std::fs::write(&path, format!("Filed {n}\n\n{p} text of a file\n")).unwrap();
            // What was written a moment ago may not be whole yet.
            let hours_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_755_300_000);
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(hours_ago).unwrap();
        }
        let ran = home.ok(&["add", folder.to_str().unwrap()]);
        assert_eq!(foreign((ran.out + &ran.err).as_bytes()), Vec::<String>::new());
    });
    (server, home)
}

/// The escape key as newer terminals write it: no other key can begin with it.
const ESCAPE: &str = "\u{1b}[27u";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_reaches_the_terminal_that_the_reader_did_not_write() {
    let (_server, mut home) = world().await;
    home.at("2025-08-16T14:00:00Z");
    tokio::task::block_in_place(|| {
        let nothing = Vec::<String>::new();
        // A row an article, so that each is opened.
        let config = home.path().join("rows.toml");
        std::fs::write(&config, "[list]\nrows = \"article\"\n").unwrap();
        home.set("WIREDESK_CONFIG", config.to_str().unwrap());
        let mut shown = std::collections::BTreeSet::new();
        for (args, cols, rows, articles) in [(&[][..], 160, 45, 180), (&["--linear"][..], 60, 20, 25)] {
            let mut pty = Pty::start_in(Shows::Silent, &home, args, cols, rows, &[("EDITOR", "true")]);
            pty.until("headlines", |s| s.contains("entry") || s.contains("paged"));
            pty.send("\r");
            for n in 0..articles {
                pty.send("J");
                if n % 9 == 4 {
                    pty.send("4jj3wT=");
                }
                shown.extend(pty.redrawn().split_whitespace().map(str::to_owned));
                for _ in 0..if n % 9 == 4 { 3 } else { 0 } {
                    pty.send(ESCAPE);
                    pty.redrawn();
                }
            }
            for keys in ["yy", "yt", "ym", "yq", "g", "d", "s", "v", "jH", "m"] {
                pty.send(keys);
                shown.extend(pty.redrawn().split_whitespace().map(str::to_owned));
            }
            pty.send(ESCAPE);
            pty.redrawn();
            for keys in ["1", "jjjj", "F", "jj\r", "jjjj"] {
                pty.send(keys);
                pty.redrawn();
            }
            for _ in 0..4 {
                pty.send(ESCAPE);
                pty.redrawn();
            }
            pty.send(":owned");
            pty.see("owned");
            pty.send(ESCAPE);
            pty.redrawn();
            pty.send("2/text\r");
            pty.redrawn();
            for (cols, rows) in [(80, 24), (37, 9), (200, 60)] {
                pty.resize(cols, rows);
                pty.redrawn();
            }
            pty.send("Q");
            assert!(pty.end().success());
            pty.restored();
            assert_eq!(foreign(&pty.raw()), nothing, "{args:?}");
        }
        let seen = |word: &str| shown.iter().any(|w| w.contains(word));
        for word in ["entry00", "entry38", "bytes", "paged"] {
            assert!(seen(word), "{word} was never shown, but {:?}", shown.iter().filter(|w| w.contains("entry")).collect::<Vec<_>>());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_in_a_terminal_is_plain_but_for_its_weight() {
    let (_server, mut home) = world().await;
    home.at("2025-08-16T14:00:00Z");
    tokio::task::block_in_place(|| {
        let first = home.json(&["list", "paged", "--limit", "1"]).remove(0)["id"].to_string();
        let commands: [&[&str]; 12] = [
            &["list"],
            &["list", "--by", "story"],
            &["list", "\u{1b}]0;owned\u{7}\"("],
            &["show", &first],
            &["show", "\u{1b}[2J"],
            &["search", "text"],
            &["stories"],
            &["feeds"],
            &["poll", "--all"],
            &["doctor"],
            &["export", "--format", "md", "paged"],
            &["\u{1b}]0;owned\u{7}"],
        ];
        for args in commands {
            let mut pty = Pty::start(&home, args, 100, 40);
            pty.end();
            let raw = pty.raw();
            let styles: Vec<String> = foreign(&raw)
                .into_iter()
                .chain(kinds(&raw).into_keys())
                .filter(|k| !matches!(k.as_str(), "CSI m" | "000a" | "000d"))
                .collect();
            let asks = ["_ Gi=31,s=1,v=1,a=q,t=d,f=24", "CSI t", "CSI c"];
            assert!(styles.iter().all(|kind| args[0] == "doctor" && asks.contains(&kind.as_str())), "{args:?}: {styles:?}");
        }
        // What it says when it breaks may quote anything.
        let mut pty = Pty::start_with(&home, &[], 100, 40, &[("WIREDESK_TEST_PANIC", PAYLOADS.concat().as_str())]);
        assert!(!pty.end().success());
        assert_eq!(foreign(&pty.raw()), Vec::<String>::new());
        assert!(pty.screen().contains("owned"), "{}", pty.screen());
    });
}
