//! A story that several outlets tell live, on the screen over a real cache: their posts in one line, each read where it
//! stands; and rows that stay as they are while what belongs together is found out.

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::support::screen::Screen;
use wiredesk::model::*;
use wiredesk::store::{self, Reader, Writer};
use wiredesk::ui::Msg;

fn now() -> Timestamp {
    "2025-08-16T12:00:00Z".parse().unwrap()
}

/// A cache and what fills it from beside the screen.
struct World {
    dir: TempDir,
    writer: Writer,
    at: Timestamp,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let writer = store::open(dir.path()).unwrap();
        Self { dir, writer, at: now() }
    }

    fn file(&mut self, change: Change) -> Applied {
        self.at += SignedDuration::from_secs(10);
        let applied = self.writer.apply(&[change], self.at).unwrap().remove(0);
        assert_eq!(applied.failure, None);
        applied
    }

    /// An outlet's feed brings an article; what its number is.
    fn brings(&mut self, outlet: &str, item: Item) -> ArticleId {
        let address = Address::parse(&format!("https://{}.example/feed", outlet.to_lowercase())).unwrap();
        let facts = FeedFacts { title: Some(Clean::line(outlet)), ..FeedFacts::default() };
        let subscribe = Change::Subscribe { address, settings: FeedSettings::default(), facts: Some(facts.clone()) };
        let feed = self.file(subscribe).feed.unwrap();
        let item = Item { outlet: Some(Clean::line(outlet)), ..item };
        let guid = item.guid.clone();
        let polled = Polled {
            feed,
            at: self.at,
            outcome: Outcome::Read { facts, items: vec![item], validators: Validators::default(), warnings: vec![] },
            next: self.at,
            why_next: Clean::line("soon"),
            rhythm: Rhythm::default(),
            moved: None,
            asked: None,
            pages: None,
        };
        let applied = self.file(Change::Polled(Box::new(polled)));
        applied.new.first().copied().unwrap_or_else(|| panic!("{guid} is known"))
    }

    /// Its page is read.
    fn page(&mut self, id: ArticleId, item: Item) {
        let page = PageRead { id, at: self.at, over: None, result: Ok(item), retry: false };
        self.file(Change::Page(Box::new(page)));
    }

    /// These are one story, and these of them one dispatch.
    fn places(&mut self, story: &[ArticleId], dispatch: &[ArticleId]) {
        let at = |id: &ArticleId| Placement {
            article: *id,
            dispatch: dispatch.contains(id).then(|| DispatchKey(dispatch[0].0)),
            story: Some(StoryId(story[0].0)),
            carries: None,
            tells: None,
        };
        self.file(Change::Place(Box::new(Placed { placements: story.iter().map(at).collect(), ..Placed::default() })));
    }

    fn reader(&self) -> Reader {
        Reader::open(self.dir.path()).unwrap()
    }

    fn screen(&self, size: (u16, u16)) -> Screen {
        let opened = self.at + SignedDuration::from_secs(1);
        Screen::open(self.dir.path(), &opened.to_string(), size)
    }

    /// The posts of a live blog that the reader has had.
    fn had(&self, id: ArticleId) -> Vec<String> {
        let posts = self.reader().article(id, None).unwrap().unwrap().posts;
        posts.iter().filter(|p| p.read).map(|p| p.post.id.to_string()).collect()
    }
}

fn report(title: &str, minutes: i64) -> Item {
    Item {
        guid: Clean::line(title),
        title: Clean::line(title),
        language: Some(Clean::line("en")),
        published: Some(now() - SignedDuration::from_mins(minutes)),
        body: vec![Block::paragraph(&format!("{title}, said the harbour office."))],
        complete: true,
        ..Item::default()
    }
}

fn post(id: &str, minutes: i64, title: &str, text: &str) -> LivePost {
    LivePost {
        id: Clean::line(id),
        time: Some(now() - SignedDuration::from_mins(minutes)),
        updated: None,
        title: Some(Clean::line(title)).filter(|t| !t.is_empty()),
        body: vec![Block::paragraph(text)],
        key_event: id == "aground",
    }
}

fn blog(title: &str, posts: Vec<LivePost>) -> Item {
    Item { live: true, posts, ..report(title, 200) }
}

const DISPATCH: &str =
    "Two tugs have pulled the ferry Marit off the rocks at Lunnoey and tow her to the yard at Boda, the coastguard said.";

fn post_blog() -> Vec<LivePost> {
    vec![
        post("tugs", 30, "", DISPATCH),
        post("boats", 60, "Boats on their way", "Five fishing boats take the passengers ashore."),
        post("aground", 90, "Aground off Lunnoey", "The ferry Marit sits on a bank, nobody is hurt."),
    ]
}

fn gazette_blog() -> Vec<LivePost> {
    vec![
        post("g2", 28, "Afloat", &format!("{DISPATCH} So says our reporter.")),
        post("g1", 75, "Blankets on the pier", "Islanders bring blankets and soup to the pier."),
    ]
}

/// Two outlets tell one story live.
fn two() -> (World, ArticleId, ArticleId) {
    let mut world = World::new();
    let one = world.brings("Post", blog("Ferry aground, live", post_blog()));
    let other = world.brings("Gazette", blog("The Marit rescue as it happens", gazette_blog()));
    world.places(&[one, other], &[]);
    (world, one, other)
}

fn snapshot(name: &str, text: String) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, text) });
}

#[test]
fn the_live_blogs_of_a_story_are_one_line() {
    let (mut world, one, other) = two();
    let mut all = String::new();
    for size in [(120, 36), (80, 24), (40, 15)] {
        all.push_str(&world.screen(size).keys("x j enter space").text());
    }
    snapshot("coverage-joined", all);
    world.screen((80, 24)).keys("x j enter q");
    assert_eq!(world.had(one).len() + world.had(other).len(), 5, "what stood there is history, not news, in either");
    // What comes in the other outlet waits for who reads, and is read there.
    let mut screen = world.screen((80, 15));
    screen.keys("x j j enter j");
    let mut more = gazette_blog();
    more.insert(0, post("g3", 5, "", "The brass band plays on the quay at Boda."));
    world.page(other, blog("The Marit rescue as it happens", more));
    screen.send(Msg::CacheChanged);
    let text = screen.text();
    assert!(text.contains("▲ 1 new · 11:55 · . shows") && !text.contains("brass band"), "{text}");
    let text = screen.keys(".").text();
    assert!(text.contains("● Gazette") && text.contains("brass band"), "{text}");
    screen.keys("space space space esc q");
    assert_eq!(world.had(other).len(), 3);
    assert_eq!(world.had(one).len(), 3);
}

#[test]
fn who_stands_at_the_top_sees_what_any_of_them_brings() {
    let (mut world, one, _) = two();
    let mut screen = world.screen((80, 24));
    screen.keys("x j enter");
    let mut more = post_blog();
    more.insert(0, post("band", 5, "", "The brass band plays on the quay at Boda."));
    more[2].body = vec![Block::paragraph("Nine fishing boats take the passengers ashore.")];
    more.pop();
    world.page(one, blog("Ferry aground, live", more));
    screen.send(Msg::CacheChanged);
    let text = screen.text();
    assert!(text.contains("brass band") && !text.contains("▲"), "{text}");
    let text = screen.keys("d space").text();
    assert!(text.contains("edited") && text.contains("[-Five-] {+Nine+}"), "{text}");
}

/// A post that repeats what the reader has had in another outlet was counted as new.
#[test]
fn what_another_outlet_said_already_is_no_news() {
    let (mut world, one, other) = two();
    world.screen((80, 24)).keys("x j enter q");
    let third = world.brings("Radio", blog("Radio live from Lunnoey", vec![post("r1", 25, "", DISPATCH)]));
    world.places(&[one, other, third], &[]);
    let mut screen = world.screen((80, 24));
    screen.keys("x j j enter");
    let text = screen.text();
    assert!(text.contains("Post, Gazette, Radio") && !text.contains("● Post"), "{text}");
    screen.keys("space esc q");
    assert_eq!(world.had(third), ["r1"], "who has had one of them has had it");
}

#[test]
fn following_one_of_them_asks_all_that_run() {
    let (mut world, one, other) = two();
    let live = |world: &World| world.reader().followed_live().unwrap();
    assert!(live(&world).is_empty());
    world.file(Change::Follow(other));
    assert_eq!(live(&world), [other, one], "the reader sees both in one line");
    world.file(Change::Follow(other));
    assert!(live(&world).is_empty());
    let third = world.brings("Radio", report("Ferry off the rocks", 3));
    world.places(&[one, other, third], &[]);
    world.file(Change::Follow(third));
    assert_eq!(live(&world), [one, other], "and who follows the story");
}
