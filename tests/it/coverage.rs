//! A story that several outlets tell live, on the screen over a real cache: their posts in one line, each read where it
//! stands; and rows that stay as they are while what belongs together is found out.

use jiff::{SignedDuration, Timestamp};
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use tempfile::TempDir;

use crate::support::home::Home;
use crate::support::screen::Screen;
use wiredesk::model::*;
use wiredesk::store::{self, PollLock, Reader, Writer};
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
    let top = |text: &str| text.lines().nth(1).unwrap_or_default().to_owned();
    let before = top(&text);
    assert_eq!(top(screen.keys("s u").text().as_str()), before, "marks do not move the text");
    assert!(text.contains("edited") && text.contains("[-Five-] {+Nine+}"), "{text}");
}

/// Above the posts stands more than a screen: what was asked for was out of sight.
#[test]
fn what_was_asked_for_is_on_the_screen_and_goes_on_there() {
    let lead = |posts| {
        let body = (0..9).map(|n| Block::paragraph(&format!("Lead {n}. We report from the harbour, all day long."))).collect();
        Item { body, ..blog("Ferry aground, live", posts) }
    };
    let mut world = World::new();
    let one = world.brings("Post", lead(post_blog()));
    let mut screen = world.screen((80, 15));
    screen.keys("enter j j");
    let mut more = post_blog();
    let mut comes = |world: &mut World, screen: &mut Screen, id, words| {
        more.insert(0, post(id, 9, "", words));
        world.page(one, lead(more.clone()));
        screen.send(Msg::CacheChanged);
    };
    comes(&mut world, &mut screen, "band", "The brass band plays on the quay.");
    assert!(!screen.text().contains("brass band"), "it waits");
    assert!(screen.keys(".").text().contains("brass band"));
    comes(&mut world, &mut screen, "choir", "A choir sings along.");
    assert!(screen.text().contains("A choir sings"), "who stands at the newest sees the next: {}", screen.text());
    screen.keys("j");
    comes(&mut world, &mut screen, "end", "Everybody goes home.");
    assert!(!screen.text().contains("goes home"), "who went on waits");
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

/// Its second look was a panic: a timer that was made where no runtime was.
#[test]
fn who_follows_on_the_command_line_sees_the_next_posts_and_the_end() {
    let (mut world, one, _) = two();
    let home = Home::new();
    // While another process polls, what is there is told.
    let _lock = PollLock::take(world.dir.path()).unwrap().unwrap();
    let dir = world.dir.path().to_str().unwrap().to_owned();
    let mut child = home.command(&["--cache", &dir, "live", &one.to_string(), "--follow"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("Post · Gazette")));
    let mut more = post_blog();
    more.insert(0, post("band", 5, "", "The brass band plays on the quay at Boda."));
    world.page(one, Item { live: false, ..blog("Ferry aground, live", more) });
    assert!(lines.any(|line| line.contains("The brass band plays")));
    assert!(child.wait().unwrap().success(), "the coverage has ended");
}

/// The list's lines without the signs of marks.
fn rows(screen: &Screen) -> Vec<String> {
    screen.text().lines().skip(1).map(|line| line.chars().take(46).collect::<String>().replace('★', " ").trim_end().to_owned()).collect()
}

/// Three reports of a harbour's morning, not yet known to be one story, under a list that is open.
fn morning() -> (World, [ArticleId; 3], Screen) {
    let mut world = World::new();
    let titles = [("Post", "Ferry aground off Lunnoey"), ("Gazette", "Marit runs onto the rocks"), ("Radio", "Library opens on Sundays")];
    let ids = [0, 1, 2].map(|n| world.brings(titles[n].0, report(titles[n].1, 90 - 10 * n as i64)));
    let screen = world.screen((120, 36));
    (world, ids, screen)
}

/// Pages and articles arrive, and what belongs together is found out; a mark has the list read again in between.
#[test]
fn rows_stay_as_they_are_while_it_is_found_out_what_belongs_together() {
    let (mut world, [a, b, _], mut screen) = morning();
    let before = rows(&screen);
    world.places(&[a, b], &[]);
    screen.send(Msg::CacheChanged);
    screen.keys("s u");
    assert_eq!(rows(&screen)[..8], before[..8], "found out");
    let c = world.brings("Courier", report("Ferry Marit aground, 140 aboard", 5));
    world.places(&[a, b, c], &[a, c]);
    screen.send(Msg::CacheChanged);
    screen.keys("s u j");
    assert!(screen.text().contains("1 new"), "{}", screen.text());
    let shown = screen.keys(".").text();
    assert!(shown.contains("Courier · 3 ×"), "{shown}");
    // A page arrives that makes another article the fullest of the story: its row is another only when asked for.
    let before = rows(&screen);
    let long = "The harbour office tells at length what happened, when it was seen, and who was on board of the ferry. ".repeat(9);
    world.page(a, Item { body: vec![Block::paragraph(&long)], ..report("Ferry aground off Lunnoey", 90) });
    screen.send(Msg::CacheChanged);
    screen.keys("s u");
    assert_eq!(rows(&screen)[..8], before[..8], "a page came");
    // It is taken apart again, as they are told by another light.
    world.places(&[a, c], &[a, c]);
    world.places(&[b], &[]);
    screen.send(Msg::CacheChanged);
    screen.keys("s u");
    assert_eq!(rows(&screen)[..8], before[..8], "taken apart");
    let shown = screen.keys(".").text();
    assert!(shown.contains("2 ×") && shown.contains("Ferry aground off Lunnoey"), "{shown}");
}

/// What was begun to be filed before the list was opened, and was there after, moved its rows.
#[test]
fn what_is_filed_while_a_list_is_opened_waits_too() {
    let (mut world, [a, b, _], mut screen) = morning();
    let before = rows(&screen);
    world.at -= SignedDuration::from_secs(15);
    world.places(&[a, b], &[]);
    screen.send(Msg::CacheChanged);
    screen.keys("s u");
    assert_eq!(rows(&screen)[..8], before[..8]);
    let shown = screen.keys(".").text();
    assert!(shown.contains("2 ×"), "{shown}");
}

/// Two findings within one tick of the clock: the first was lost from the list's memory.
#[test]
fn findings_of_one_moment_are_held_in_their_order() {
    let (mut world, [a, b, c], mut screen) = morning();
    let before = rows(&screen);
    for _ in 0..2 {
        world.places(&[a, b], &[]);
        world.at -= SignedDuration::from_secs(10);
        world.places(&[c, a, b], &[]);
        world.at -= SignedDuration::from_secs(10);
        screen.send(Msg::CacheChanged);
        screen.keys("s u");
        assert_eq!(rows(&screen)[..8], before[..8]);
    }
    let shown = screen.keys(".").text();
    assert!(shown.contains("3 ×"), "{shown}");
}
