//! Every article page of the demo, as its readers fetch it: all that the desk wrote is in the text, and nothing of what
//! stands around it.

use std::collections::BTreeSet;

use wiredesk::demo::{DUSK, Pace, Replay, Scene};
use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::{Source, page};
use wiredesk::model::{Address, Item, Role, plain_text};

const BASE: &str = "http://127.0.0.1:4000";

/// Paths of all articles that stand on the outlets' front pages.
fn paths(replay: &Replay, scene: &Scene) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for outlet in replay.outlets() {
        let front = replay.page(&format!("/{outlet}/"), scene).expect("a front page");
        let html = String::from_utf8(front.body).unwrap();
        let (_, main) = html.split_once("<main>").unwrap();
        paths.extend(main.split("<a href=\"").skip(1).filter_map(|l| l.strip_prefix(BASE)?.split('"').next()).map(str::to_owned));
    }
    paths
}

/// Words only, so that markup's white space and marks do not count.
fn fold(text: &str) -> String {
    format!(" {} ", text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
}

/// The words of some HTML, tag by tag.
fn words(html: &str) -> String {
    let html = html.replace("&lt;", "<").replace("&gt;", "›").replace("&quot;", "\"").replace("&amp;", "&");
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect::<Vec<_>>().join("")
}

/// The parts of HTML between two marks.
fn between<'a>(html: &'a str, from: &'a str, to: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(from).skip(1).filter_map(move |part| part.split_once(to).map(|(inside, _)| inside))
}

/// The body without what interrupts it.
fn body(html: &str) -> String {
    let (_, rest) = html.split_once("<div class=\"article-body\">").expect("every article has a body");
    let (body, _) = rest.split_once("</div>\n<ul class=\"tags\">").unwrap();
    let mut parts = body.split("<aside");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.filter_map(|p| p.split_once("</aside>")).fold(first, |all, (_, after)| all + after)
}

fn read(path: &str, html: &[u8]) -> Item {
    let url = Address::parse(&format!("{BASE}{path}")).unwrap();
    page(&Source { bytes: html, url: Some(&url), content_type: Some("text/html"), now: DUSK }, Registry::builtin())
}

#[test]
fn every_page_of_the_demo_reads_as_its_desk_wrote_it() {
    let replay = Replay::load();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    // Takes grow over the day: each page as it stands at launch and at the end.
    for scene in [Pace::default().start, DUSK].map(|at| Scene::new(BASE, at)) {
        for path in paths(&replay, &scene) {
            let bytes = replay.page(&path, &scene).unwrap().body;
            compare(&path, &bytes, &mut wrong);
            seen.insert(path);
        }
    }
    assert!(seen.len() > 60, "{}", seen.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// How a ticker's post begins that is told in text only.
const STAMP: &str = "<strong>+++ ";

/// Notes what is lost of a page, and what is kept against all sense.
fn compare(path: &str, bytes: &[u8], wrong: &mut Vec<String>) {
    let html = String::from_utf8(bytes.to_vec()).unwrap();
    let item = read(path, bytes);
    let text = plain_text(&item.body);
    let posts: String =
        item.posts.iter().map(|p| format!("\n{}\n{}", p.title.as_deref().unwrap_or_default(), plain_text(&p.body))).collect();
    let note = item.advisory.as_deref().unwrap_or_default();
    let all = fold(&format!("{note}\n{text}{posts}"));
    // A ticker's stamps and days are its posts' times.
    let ticker = html.contains(STAMP);
    let body = body(&html);
    let (mut written, mut read) = (0, 0);
    for tag in ["p", "h2", "h3", "li", "td", "th"] {
        for block in between(&body, &format!("<{tag}>"), &format!("</{tag}>")) {
            if ticker && (tag == "h2" || block.contains("+++ ")) {
                continue;
            }
            let words = fold(&words(block));
            written += words.len();
            if all.contains(&words) {
                read += words.len();
            } else if words.len() > 16 || tag != "p" {
                // A credit's line of its own may stand in the attribution alone.
                wrong.push(format!("{path}: lost <{tag}> {}", words.chars().take(70).collect::<String>()));
            }
        }
    }
    if (read as f64) < written as f64 * 0.95 {
        wrong.push(format!("{path}: {read} of {written} bytes"));
    }
    let own = fold(&body);
    let around = [
        ("<div id=\"consent\"", "<button>"),
        ("<nav>", "</nav>"),
        ("<div class=\"share\">", "</div>"),
        ("<aside class=\"newsletter-box\">", "</p>"),
        ("<aside class=\"sidebar", "</h3>"),
        ("<footer", "</p>"),
    ];
    for (from, to) in around {
        for boilerplate in between(&html, from, to) {
            let boilerplate = fold(&words(&format!("<{boilerplate}")));
            if fold(&text).contains(&boilerplate) && !own.contains(&boilerplate) {
                wrong.push(format!("{path}: kept {boilerplate}"));
            }
        }
    }
    for list in between(&html, "<aside", "</aside>").chain(between(&html, "<ul class=\"tags\">", "</ul>")) {
        for entry in between(list, "<li>", "</li>") {
            let entry = fold(&words(entry));
            if text.lines().any(|l| fold(l.trim_start_matches(['-', '*', '•', ' '])) == entry) {
                wrong.push(format!("{path}: kept a link {entry}"));
            }
        }
    }
    let posts = html.matches(if ticker { STAMP } else { "class=\"live-post" }).count();
    if item.posts.len() != posts {
        wrong.push(format!("{path}: {} posts of {posts}", item.posts.len()));
    }
    let picture = html.contains("<figure>");
    for credit in item.attribution.credits.iter().filter(|c| c.role == Role::Photo && !picture) {
        wrong.push(format!("{path}: {credit:?} without a picture"));
    }
}

#[test]
fn in_the_demo_an_outlet_is_a_take_behind() {
    let replay = Replay::load();
    let scene = Scene::new(BASE, DUSK);
    let mut takes: std::collections::BTreeMap<String, BTreeSet<u32>> = std::collections::BTreeMap::new();
    for path in paths(&replay, &scene) {
        let item = read(&path, &replay.page(&path, &scene).unwrap().body);
        if let Some(number) = item.attribution.dispatch {
            takes.entry(format!("{}:{}", number.agency, number.item)).or_default().extend(number.version);
        }
    }
    assert!(takes.values().any(|takes| takes.len() > 1), "{takes:?}");
}

/// The embargo ended at six on a day of August, whenever the demo ran: nothing was ever locked.
#[test]
fn an_embargo_of_the_demo_holds_whenever_it_runs() {
    let replay = Replay::load();
    let launched: jiff::Timestamp = "2031-03-04T21:40:00Z".parse().unwrap();
    let pace = Pace { launched: Some(launched), ..Pace::default() };
    let scene = Scene { at: pace.start, base: BASE.into(), pace };
    let feed = replay.feed("wirewindow", &scene).unwrap();
    let source = Source { bytes: feed.as_bytes(), url: None, content_type: None, now: launched };
    let items = wiredesk::ingest::feed(&source, Registry::builtin()).items;
    let held = items.iter().find(|i| i.title.contains("EMBARGO")).unwrap();
    let ends = pace.stamp("2025-08-16T06:00:00Z".parse().unwrap());
    assert!(held.locked(launched) && held.locked(launched + jiff::SignedDuration::from_mins(10)), "{:?}", (&held.title, held.embargo));
    assert!(!held.locked(ends), "{:?}", (&held.title, held.embargo, ends));
}
