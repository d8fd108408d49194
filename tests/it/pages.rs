//! Every page in `fixtures/pages` as wiredesk reads it: add a page, get a test. Hostile pages stay harmless.

use std::fmt::Write;

use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::extract::Sites;
use wiredesk::ingest::{Source, examine, page};
use wiredesk::model::{Address, Block, Item, SiteRow, plain_text};

fn read(html: &[u8]) -> Item {
    let url = Address::parse("https://nordblatt.example/ausland/seite").expect("an address");
    let now = "2025-08-16T12:00:00Z".parse().expect("a moment");
    page(&Source { bytes: html, url: Some(&url), content_type: Some("text/html"), now }, Registry::builtin())
}

fn spans(spans: &[wiredesk::model::Span]) -> String {
    spans
        .iter()
        .map(|s| match (&s.link, s.emphasis, s.strong) {
            (Some(link), ..) => format!("[{}]({link})", s.text),
            (None, true, _) => format!("*{}*", s.text),
            (None, _, true) => format!("**{}**", s.text),
            _ => s.text.to_string(),
        })
        .collect()
}

fn show(blocks: &[Block], indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    for block in blocks {
        let _ = match block {
            Block::Paragraph { spans: s } => writeln!(out, "{pad}p  {}", spans(s)),
            Block::Heading { level, spans: s } => writeln!(out, "{pad}h{level} {}", spans(s)),
            Block::Quote { blocks } => {
                let _ = writeln!(out, "{pad}quote");
                show(blocks, indent + 2, out);
                Ok(())
            }
            Block::List { ordered, start, items } => {
                let _ = writeln!(out, "{pad}list ordered={ordered} start={start}");
                items.iter().for_each(|i| show(i, indent + 2, out));
                Ok(())
            }
            Block::Table { head, rows } => {
                let _ = writeln!(out, "{pad}table head={head}");
                rows.iter().try_for_each(|r| writeln!(out, "{pad}  {}", r.iter().map(|c| spans(c)).collect::<Vec<_>>().join(" | ")))
            }
            Block::Code { lines } => writeln!(out, "{pad}code {lines:?}"),
            Block::Picture { url, alt, caption, credit } => {
                writeln!(out, "{pad}picture {url:?} {alt:?} caption={:?} credit={credit:?}", spans(caption))
            }
            other => writeln!(out, "{pad}{other:?}"),
        };
    }
}

fn line(out: &mut String, name: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        let _ = writeln!(out, "{name}: {value}");
    }
}

#[test]
fn pages_read_as_expected() {
    let mut paths: Vec<_> = std::fs::read_dir("fixtures/pages").unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "html"));
    paths.sort();
    assert!(paths.len() >= 12);
    let mut out = String::new();
    for path in paths {
        let item = read(&std::fs::read(&path).unwrap());
        let _ = writeln!(out, "=== {}", path.file_name().unwrap().to_string_lossy());
        line(&mut out, "title", Some(&item.title));
        line(&mut out, "kicker", item.kicker.as_ref());
        line(&mut out, "summary", item.summary.as_ref());
        line(&mut out, "outlet", item.outlet.as_ref());
        line(&mut out, "url", item.url.as_ref());
        line(&mut out, "language", item.language.as_ref());
        line(&mut out, "byline", item.byline.as_ref());
        line(&mut out, "authors", Some(item.authors.iter().map(|a| a.as_str()).collect::<Vec<_>>().join("; ")).filter(|a| !a.is_empty()));
        line(&mut out, "dateline", item.dateline.as_ref());
        line(&mut out, "published", item.published);
        line(&mut out, "updated", item.updated);
        line(&mut out, "section", item.section.as_ref());
        line(&mut out, "picture", item.picture.as_ref());
        line(
            &mut out,
            "categories",
            Some(item.categories.iter().map(|a| a.as_str()).collect::<Vec<_>>().join("; ")).filter(|a| !a.is_empty()),
        );
        line(&mut out, "wall", item.wall.map(|w| format!("{w:?}")));
        line(&mut out, "complete", Some(item.complete));
        if item.live || !item.posts.is_empty() {
            let _ = writeln!(out, "live: {}", item.live);
        }
        for post in &item.posts {
            let _ = writeln!(out, "post {} {:?} {:?} {:?}", post.id, post.time, post.title, plain_text(&post.body));
        }
        show(&item.body, 2, &mut out);
    }
    insta::assert_snapshot!("pages", out);
}

/// Reads a page that is made to hurt: it ends, without harm, and what is made of it is bounded. No clock: a busy machine is
/// no fault of the page, and what is quadratic would not end within any patience. Ten times as much of each is left to the fuzzer.
#[track_caller]
fn harmless(name: &str, html: String) {
    let item = read(html.as_bytes());
    assert!(item.body.len() <= 400_000, "{name}");
    let text = plain_text(&item.body).len();
    assert!(text <= html.len() + (1 << 20), "{name}: {text} bytes of {}", html.len());
}

#[test]
fn hostile_nesting_is_harmless() {
    for tag in [
        "div",
        "span",
        "b",
        "font",
        "a",
        "ul><li",
        "table><tr><td",
        "blockquote",
        "section",
        "dl><dd",
        "x-y",
        "p",
        "em><strong",
        "figure",
        "details",
    ] {
        let n = if tag.len() <= 4 { 100_000 } else { 20_000 };
        harmless(tag, format!("<html><body>{}x", format!("<{tag}>").repeat(n)));
    }
    harmless("closed", format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000)));
}

#[test]
fn hostile_formatting_is_harmless() {
    let fonts: String = (0..20_000).map(|i| format!("<p><font size={i}><b class=c{i}>x</p>")).collect();
    harmless("formatting left open", fonts);
    harmless("crossed", "<b><p></b><i></p></i>".repeat(20_000));
    harmless("tables crossed", "<table><b><tr><i><td></table>".repeat(10_000));
}

#[test]
fn hostile_counts_are_harmless() {
    harmless("attributes", format!("<p{}>x", (0..10_000).map(|i| format!(" a{i}=v")).collect::<String>()));
    harmless("br", "<br>".repeat(30_000));
    harmless("siblings", "<p>a</p>".repeat(20_000));
    harmless("text", "word ".repeat(1 << 18));
    harmless("one word", "x".repeat(1 << 19));
    harmless("svg", format!("<svg>{}</svg>", "<g>".repeat(15_000)));
    harmless("styles left open", "<style>".repeat(15_000));
    harmless("links", "<a href=/x>y</a> ".repeat(8_000));
    harmless("cells", format!("<table>{}</table>", "<tr><td>a<td>b".repeat(3_000)));
    harmless("figures", "<figure><img src=/a.jpg><figcaption>x</figcaption></figure>".repeat(3_000));
    harmless("pictures in one figure", format!("<figure>{}", "<img src=/a.jpg><figcaption>x</figcaption>".repeat(3_000)));
}

#[test]
fn hostile_data_is_harmless() {
    let script = |s: String| format!("<html><script type=\"application/ld+json\">{s}</script><p>x");
    harmless("nested json", script("[".repeat(500_000)));
    harmless("nested objects", script(format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000))));
    harmless("graph", script(format!("[{}1]", "{\"@type\":\"Article\",\"headline\":\"x\"},".repeat(20_000))));
    harmless("hundred deep graphs", script(format!("{}1{}", "{\"@id\":\"a\",\"@graph\":".repeat(100), "}".repeat(100))));
    harmless("metas", "<meta name=author content=x>".repeat(100_000));
    harmless("entities", "&amp;".repeat(500_000));
}

#[test]
fn hostile_marks_are_harmless() {
    harmless("footnotes", (0..5000).map(|i| format!("<p>x<a href=#fn{i}>{i}</a></p><div id=fn{i}>")).collect());
    harmless("microdata", "<div itemscope itemtype=Article><p itemprop=author itemscope>".repeat(5000));
    harmless("next pages", (0..5000).map(|i| format!("<a rel=next href='?page={i}'>{i}</a>")).collect());
    harmless("embeds", "<amp-youtube data-videoid=a></amp-youtube>".repeat(5000));
    let payload = "x".repeat(100_000);
    let nested = format!("{}\"{payload}\"{}", "{\"@id\":\"a\",\"@graph\":".repeat(100), "}".repeat(100));
    harmless("a large graph in a hundred graphs", format!("<script type=\"application/ld+json\">{nested}</script><p>x"));
}

/// A rule that looks at all neighbours of each element, on a page that has nothing but those.
#[test]
fn a_rule_on_a_hostile_page_is_harmless() {
    let row = SiteRow {
        host: "nordblatt.example".into(),
        body: Some("p ~ p, p:nth-last-child(2n), body:has(p b) p".into()),
        remove: vec!["i ~ i".into()],
        ..SiteRow::default()
    };
    let sites = Sites::new(&[row]).unwrap();
    let url = Address::parse("https://nordblatt.example/x").unwrap();
    let now = "2025-08-16T12:00:00Z".parse().unwrap();
    for html in ["<p>a</p>".repeat(20_000), "<i>a".repeat(20_000), "<div><p>a".repeat(10_000)] {
        let source = Source { bytes: html.as_bytes(), url: Some(&url), content_type: Some("text/html"), now };
        let read = examine(&source, Registry::builtin(), &sites);
        assert!(plain_text(&read.item.body).len() <= html.len());
    }
}

#[test]
fn any_bytes_are_read() {
    let mut seed = 0x9e37_79b9_u32;
    for round in 0..60_u32 {
        let bytes: Vec<u8> = (0..2000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let c = (seed >> 24) as u8;
                if round % 2 == 0 { b"<>/=\"' pdivab!-&;#x3\n"[usize::from(c) % 21] } else { c }
            })
            .collect();
        read(&bytes);
    }
    for cut in 0..400 {
        let page = std::fs::read("fixtures/pages/subheads.html").unwrap();
        read(&page[..page.len() * cut / 400]);
    }
}
