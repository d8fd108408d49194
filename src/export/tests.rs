//! Each form read back: what was put in comes out, and nothing that was text is anything else.

use super::*;
use crate::model::{ArticleId, Attribution, Credit, Evidence, FeedId, Highlight, Item, Marks, Role, Slot, Span, Version};
use std::io::Read;

fn article() -> Article {
    let time: Timestamp = "2025-08-16T09:58:00Z".parse().unwrap();
    let link = |text: &str, to: &str| Span { link: to.parse().ok(), ..Span::plain(text) };
    let body = vec![
        Block::paragraph("Three hours <script>alert(1)</script> & *no* result."),
        Block::Heading { level: 2, spans: vec![Span::plain("1. What_was said")] },
        Block::Paragraph { spans: vec![Span::plain("See "), link("the day's [record]", "https://a.example/r?x=1&y=2"), Span::plain(".")] },
        Block::Quote { blocks: vec![Block::paragraph("- not a list")] },
        Block::List { ordered: true, start: 3, items: vec![vec![Block::paragraph("three")], vec![Block::paragraph("four")]] },
        Block::Table { head: true, rows: vec![vec![vec![Span::plain("a|b")], vec![Span::plain("c")]], vec![vec![Span::plain("1")]]] },
        Block::Code { lines: vec!["let x = `1`;".into(), Clean::verbatim("  ````")] },
        Block::Picture { url: "https://a.example/p.jpg".parse().ok(), alt: "".into(), caption: vec![Span::plain("Tables")], credit: None },
        Block::Rule,
    ];
    let credit = Credit {
        agency: crate::model::AgencyId::new("apa"),
        name: "APA".into(),
        role: Role::Text,
        slot: Slot::Byline,
        confidence: 0.9,
        evidence: Evidence { words: "Von: APA".into(), place: "page".into() },
    };
    let item = Item {
        title: "Summit: “no deal” / what now?".into(),
        url: "https://a.example/12".parse().ok(),
        language: Some("en".into()),
        dateline: Some("ANCHORAGE, 16 Aug".into()),
        attribution: Attribution { credits: vec![credit], ..Attribution::default() },
        body,
        ..Item::default()
    };
    let marks = Marks {
        saved: true,
        tags: vec!["summit".into()],
        note: vec!["Ask <b>Mia</b>.".into(), "Twice.".into()],
        highlights: vec![Highlight::of(2, &item.body[2]).unwrap(), Highlight { hash: 1, block: 9, text: "What stood here.".into() }],
        ..Marks::default()
    };
    Article {
        company: None,
        posts: Vec::new(),
        coverage: Vec::new(),
        quotes: Vec::new(),
        id: ArticleId(12),
        feed: FeedId(1),
        feed_title: "A".into(),
        feed_address: "https://a.example/feed".into(),
        outlet: "A & Co".into(),
        versions: vec![Version { number: 1, fetched: time, updated: None, title: item.title.clone(), words: 20, changes: Vec::new() }],
        item,
        fetched: time,
        time,
        version: 1,
        marks,
        carriers: Vec::new(),
        dispatch: None,
        story: None,
        carries: None,
        tells: None,
        pending: false,
    }
}

fn written(format: Format) -> Vec<u8> {
    one(&article(), format, &TimeZone::UTC, "2025-08-17T00:00:00Z".parse().unwrap())
}

#[test]
fn markdown_keeps_words_as_words() {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("markdown", String::from_utf8(written(Format::Markdown)).unwrap());
    });
}

#[test]
fn a_page_needs_nothing_and_runs_nothing() {
    let page = String::from_utf8(written(Format::Html)).unwrap();
    let read = scraper::Html::parse_document(&page);
    let select = |css: &str| read.select(&scraper::Selector::parse(css).unwrap()).map(|e| e.text().collect::<String>()).collect::<Vec<_>>();
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    assert_eq!(select("script, img, iframe, link, object"), Vec::<String>::new());
    assert_eq!(select("article > p:not([class])")[0], "Three hours <script>alert(1)</script> & *no* result.");
    assert_eq!(select("mark"), ["See the day's [record].", "What stood here."], "marked where it stands, and what is gone is kept");
    assert_eq!(select("a[href='https://a.example/r?x=1&y=2']"), ["the day's [record]"]);
    assert_eq!(select("ol[start='3'] li"), ["three\n", "four\n"]);
    let facts = select("p.facts").join("\n");
    for part in
        ["A & Co · 16 Aug 2025 09:58", "Dateline: ANCHORAGE, 16 Aug", "Reported by: APA (“Von: APA”)", "#summit", "https://a.example/12"]
    {
        assert!(facts.contains(part), "{part}: {facts}");
    }
    assert!(select("aside").join("").contains("Ask <b>Mia</b>."));
}

/// Elements must be closed in order and quotes must end: enough of XML to trust our own writing.
fn well_formed(name: &str, xml: &str) {
    let mut open = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or_else(|| panic!("{name}: {part}"));
        assert_eq!(tag.matches('"').count() % 2, 0, "{name}: {tag}");
        if tag.starts_with('?') || tag.starts_with('!') || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{name}"),
            None => open.push(tag.split_whitespace().next().unwrap()),
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "{name}");
}

#[test]
fn a_book_is_whole() {
    let bytes = written(Format::Epub);
    // A reader looks for its type at this very place.
    assert_eq!(&bytes[30..38], b"mimetype");
    assert_eq!(&bytes[38..58], b"application/epub+zip");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let first = zip.by_index(0).unwrap();
    assert_eq!((first.name().unwrap().as_ref(), first.compression()), ("mimetype", zip::CompressionMethod::Stored));
    drop(first);
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap_or_else(|_| panic!("{name} is not there")).read_to_string(&mut text).unwrap();
        text
    };
    let container = read("META-INF/container.xml");
    let package = container.split("full-path=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let opf = read(&package);
    well_formed("package", &opf);
    for part in [
        "<dc:identifier id=\"id\">",
        "<dc:language>en<",
        "dcterms:modified\">2025-08-17T00:00:00Z<",
        "properties=\"nav\"",
        "<dc:creator>A &amp; Co<",
    ] {
        assert!(opf.contains(part), "{part}: {opf}");
    }
    // All that it lists is there, and its spine names nothing else.
    let attributes =
        |name: &str| opf.split(&format!(" {name}=\"")).skip(1).map(|s| s.split('"').next().unwrap().to_owned()).collect::<Vec<_>>();
    for href in attributes("href") {
        let text = read(&format!("EPUB/{href}"));
        if href.ends_with(".xhtml") {
            well_formed(&href, &text);
            assert!(text.contains("xmlns=\"http://www.w3.org/1999/xhtml\""));
        }
    }
    let ids = attributes("id");
    assert!(attributes("idref").iter().all(|id| ids.contains(id)));
    assert!(read("EPUB/nav.xhtml").contains("epub:type=\"toc\""));
    assert!(read("EPUB/article-1.xhtml").contains("&lt;script&gt;"));
}

#[test]
fn json_holds_what_the_reader_made_of_it() {
    let v: serde_json::Value = serde_json::from_slice(&written(Format::Json)).unwrap();
    assert_eq!(v["note"], "Ask <b>Mia</b>.\nTwice.");
    assert_eq!(v["highlights"][1], "What stood here.");
    assert_eq!(v["credits"][0]["evidence"], "Von: APA");
    let blocks: Vec<Block> = serde_json::from_value(v["blocks"].clone()).unwrap();
    assert_eq!(blocks, article().item.body, "and its text comes back as it was");
}

#[test]
fn several_are_one_book_or_one_list() {
    let now = "2025-08-17T00:00:00Z".parse().unwrap();
    let pair = [article(), article()];
    let zip = zip::ZipArchive::new(std::io::Cursor::new(all(&pair, &"Saved".into(), Format::Epub, &TimeZone::UTC, now))).unwrap();
    assert!(zip.file_names().any(|name| name.unwrap() == "EPUB/article-2.xhtml"));
    let list: serde_json::Value = serde_json::from_slice(&all(&pair, &"Saved".into(), Format::Json, &TimeZone::UTC, now)).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(2));
}

#[test]
fn names_are_safe_everywhere() {
    for (title, name) in [
        ("Summit: “no deal” / what now?", "Summit- “no deal” - what now"),
        ("../../etc/passwd", "etc-passwd"),
        ("con", "_con"),
        ("COM1.txt", "_COM1.txt"),
        ("  .hidden. ", "hidden"),
        ("???", "article"),
        ("a\u{0}b\nc", "ab c"),
    ] {
        assert_eq!(named(title), name, "{title:?}");
    }
    assert!(named(&"ä".repeat(500)).len() <= LONGEST);
    assert_eq!(file_name(&article(), &TimeZone::UTC), "2025-08-16 Summit- “no deal” - what now");
}

#[test]
fn a_live_blog_is_written_with_its_posts() {
    let mut blog = article();
    let time: Timestamp = "2025-08-16T10:30:00Z".parse().unwrap();
    let post = crate::model::LivePost {
        id: "p1".into(),
        time: Some(time),
        updated: None,
        title: Some("Doors open".into()),
        body: vec![Block::paragraph("Both delegations are back.")],
        key_event: false,
    };
    blog.posts = vec![crate::model::Posted { post, seen: time, read: false, gone: None, edit: None }];
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let text = String::from_utf8(one(&blog, format, &TimeZone::UTC, time)).unwrap();
        assert!(text.contains("Doors open") && text.contains("Both delegations are back."), "{format:?}: {text}");
    }
    let json: serde_json::Value = serde_json::from_slice(&one(&blog, Format::Json, &TimeZone::UTC, time)).unwrap();
    assert_eq!(json["posts"][0]["text"], "Both delegations are back.");
}
