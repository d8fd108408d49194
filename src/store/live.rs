//! Live posts: merged by id over polls, each with its own read state. A post that is edited keeps what it said before, one
//! that its sender deleted stays; and what the reader follows.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};

use super::error::{Fault, Result};
use super::file::Entry;
use super::index;
use super::journal::{Deed, record};
use super::read::Reader;
use super::rows::{micros, time, unpack};
use super::sql;
use super::write::Tx;
use crate::model::{Applied, Article, ArticleId, Clean, Covered, Echo, Item, LivePost, Posted};

/// Of words that two posts of one minute share: from here on one is the other, edited.
const SAME: f32 = 0.5;
/// So many posts may be deleted between two polls, or a fifth of what stands.
const FEW: usize = 2;
/// Posts of one article that are handed out.
const MOST: i64 = 2_000;
/// And that are kept of one article: a day of a busy ticker has some hundreds.
const KEPT: usize = 5_000;
/// Posts of one moment that a new one is compared with.
const ALIKE: usize = 50;

/// What a row says of a post.
struct Row {
    time: Option<i64>,
    data: Vec<u8>,
    gone: bool,
}

/// Files the posts of an article that is known (or new: `again` is false). How many are new.
pub(super) fn posts(tx: &mut Tx<'_>, article: i64, entry: Entry<'_>, at: i64, again: bool) -> Result<u64> {
    let posts = &entry.item.posts;
    if posts.is_empty() {
        return Ok(0);
    }
    let known = known(tx, article)?;
    let given: HashSet<&str> = posts.iter().map(|p| p.id.as_str()).collect();
    // Those without an id that is given now, by their time: the page may have edited them.
    let mut at_once: HashMap<i64, Vec<(&String, LivePost)>> = HashMap::new();
    if posts.iter().any(|post| post.time.is_some() && !known.contains_key(post.id.as_str())) {
        for (id, row) in known.iter().filter(|(id, _)| !given.contains(id.as_str())) {
            if let (Some(time), Ok(post)) = (row.time, unpack::<LivePost>(&row.data)) {
                at_once.entry(time).or_default().push((id, post));
            }
        }
    }
    let mut held: HashSet<String> = HashSet::new();
    let (mut new, mut changed) = (0, false);
    for post in posts {
        let id = match known.contains_key(post.id.as_str()) {
            true => post.id.as_str(),
            // Without ids of its own a ticker's post is known by its words, and they may be edited.
            false => {
                let free = |id: &String| !given.contains(id.as_str()) && !held.contains(id.as_str());
                let there = post.time.and_then(|t| at_once.get(&micros(t))).into_iter().flatten();
                let was = there.filter(|(id, _)| free(id)).take(ALIKE).find(|(_, old)| alike(old, post) >= SAME);
                was.map_or(post.id.as_str(), |(id, _)| id.as_str())
            }
        };
        held.insert(id.to_owned());
        // Its time is that of its first sight: “9 minutes ago” is another with every poll.
        let first = known.get(id).and_then(|row| row.time).map(time);
        let post = &LivePost { id: Clean::verbatim(id), time: first.or(post.time), ..post.clone() };
        let data = tx.packer.pack(post)?.to_vec();
        let Some(row) = known.get(id) else {
            if known.len() + new as usize >= KEPT {
                continue;
            }
            let sql = "INSERT OR IGNORE INTO live_post(article, post, time, seen, data) VALUES (?1, ?2, ?3, ?4, ?5)";
            new += tx.conn.prepare_cached(sql)?.execute(params![article, id, post.time.map(micros), at, data])? as u64;
            changed = true;
            continue;
        };
        if row.gone {
            tx.conn.prepare_cached("UPDATE live_post SET gone = NULL WHERE article = ?1 AND post = ?2")?.execute((article, id))?;
        }
        if row.data == data {
            continue;
        }
        let said = unpack::<LivePost>(&row.data).is_ok_and(|old| (&old.title, &old.body) != (&post.title, &post.body));
        let sql =
            "UPDATE live_post SET time = ?3, before = CASE WHEN ?5 THEN data ELSE before END, data = ?4 WHERE article = ?1 AND post = ?2";
        tx.conn.prepare_cached(sql)?.execute(params![article, id, post.time.map(micros), data, said])?;
        changed |= said;
    }
    // A page may hold the newest only; what is missed between two that are there was deleted.
    let times: Vec<i64> = posts.iter().filter_map(|p| p.time.map(micros)).collect();
    if let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) {
        let within = |row: &Row| row.time.is_some_and(|t| first < &t && &t < last);
        let missed: Vec<&String> =
            known.iter().filter(|(id, row)| within(row) && !held.contains(*id) && !row.gone).map(|(id, _)| id).collect();
        // Many at once were not deleted: the page leaves out what lies between its newest and a pinned one.
        if missed.len() <= FEW.max(held.len() / 5) {
            let mut gone = tx.conn.prepare_cached("UPDATE live_post SET gone = ?3 WHERE article = ?1 AND post = ?2")?;
            for id in missed {
                gone.execute(params![article, id, at])?;
            }
        }
    }
    if changed && again {
        index::words(tx, article, entry, true)?;
    }
    Ok(new)
}

/// All posts of an article that can be read.
pub(super) fn held(tx: &Tx<'_>, article: i64) -> Result<Vec<LivePost>> {
    let mut s = tx.conn.prepare_cached("SELECT data FROM live_post WHERE article = ?1")?;
    let rows: Vec<Vec<u8>> = s.query_map([article], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(rows.iter().filter_map(|data| unpack(data).ok()).collect())
}

fn known(tx: &Tx<'_>, article: i64) -> Result<HashMap<String, Row>> {
    let mut s = tx.conn.prepare_cached("SELECT post, time, data, gone IS NOT NULL FROM live_post WHERE article = ?1")?;
    let rows = s.query_map([article], |r| Ok((r.get::<_, String>(0)?, Row { time: r.get(1)?, data: r.get(2)?, gone: r.get(3)? })))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A post as what is compared.
fn as_item(post: &LivePost) -> Item {
    Item { title: post.title.clone().unwrap_or_default(), body: post.body.clone(), ..Item::default() }
}

/// The share of the shorter post's words that the other has too.
fn alike(a: &LivePost, b: &LivePost) -> f32 {
    let words = |p: &LivePost| -> HashSet<String> {
        let text: Vec<String> = p.title.iter().map(|t| t.as_str().to_owned()).chain(p.body.iter().map(crate::model::Block::text)).collect();
        text.iter().flat_map(|t| t.split_whitespace().map(str::to_lowercase)).collect()
    };
    let (a, b) = (words(a), words(b));
    a.intersection(&b).count() as f32 / a.len().min(b.len()).max(1) as f32
}

/// Word 3-grams that two posts must share, and what share of the shorter's: from here on they say the same.
const SHARED_GRAMS: usize = 8;
const SHARED: f32 = 0.4;
/// Posts further apart than this (microseconds) are two reports: three hours.
const APART: i64 = 3 * 3_600_000_000;
/// Posts of one live blog with one phrase that others are compared with.
const REPEATS: usize = 8;
/// Live blogs of a story that are told in one line.
const BLOGS: i64 = 12;

/// One line of posts, newest first; of those that say the same the first stays. What its sender deleted stands for itself.
fn merged(mut all: Vec<Covered>) -> Vec<Covered> {
    let at = |c: &Covered| micros(c.posted.post.time.unwrap_or(c.posted.seen));
    all.sort_by_key(|c| (at(c), c.article));
    // Of each phrase the posts that stand in the line with it, the oldest first; and of each post how many it has.
    let mut having: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut lengths: Vec<usize> = Vec::with_capacity(all.len());
    let mut into: Vec<Option<usize>> = vec![None; all.len()];
    for i in 0..all.len() {
        let own = if all[i].posted.gone.is_some() { HashSet::new() } else { phrases(&all[i].posted.post) };
        lengths.push(own.len());
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for phrase in &own {
            let near = having.get(phrase).into_iter().flatten().rev().take_while(|j| at(&all[**j]) >= at(&all[i]) - APART);
            for j in near.filter(|j| all[**j].article != all[i].article) {
                *shared.entry(*j).or_default() += 1;
            }
        }
        let same = |(j, both): &(usize, usize)| *both >= SHARED_GRAMS && *both as f32 >= SHARED * own.len().min(lengths[*j]) as f32;
        into[i] = shared.into_iter().find(same).map(|(j, _)| j);
        if into[i].is_none() {
            for phrase in own {
                let have = having.entry(phrase).or_default();
                // A blog that says one thing over and over: its newest few will do.
                let of_it = || have.iter().enumerate().filter(|(_, j)| all[**j].article == all[i].article);
                if let (true, Some((oldest, _))) = (of_it().count() >= REPEATS, of_it().next()) {
                    have.remove(oldest);
                }
                have.push(i);
            }
        }
    }
    for (i, first) in into.iter().enumerate() {
        if let Some(first) = first {
            let (outlet, posted) = (all[i].outlet.clone(), &all[i].posted);
            let echo = Echo { article: all[i].article, post: posted.post.id.clone(), read: posted.read };
            let first = &mut all[*first];
            first.echoes.push(echo);
            if outlet != first.outlet && !first.also.contains(&outlet) {
                first.also.push(outlet);
            }
        }
    }
    let mut kept = into.iter();
    all.retain(|_| kept.next().is_some_and(Option::is_none));
    all.reverse();
    all
}

/// The word 3-grams of a post's text.
fn phrases(post: &LivePost) -> HashSet<u64> {
    let text: Vec<String> = post.body.iter().map(crate::model::Block::text).collect();
    let words: Vec<String> =
        text.iter().flat_map(|t| t.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)).collect();
    let hash = |words: &[String]| {
        let mut hasher = std::hash::DefaultHasher::new();
        words.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(3).map(hash).collect()
}

pub(super) fn read(tx: &Tx<'_>, id: ArticleId, posts: &[Clean]) -> Result<Applied> {
    let at = micros(tx.now);
    let mut s = tx.conn.prepare_cached("UPDATE live_post SET read_at = ?3 WHERE article = ?1 AND post = ?2 AND read_at IS NULL")?;
    let mut count = 0;
    for post in posts {
        count += s.execute(params![id.0, post.as_str(), at])? as u64;
    }
    Ok(Applied { count, ..Applied::default() })
}

/// Follows an article or no longer: a live blog for itself, of any other its story; and what nobody else tells yet for
/// itself, until somebody does.
pub(super) fn follow(tx: &mut Tx<'_>, id: ArticleId) -> Result<Applied> {
    let sql = "SELECT a.title, a.story, a.live OR EXISTS (SELECT 1 FROM live_post p WHERE p.article = a.id), m.followed_at IS NOT NULL
        FROM article a LEFT JOIN mark m ON m.feed = a.feed AND m.key = a.key WHERE a.id = ?1";
    type Found = (String, Option<i64>, bool, bool);
    let found: Option<Found> =
        tx.conn.prepare_cached(sql)?.query_row([id.0], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).optional()?;
    let Some((title, story, blog, itself)) = found else { return Err(Fault::Refused("There is no such article.".into())) };
    let story = story.filter(|_| !blog && !itself);
    let on = match story {
        Some(story) => !tx.conn.prepare_cached("SELECT 1 FROM follow WHERE story = ?1")?.exists([story])?,
        None => !itself,
    };
    put(tx, id.0, story, on)?;
    let what = if story.is_some() { "the story of" } else { "" };
    let label = format!("{} {what} “{title}”", if on { "following" } else { "no longer following" }).replace("  ", " ");
    record(tx, &label, 1, &Deed::Follow { article: id, story, on })
}

/// Follows or no longer.
pub(super) fn put(tx: &Tx<'_>, article: i64, story: Option<i64>, on: bool) -> Result<()> {
    let at = on.then(|| micros(tx.now));
    match story {
        Some(story) if on => {
            tx.conn.prepare_cached("INSERT OR IGNORE INTO follow(story, since) VALUES (?1, ?2)")?.execute((story, at))?;
        }
        Some(story) => {
            tx.conn.prepare_cached("DELETE FROM follow WHERE story = ?1")?.execute([story])?;
        }
        None => {
            let sql = "INSERT INTO mark(feed, key, followed_at) SELECT feed, key, ?2 FROM article WHERE id = ?1
                ON CONFLICT(feed, key) DO UPDATE SET followed_at = excluded.followed_at";
            tx.conn.prepare_cached(sql)?.execute((article, at))?;
        }
    }
    Ok(())
}

/// Whether any article is followed for itself.
pub(super) fn any_followed(tx: &Tx<'_>) -> Result<bool> {
    let sql = "SELECT 1 FROM mark INDEXED BY mark_followed WHERE followed_at IS NOT NULL LIMIT 1";
    Ok(tx.conn.prepare_cached(sql)?.exists([])?)
}

/// Takes following back, or does it again: the story may have gone into another meanwhile, and an article that was followed
/// for itself into one.
pub(super) fn again(tx: &Tx<'_>, article: i64, story: Option<i64>, on: bool) -> Result<()> {
    let story = match story {
        Some(story) => Some(sql::merged(tx.conn, story)?),
        None if on => None,
        None => {
            let sql = "SELECT a.story FROM article a LEFT JOIN mark m ON m.feed = a.feed AND m.key = a.key
                WHERE a.id = ?1 AND m.followed_at IS NULL";
            tx.conn.prepare_cached(sql)?.query_row([article], |r| r.get(0)).optional()?.flatten()
        }
    };
    put(tx, article, story, on)
}

/// Somebody else tells it now: who followed the article follows its story.
pub(super) fn grown(tx: &Tx<'_>, article: i64, story: i64) -> Result<()> {
    let sql = "SELECT m.followed_at FROM article a JOIN mark m ON m.feed = a.feed AND m.key = a.key
        WHERE a.id = ?1 AND m.followed_at IS NOT NULL AND a.live = 0 AND NOT EXISTS (SELECT 1 FROM live_post p WHERE p.article = a.id)";
    let since: Option<i64> = tx.conn.prepare_cached(sql)?.query_row([article], |r| r.get(0)).optional()?;
    if let Some(since) = since {
        tx.conn.prepare_cached("INSERT OR IGNORE INTO follow(story, since) VALUES (?1, ?2)")?.execute((story, since))?;
        put(tx, article, None, false)?;
    }
    Ok(())
}

impl Reader {
    /// The posts of an article, newest first.
    pub(super) fn posts(&self, id: ArticleId) -> Result<Vec<Posted>> {
        let sql =
            "SELECT data, seen, read_at IS NOT NULL, gone, before FROM live_post WHERE article = ?1 ORDER BY time DESC, seen DESC LIMIT ?2";
        let mut s = self.conn.prepare_cached(sql)?;
        let mut rows = s.query((id.0, MOST))?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            // One that cannot be read costs itself only.
            let Ok(post) = unpack::<LivePost>(&row.get::<_, Vec<u8>>(0)?) else { continue };
            let before = row.get::<_, Option<Vec<u8>>>(4)?.and_then(|b| unpack::<LivePost>(&b).ok());
            let edit = before.map(|before| Box::new((self.comparer)(&as_item(&before), &as_item(&post))));
            out.push(Posted { post, seen: time(row.get(1)?), read: row.get(2)?, gone: row.get::<_, Option<i64>>(3)?.map(time), edit });
        }
        Ok(out)
    }

    /// What a live blog's newest post says, if it is unread: its headline, or how it begins.
    pub(super) fn newest_unread(&self, article: ArticleId) -> Result<Option<Clean>> {
        let sql = "SELECT data FROM live_post WHERE article = ?1 AND gone IS NULL AND read_at IS NULL AND coalesce(time, seen) =
            (SELECT max(coalesce(time, seen)) FROM live_post WHERE article = ?1 AND gone IS NULL)";
        let data: Option<Vec<u8>> = self.conn.prepare_cached(sql)?.query_row([article.0], |r| r.get(0)).optional()?;
        let post = data.and_then(|data| unpack::<LivePost>(&data).ok());
        Ok(post.and_then(|p| p.title.or_else(|| p.body.first().map(|b| Clean::capped(&b.text(), 200)))))
    }

    /// The posts of all live blogs of an article's story in one line, newest first; of posts that say the same the first,
    /// with who else brings it. What an embargo withholds is not among them.
    pub fn coverage(&self, id: ArticleId, now: Timestamp) -> std::result::Result<Vec<Covered>, super::StoreError> {
        self.named(|| self.line(self.blogs(id, now)?, None))
    }

    /// The same of an article that is read already; nothing if nobody else tells it live.
    pub(super) fn with_others(&self, article: &Article, now: Timestamp) -> Result<Vec<Covered>> {
        let blogs = self.blogs(article.id, now)?;
        if blogs.iter().all(|(id, _)| *id == article.id) { Ok(Vec::new()) } else { self.line(blogs, Some(article)) }
    }

    /// The live blogs of an article's story, with their outlets.
    fn blogs(&self, id: ArticleId, now: Timestamp) -> Result<Vec<(ArticleId, Clean)>> {
        let sql = "SELECT b.id, o.name FROM article a JOIN article b ON b.id = a.id OR b.story = a.story JOIN outlet o ON o.id = b.outlet
            WHERE a.id = ?1 AND (b.id = a.id OR b.listed = 1) AND (b.embargo IS NULL OR b.embargo <= ?2)
                AND EXISTS (SELECT 1 FROM live_post p WHERE p.article = b.id) GROUP BY b.id
            ORDER BY b.id <> a.id, b.live DESC, b.id DESC LIMIT ?3";
        let mut s = self.conn.prepare_cached(sql)?;
        let rows = s.query_map((id.0, micros(now), BLOGS), |r| Ok((ArticleId(r.get(0)?), super::rows::clean(r, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn line(&self, blogs: Vec<(ArticleId, Clean)>, known: Option<&Article>) -> Result<Vec<Covered>> {
        let mut all = Vec::new();
        for (id, outlet) in blogs {
            let posts = match known.filter(|article| article.id == id) {
                Some(article) => article.posts.clone(),
                None => self.posts(id)?,
            };
            all.extend(posts.into_iter().map(|posted| Covered::alone(id, outlet.clone(), posted)));
        }
        Ok(merged(all))
    }

    /// Live blogs that still run and are to be asked: those that are followed, then those of the stories that are followed
    /// or that a followed one tells, for the reader sees them in one line.
    pub fn followed_live(&self) -> std::result::Result<Vec<ArticleId>, super::StoreError> {
        self.named(|| {
            let sql = "WITH own(id, story, since) AS (
                    SELECT a.id, a.story, m.followed_at FROM mark m INDEXED BY mark_followed
                    CROSS JOIN article a ON a.feed = m.feed AND a.key = m.key WHERE m.followed_at IS NOT NULL AND a.live = 1),
                wanted(id, own, since) AS (
                    SELECT id, 1, since FROM own
                    UNION ALL SELECT b.id, 0, s.since FROM (SELECT story, since FROM own WHERE story IS NOT NULL UNION ALL SELECT story, since FROM follow) s
                    CROSS JOIN article b INDEXED BY article_story ON b.story = s.story)
                SELECT a.id FROM wanted w CROSS JOIN article a ON a.id = w.id JOIN feed f ON f.id = a.feed
                WHERE a.live = 1 AND a.listed = 1 AND a.status = 0 AND (w.own = 1 OR f.subscribed = 1 AND f.paused = 0 AND f.gone = 0)
                GROUP BY a.id ORDER BY max(w.own) DESC, max(w.since) DESC, a.id LIMIT 20";
            let mut s = self.conn.prepare_cached(sql)?;
            let rows = s.query_map([], |r| Ok(ArticleId(r.get(0)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What is followed for itself: number, title, posts that are not read; of an article without posts one, if it is
    /// unread or has changed since it was read.
    pub(super) fn followed(&self) -> Result<Vec<(ArticleId, Clean, u64)>> {
        let sql = "SELECT a.id, a.title, CASE WHEN EXISTS (SELECT 1 FROM live_post p WHERE p.article = a.id)
                THEN (SELECT count(*) FROM live_post p WHERE p.article = a.id AND p.read_at IS NULL AND p.gone IS NULL)
                ELSE a.read_at IS NULL OR a.seen < a.versions END
            FROM mark m INDEXED BY mark_followed CROSS JOIN article a ON a.feed = m.feed AND a.key = m.key
            WHERE m.followed_at IS NOT NULL ORDER BY m.followed_at DESC LIMIT 50";
        let mut s = self.conn.prepare_cached(sql)?;
        let rows = s.query_map([], |r| Ok((ArticleId(r.get(0)?), super::rows::clean(r, 1)?, r.get::<_, i64>(2)?.max(0).unsigned_abs())))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Block;

    fn covered(article: i64, outlet: &str, minute: i64, text: &str) -> Covered {
        let time = Timestamp::from_second(1_755_300_000 + minute * 60).unwrap();
        let post = LivePost {
            id: Clean::line(&format!("{minute}")),
            time: Some(time),
            updated: None,
            title: None,
            body: vec![Block::paragraph(text)],
            key_event: false,
        };
        let posted = Posted { post, seen: time, read: false, gone: None, edit: None };
        Covered::alone(ArticleId(article), Clean::line(outlet), posted)
    }

    #[test]
    fn posts_of_several_outlets_are_one_line_and_the_same_dispatch_stands_once() {
        let dispatch = "The ferry Marit was towed off the rocks at Lunnoey on Saturday evening and is on its way to the yard at Boda";
        let own = "Our reporter on the pier counts twelve boats that bring blankets, bread and a brass band from the village";
        let all = vec![
            covered(1, "Post", 0, own),
            covered(1, "Post", 30, dispatch),
            covered(2, "Gazette", 20, &format!("{dispatch}, the coastguard said.")),
            covered(2, "Gazette", 21, &format!("{dispatch}, as we just reported.")),
            covered(3, "Radio", 40, dispatch),
            covered(3, "Radio", 400, dispatch),
        ];
        let line = merged(all);
        let told: Vec<(&str, Vec<&str>)> = line.iter().map(|c| (c.outlet.as_str(), c.also.iter().map(Clean::as_str).collect())).collect();
        assert_eq!(told, [("Radio", vec![]), ("Gazette", vec![]), ("Gazette", vec!["Post", "Radio"]), ("Post", vec![])]);
    }
}
