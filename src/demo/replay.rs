//! What stands where at a moment of the replayed day: pure, so that any moment can be asked for.

use jiff::{Timestamp, tz};
use std::collections::BTreeMap;

use super::files::FILES;
use super::markup::{self, Marked, Markup};
use super::script::{self, Copy, Outlet, Post, Text};
use super::{Pace, feeds, pages};

/// A feed carries so many entries at most, as real ones do.
const WINDOW: usize = 40;

/// The whole day.
#[derive(Clone, Debug)]
pub struct Replay {
    pub(super) outlets: Vec<Outlet>,
    texts: Vec<Text>,
    /// Every print of every text, in the order of appearance: (text, copy).
    entries: Vec<(usize, usize)>,
    /// By path.
    paths: BTreeMap<String, (usize, usize)>,
}

/// A moment of the day as one server shows it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The replayed moment.
    pub at: Timestamp,
    /// What all addresses begin with: `http://127.0.0.1:PORT`, without a slash at the end.
    pub base: String,
    /// How dates are written ([`Pace::stamp`]).
    pub pace: Pace,
}

impl Scene {
    /// A moment, dated as it happened.
    pub fn new(base: &str, at: Timestamp) -> Self {
        Self { at, base: base.to_owned(), pace: Pace::default() }
    }
}

/// An answer of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// 200, or 410 for what was withdrawn.
    pub status: u16,
    /// Its media type.
    pub content_type: &'static str,
    /// The bytes.
    pub body: Vec<u8>,
    /// When it last changed, as dated; `None` where the outlet does not say.
    pub modified: Option<Timestamp>,
}

/// An article as it stands at a moment.
#[derive(Clone, Copy)]
pub(super) struct Stand<'a> {
    pub outlet: &'a Outlet,
    pub text: &'a Text,
    pub copy: &'a Copy,
    pub take: u8,
    pub title: &'a str,
    pub published: Timestamp,
    pub modified: Timestamp,
    at: Timestamp,
}

impl Replay {
    /// The day that is built in.
    pub fn load() -> Self {
        Self::read(FILES).expect("the embedded day is read whole in a test")
    }

    fn read(files: &[(&str, &'static [u8])]) -> Result<Self, String> {
        #[derive(serde::Deserialize)]
        struct Outlets {
            outlet: Vec<Outlet>,
        }
        let words = |bytes: &'static [u8]| std::str::from_utf8(bytes).map_err(|e| e.to_string());
        let mut outlets = Vec::new();
        let mut texts = Vec::new();
        for &(name, bytes) in files {
            if name == "outlets.toml" {
                outlets = toml::from_str::<Outlets>(words(bytes)?).map_err(|e| e.to_string())?.outlet;
            } else if name.ends_with(".md") {
                texts.push(script::text(words(bytes)?).map_err(|e| format!("{name}: {e}"))?);
            }
        }
        let mut entries = Vec::new();
        let mut paths = BTreeMap::new();
        for (t, text) in texts.iter().enumerate() {
            for (c, copy) in text.copies.iter().enumerate() {
                let path = format!("/{}/{}", copy.outlet, copy.slug);
                if !outlets.iter().any(|o| o.id == copy.outlet) || copy.versions.is_empty() {
                    return Err(format!("{path}: no such outlet, or never published"));
                }
                if paths.insert(path.clone(), (t, c)).is_some() {
                    return Err(format!("{path}: twice"));
                }
                entries.push((t, c));
            }
        }
        entries.sort_by_key(|&(t, c)| texts[t].copies[c].versions[0].0);
        Ok(Self { outlets, texts, entries, paths })
    }

    /// The outlets' ids, in order.
    pub fn outlets(&self) -> Vec<&str> {
        self.outlets.iter().map(|o| o.id.as_str()).collect()
    }

    /// An outlet's feed at a moment; `None` if there is no such outlet.
    pub fn feed(&self, outlet: &str, scene: &Scene) -> Option<String> {
        let outlet = self.outlet(outlet)?;
        let mut stands: Vec<_> = self.stands(outlet, scene.at).collect();
        stands.reverse();
        stands.truncate(WINDOW);
        Some(dated(&feeds::write(outlet, &stands, scene), scene))
    }

    /// What stands at a path (`/outlet/slug`, a feed's path, an outlet's front page, a picture) at a moment; `None` if
    /// nothing does (yet).
    pub fn page(&self, path: &str, scene: &Scene) -> Option<Page> {
        let stamp = |t: Timestamp| Some(scene.pace.stamp(t));
        let (id, rest) = path.strip_prefix('/')?.split_once('/').unwrap_or((&path[1..], ""));
        let outlet = self.outlet(id)?;
        if path == outlet.feed_path() {
            let modified = stamp(self.stands(outlet, scene.at).map(|s| s.modified).max().unwrap_or(super::DAWN));
            return Some(Page {
                status: 200,
                content_type: feeds::content_type(outlet.feed),
                body: self.feed(id, scene)?.into_bytes(),
                modified,
            });
        }
        if let Some(name) = rest.strip_prefix("media/") {
            let body = name.ends_with(".png").then(|| file(name)).flatten()?.to_vec();
            return Some(Page { status: 200, content_type: "image/png", body, modified: stamp(super::DAWN) });
        }
        let html = |status, body: String, modified| {
            let body = dated(&body, scene).into_bytes();
            Page { status, content_type: "text/html; charset=utf-8", body, modified }
        };
        if rest.is_empty() {
            let stands: Vec<_> = self.stands(outlet, scene.at).collect();
            return Some(html(200, pages::front(outlet, &stands, scene), None));
        }
        let &(text, copy) = self.paths.get(path)?;
        let copy = &self.texts[text].copies[copy];
        if let Some(gone) = copy.gone.filter(|g| g.0 <= scene.at) {
            return Some(html(410, pages::gone(outlet), stamp(gone.0)));
        }
        let stand = self.stand(&self.texts[text], copy, scene.at)?;
        // A page that changes with every visit shows today's other articles, any other those of its own time.
        let as_of = if outlet.noisy { scene.at } else { stand.published };
        let others: Vec<_> = self.stands(outlet, as_of).filter(|s| s.copy.slug != copy.slug).collect();
        Some(html(200, pages::article(&stand, &others, scene), if outlet.noisy { None } else { stamp(stand.modified) }))
    }

    fn outlet(&self, id: &str) -> Option<&Outlet> {
        self.outlets.iter().find(|o| o.id == id)
    }

    /// What an outlet has published and not withdrawn, oldest first.
    fn stands<'a>(&'a self, outlet: &'a Outlet, at: Timestamp) -> impl Iterator<Item = Stand<'a>> {
        let copies = self.entries.iter().map(|&(t, c)| (&self.texts[t], &self.texts[t].copies[c]));
        copies.filter(move |(_, c)| c.outlet == outlet.id && c.gone.is_none_or(|g| g.0 > at)).filter_map(move |(t, c)| self.stand(t, c, at))
    }

    fn stand<'a>(&'a self, text: &'a Text, copy: &'a Copy, at: Timestamp) -> Option<Stand<'a>> {
        let (changed, take, title) = copy.versions.iter().rev().find(|v| v.0.0 <= at)?;
        let mut modified = changed.0;
        for post in text.posts.iter().filter(|p| p.at <= at) {
            modified = modified.max(post.edited(at)).max(post.gone.filter(|g| *g <= at).unwrap_or(modified));
        }
        modified = modified.max(text.ends.filter(|e| *e <= at).unwrap_or(modified));
        let published = copy.versions[0].0.0;
        Some(Stand { outlet: self.outlet(&copy.outlet)?, text, copy, take: *take, title, published, modified, at })
    }
}

/// With every `{at 16T06:00}` written out as wires do, “0600 GMT Aug 16”: what a text says of a moment to come follows the
/// day's dating, as its stamps do.
fn dated(body: &str, scene: &Scene) -> String {
    const MARK: &str = "{at ";
    let mut parts = body.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}').and_then(|(raw, rest)| Some((script::moment(raw)?, rest))) {
            Some((moment, rest)) => {
                out.push_str(&scene.pace.stamp(moment).strftime("%H%M GMT %b %-d").to_string());
                out.push_str(rest);
            }
            None => out.extend([MARK, part]),
        }
    }
    out
}

/// An embedded file.
fn file(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(n, _)| *n == name).map(|(_, bytes)| *bytes)
}

impl<'a> Stand<'a> {
    /// Its address.
    pub fn url(&self, scene: &Scene) -> String {
        format!("{}/{}/{}", scene.base, self.outlet.id, self.copy.slug)
    }

    /// What never changes, whatever the port.
    pub fn guid(&self) -> String {
        format!("tag:{}.example,2025-08-15:{}", self.outlet.id, self.copy.slug)
    }

    /// Whether the live coverage still runs.
    pub fn running(&self) -> bool {
        self.text.live.is_some() && self.text.ends.is_none_or(|e| e > self.at)
    }

    /// The text's blocks in this take, dateline and last line in place.
    pub fn blocks(&self) -> Vec<Markup> {
        let stands = |b: &&Marked| b.in_take(self.take, &self.outlet.id);
        let cut = self.copy.cut.unwrap_or(usize::MAX);
        let mut blocks: Vec<_> = self.text.body.iter().filter(stands).take(cut).map(|b| b.block.clone()).collect();
        // A desk never ends on a subhead.
        while matches!(blocks.last(), Some(Markup::Heading(_))) {
            blocks.pop();
        }
        // An advisory such as “(Adds quotes)” stands before the dateline.
        let first = blocks.iter_mut().find_map(|b| match b {
            Markup::Paragraph(text) if !text.starts_with('(') => Some(text),
            _ => None,
        });
        if let Some(first) = first.filter(|_| !self.copy.dateline.is_empty()) {
            *first = format!("{} {first}", self.copy.dateline);
        }
        if !self.copy.tail.is_empty() {
            blocks.push(Markup::Paragraph(self.copy.tail.replace("{take}", &self.take.to_string())));
        }
        if self.outlet.lang == "de-CH" {
            blocks.iter_mut().for_each(|b| b.each_text(|t| *t = t.replace('ß', "ss"))); // as Swiss desks set agency copy
        }
        blocks
    }

    /// The lead picture.
    pub fn picture(&self) -> Option<Markup> {
        markup::parse(&self.copy.picture).into_iter().next().map(|m| m.block)
    }

    /// One or two sentences.
    pub fn teaser(&self) -> String {
        if !self.copy.teaser.is_empty() {
            return self.copy.teaser.clone();
        }
        let first = self.text.body.iter().filter(|b| b.in_take(self.take, &self.outlet.id)).find_map(|b| match &b.block {
            Markup::Paragraph(text) if !text.starts_with('(') => Some(markup::plain(text)),
            _ => None,
        });
        let first = first.unwrap_or_default();
        match first.char_indices().nth(180) {
            None => first,
            Some((end, _)) => format!("{} …", first[..end].rsplit_once(' ').map_or(&first[..end], |(head, _)| head)),
        }
    }

    /// A live blog's posts that stand now, newest first, each with its blocks.
    pub fn posts(&self) -> Vec<(&'a Post, Vec<&'a Markup>)> {
        let stands = |p: &&Post| p.at <= self.at && p.gone.is_none_or(|g| g > self.at);
        let body = |p: &'a Post| p.body.iter().filter(|b| b.at(self.at)).map(|b| &b.block).collect();
        let mut posts: Vec<_> = self.text.posts.iter().filter(stands).map(|p| (p, body(p))).collect();
        posts.sort_by_key(|(p, _)| std::cmp::Reverse(p.at));
        posts
    }

    /// When a post was last edited.
    pub fn edited(&self, post: &Post) -> Timestamp {
        post.edited(self.at)
    }
}

impl Outlet {
    /// A moment as its clocks show it, in RFC 3339 (`2025-08-15T21:04:00+02:00`) or any other pattern of strftime.
    pub(super) fn time(&self, at: Timestamp, pattern: &str) -> String {
        let hours = self.offset.clamp(-12, 14);
        at.to_zoned(tz::Offset::constant(hours).to_time_zone()).strftime(pattern).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DAWN, DUSK};
    use super::*;
    use std::collections::BTreeSet;

    const BASE: &str = "http://127.0.0.1:4000";

    fn scene(at: &str) -> Scene {
        Scene::new(BASE, script::moment(at).unwrap())
    }

    fn text(page: &Page) -> String {
        String::from_utf8(page.body.clone()).unwrap()
    }

    /// Every third hour of the day.
    fn hours() -> impl Iterator<Item = Scene> {
        (0..).map(|h| DAWN + jiff::SignedDuration::from_hours(3 * h)).take_while(|t| *t <= DUSK).map(|at| Scene::new(BASE, at))
    }

    #[test]
    fn every_file_is_embedded_and_used() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo");
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let list = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/files.rs");
        let source = std::fs::read_to_string(list).unwrap();
        let (head, _) = source.split_once("embed![\n").unwrap();
        let want = format!("{head}embed![\n{}];\n", names.iter().map(|n| format!("    \"{n}\"\n")).collect::<String>());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(list, &want).unwrap();
        }
        assert_eq!(source, want, "run again with UPDATE=1");
        let replay = Replay::read(FILES).unwrap();
        let scene = Scene::new(BASE, DUSK);
        let all: String = replay.paths.keys().filter_map(|p| replay.page(p, &scene)).map(|p| text(&p)).collect();
        for name in names.iter().filter(|n| n.ends_with(".png")) {
            assert!(all.contains(name), "{name} is in no article");
        }
        for outlet in replay.outlets() {
            assert!(replay.entries.iter().any(|&(t, c)| replay.texts[t].copies[c].outlet == outlet), "{outlet} prints nothing");
        }
    }

    #[test]
    fn every_feed_is_well_formed_all_day_and_in_time_order() {
        let replay = Replay::load();
        for scene in hours() {
            for id in replay.outlets() {
                let bytes = replay.feed(id, &scene).unwrap();
                let feed = feed_rs::parser::parse(bytes.as_bytes()).unwrap_or_else(|e| panic!("{id} at {}: {e}", scene.at));
                let times: Vec<_> = feed.entries.iter().map(|e| e.published.or(e.updated).unwrap()).collect();
                assert!(times.is_sorted_by(|a, b| a >= b), "{id} at {}", scene.at);
                assert!(times.iter().all(|t| t.timestamp() <= scene.at.as_second()), "{id} at {}", scene.at);
                assert_eq!(feed.title.unwrap().content, replay.outlet(id).unwrap().name);
                for entry in feed.entries {
                    let path = entry.links[0].href.strip_prefix(BASE).unwrap().to_owned();
                    assert_eq!(replay.page(&path, &scene).unwrap().status, 200, "{path}");
                }
            }
        }
    }

    #[test]
    fn links_inside_lead_somewhere() {
        let replay = Replay::load();
        let scene = Scene::new(BASE, DUSK);
        let pages: Vec<_> = replay.paths.keys().map(|p| text(&replay.page(p, &scene).unwrap())).collect();
        let links: BTreeSet<_> =
            pages.iter().flat_map(|p| p.split("=\"").filter_map(|p| p.strip_prefix(BASE)?.split('"').next())).collect();
        for link in links {
            assert!(replay.page(link, &scene).is_some(), "a page leads to {link}");
        }
    }

    #[test]
    fn texts_stand_from_their_first_moment_on_and_change() {
        let replay = Replay::load();
        let path = "/alpenbote/trump-putin-keine-einigung";
        assert_eq!(replay.page(path, &scene("15T23:19")), None);
        let first = text(&replay.page(path, &scene("15T23:20")).unwrap());
        assert!(first.contains("keinen Durchbruch") && !first.contains("Next time in Moscow"));
        let second = text(&replay.page(path, &scene("15T23:50")).unwrap());
        assert!(second.contains("Next time in Moscow") && second.contains("Aktualisiert"));
    }

    #[test]
    fn one_dispatch_stands_in_several_outlets_and_one_is_takes_behind() {
        let replay = Replay::load();
        let scene = scene("16T03:30");
        let carries = |path: &str, words: &str| text(&replay.page(path, &scene).unwrap()).contains(words);
        let lead = "ohne Einigung auf eine Waffenruhe";
        for path in ["agenturfenster/250815-930-915871", "blickfeld/trump-und-putin-ohne-einigung", "alpenbote/trump-putin-keine-einigung"]
        {
            assert!(carries(&format!("/{path}"), lead) && carries(&format!("/{path}"), "Fox News"), "{path}");
        }
        assert!(carries("/helvetia/kein-durchbruch-in-anchorage", lead));
        assert!(carries("/agenturfenster/250815-930-915871", "dpa:250815-930-915871/5"));
        let behind = "/nordsee/gipfel-in-alaska-ohne-durchbruch";
        assert!(carries(behind, "dpa:250815-930-915871/2") && carries(behind, lead) && !carries(behind, "Fox News"));
    }

    #[test]
    fn what_does_not_change_reads_the_same() {
        let replay = Replay::load();
        for id in replay.outlets() {
            assert_eq!(replay.feed(id, &scene("15T08:55")), replay.feed(id, &scene("15T08:56")), "{id}");
        }
    }

    /// The first frame is full, the next minutes bring something every few seconds, and no outlet is left out.
    #[test]
    fn the_default_launch_shows_a_full_desk_that_keeps_moving() {
        let replay = Replay::load();
        let pace = Pace::default();
        let standing: usize = replay.outlets.iter().map(|o| replay.stands(o, pace.start).count()).sum();
        assert!((40..=75).contains(&standing), "{standing} headlines at launch");
        let changes: BTreeSet<Timestamp> = replay
            .texts
            .iter()
            .flat_map(|t| {
                let versions = t.copies.iter().flat_map(|c| c.versions.iter().map(|v| v.0.0));
                versions.chain(t.posts.iter().map(|p| p.at)).collect::<Vec<_>>()
            })
            .filter(|t| *t > pace.start)
            .collect();
        let mut last = pace.start;
        for change in &changes {
            let wait = change.duration_since(last).as_secs_f64() / pace.rate();
            assert!(wait <= 30.0, "nothing new for {wait} s after {last}");
            last = *change;
        }
        assert!(changes.len() >= 60, "{} things happen after launch", changes.len());
    }

    #[test]
    fn the_withdrawn_are_gone_and_out_of_the_feed() {
        let replay = Replay::load();
        let mut seen = 0;
        for (path, &(t, c)) in &replay.paths {
            let copy = &replay.texts[t].copies[c];
            let Some(gone) = copy.gone else { continue };
            seen += 1;
            let before = Scene::new(BASE, gone.0 - jiff::SignedDuration::from_secs(60));
            let after = Scene::new(BASE, gone.0);
            assert_eq!(replay.page(path, &before).unwrap().status, 200);
            assert_eq!(replay.page(path, &after).unwrap().status, 410);
            assert!(replay.feed(&copy.outlet, &before).unwrap().contains(path));
            assert!(!replay.feed(&copy.outlet, &after).unwrap().contains(path));
        }
        assert!(seen > 0);
    }

    #[test]
    fn live_blogs_grow_and_edit_themselves() {
        let replay = Replay::load();
        let grown = |path: &str, mark: &str| {
            let count = |at| text(&replay.page(path, &scene(at)).unwrap()).matches(mark).count();
            let (early, late) = (count("15T20:00"), count("16T06:00"));
            assert!(0 < early && early + 5 < late, "{path}: {early}, then {late}");
        };
        grown("/blickfeld/liveblog-gipfel-anchorage", "\"BlogPosting\"");
        grown("/meridian/live-alaska-summit", "\"BlogPosting\"");
        grown("/helvetia/ticker-alaska-gipfel", "<strong>+++ ");
        let ended = text(&replay.page("/meridian/live-alaska-summit", &Scene::new(BASE, DUSK)).unwrap());
        assert!(ended.contains("coverageEndTime"));
    }
}
