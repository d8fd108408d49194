//! How the model's types lie in rows: times, JSON, packed blobs, digests. Both sides, so that they cannot differ.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

use super::error::{Fault, Result};
use crate::model::{
    Address, Asks, Clean, Failure, FailureKind, Feed, FeedFacts, FeedId, FeedSettings, Health, Item, Rhythm, Signal, Stage, Status,
    Validators, Why,
};

/// Blobs below this are left as they are: packing saves a third of them, and costs as much as all other work on them.
const WORTH_PACKING: usize = 1024;
/// How hard: more costs a poll more than it saves on the disk.
const LEVEL: i32 = 1;
/// Working memory that is kept between two blobs, in bytes.
const WORTH_KEEPING: usize = 1 << 20;
/// No blob of ours unpacks to more; one that claims to is damaged.
const MAX_UNPACKED: usize = 64 << 20;
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

pub(super) fn micros(t: Timestamp) -> i64 {
    t.as_microsecond()
}

pub(super) fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text)?)
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

/// Packs JSON into blobs; keeps its working memory between them.
pub(super) struct Packer {
    zstd: zstd::bulk::Compressor<'static>,
    plain: Vec<u8>,
    packed: Vec<u8>,
}

impl Packer {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self { zstd: zstd::bulk::Compressor::new(LEVEL)?, plain: Vec::new(), packed: Vec::new() })
    }

    pub(super) fn pack<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<&[u8]> {
        for buffer in [&mut self.plain, &mut self.packed] {
            buffer.clear();
            buffer.shrink_to(WORTH_KEEPING);
        }
        serde_json::to_writer(&mut self.plain, value)?;
        if self.plain.len() < WORTH_PACKING {
            return Ok(&self.plain);
        }
        self.packed.reserve(zstd::zstd_safe::compress_bound(self.plain.len()));
        self.zstd.compress_to_buffer(&self.plain, &mut self.packed)?;
        Ok(&self.packed)
    }
}

pub(super) fn unpack<T: DeserializeOwned>(blob: &[u8]) -> Result<T> {
    unpack_within(blob, MAX_UNPACKED)
}

/// The same with another bound, in bytes.
pub(super) fn unpack_within<T: DeserializeOwned>(blob: &[u8], most: usize) -> Result<T> {
    if !blob.starts_with(ZSTD) {
        return Ok(serde_json::from_slice(blob)?);
    }
    let size = zstd::bulk::Decompressor::upper_bound(blob).unwrap_or(most);
    if size > most {
        return Err(Fault::Broken("a text claims an impossible size".into()));
    }
    // Whoever reads one reads many, and making room to unpack costs more than to unpack.
    thread_local!(static UNPACKER: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) });
    let plain = UNPACKER.with_borrow_mut(|unpacker| match unpacker {
        Some(unpacker) => unpacker.decompress(blob, size),
        none => none.insert(zstd::bulk::Decompressor::new()?).decompress(blob, size),
    })?;
    Ok(serde_json::from_slice(&plain)?)
}

/// FNV-1a, 64 bits: stable on disk. Where a collision would matter, the bytes are compared as well.
#[derive(Clone, Copy)]
pub(super) struct Digest(u64);

impl Digest {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a part; parts do not run into each other.
    pub(super) fn add(mut self, bytes: &[u8]) -> Self {
        for b in bytes.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    pub(super) fn get(self) -> i64 {
        i64::from_ne_bytes(self.0.to_ne_bytes())
    }
}

/// An item's identity within its feed.
pub(super) fn key(guid: &str) -> i64 {
    Digest::new().add(guid.as_bytes()).get()
}

/// What makes a version: title, text, byline, credits, status and advisory. `text` is the plain text of the body.
pub(super) fn item_digest(item: &Item, text: &str) -> i64 {
    let mut d = Digest::new().add(item.title.as_bytes()).add(text.as_bytes());
    for part in [&item.byline, &item.advisory] {
        d = d.add(part.as_deref().unwrap_or_default().as_bytes());
    }
    if text.is_empty() {
        d = d.add(item.summary.as_deref().unwrap_or_default().as_bytes());
    }
    for credit in &item.attribution.credits {
        d = d.add(credit.agency.as_str().as_bytes()).add(&[credit.role as u8]);
    }
    d.add(&[status_code(item.status) as u8]).get()
}

/// The item without its text and posts, and under the name of its outlet; what says nothing is left out.
pub(super) struct Facts<'a> {
    pub item: &'a Item,
    pub outlet: &'a Clean,
}

impl Serialize for Facts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        /// Each field by its name, unless it is as it would be without a word; naming them all, so that none is forgotten.
        macro_rules! entries {
            ($map:ident, $($field:ident),*) => {
                let Item { outlet: _, body: _, posts: _, $($field),* } = self.item;
                $(put(&mut $map, stringify!($field), $field)?;)*
            };
        }
        fn put<M: SerializeMap, T: Serialize + Default + PartialEq>(
            map: &mut M,
            name: &'static str,
            value: &T,
        ) -> std::result::Result<(), M::Error> {
            if *value == T::default() { Ok(()) } else { map.serialize_entry(name, value) }
        }
        let mut map = serializer.serialize_map(None)?;
        entries!(
            map,
            guid,
            url,
            title,
            kicker,
            language,
            published,
            updated,
            byline,
            authors,
            dateline,
            slugline,
            urgency,
            advisory,
            embargo,
            status,
            item_id,
            source_version,
            take,
            signal,
            stage,
            nth,
            signals,
            copyright,
            usage_terms,
            categories,
            section,
            enclosures,
            picture,
            origin,
            comments,
            attribution,
            summary,
            complete,
            wall,
            live
        );
        put(&mut map, "outlet", self.outlet)?;
        map.end()
    }
}

pub(super) fn status_code(s: Status) -> i64 {
    match s {
        Status::Usable => 0,
        Status::Withheld => 1,
        Status::Canceled => 2,
    }
}

pub(super) fn status(code: i64) -> Status {
    match code {
        1 => Status::Withheld,
        2 => Status::Canceled,
        _ => Status::Usable,
    }
}

pub(super) fn stage_code(stage: Stage) -> i64 {
    match stage {
        Stage::Alert => 1,
        Stage::Urgent => 2,
        Stage::Update => 3,
        Stage::Wrapup => 4,
        Stage::Analysis => 5,
        Stage::Exclusive => 6,
    }
}

pub(super) fn signal_bit(signal: Signal) -> i64 {
    match signal {
        Signal::Correction => 1,
        Signal::Refile => 2,
        Signal::Repeat => 4,
        Signal::Withdrawn => 8,
        Signal::Embargo => 16,
    }
}

/// All that are said, in one figure.
pub(super) fn signal_bits(signals: &[Signal]) -> i64 {
    signals.iter().fold(0, |all, s| all | signal_bit(*s))
}

pub(super) fn stage(code: i64) -> Option<Stage> {
    Stage::ALL.iter().map(|(_, stage)| *stage).find(|stage| stage_code(*stage) == code)
}

pub(super) fn signals(bits: i64) -> Vec<Signal> {
    let mut out: Vec<Signal> = Signal::ALL.iter().map(|(_, signal)| *signal).filter(|signal| bits & signal_bit(*signal) != 0).collect();
    out.sort_unstable();
    out.dedup();
    out
}

pub(super) fn clean(row: &Row<'_>, at: usize) -> rusqlite::Result<Clean> {
    Ok(Clean::verbatim(row.get_ref(at)?.as_str().unwrap_or_default()))
}

/// Why an article is where it is, as it lies in its row.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Whys {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carries: Option<Why>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tells: Option<Why>,
}

/// A feed as it lies in its row, with what only the poller needs.
pub(super) struct FeedRow {
    pub feed: Feed,
    pub facts: FeedFacts,
    pub validators: Validators,
    pub rhythm: Rhythm,
    pub subscribed: bool,
    /// To be asked at once, whatever its health says: new, moved or woken.
    pub woken: bool,
}

// Without a join: SQLite plans a statement that joins anew whenever another number is bound to it.
const FEED_COLUMNS: &str = "SELECT f.id, f.address, f.settings, f.facts, f.health, f.validators, f.rhythm, f.subscribed,
    (SELECT articles FROM tally WHERE feed = f.id), (SELECT unread FROM tally WHERE feed = f.id), f.next IS NULL FROM feed f";

fn feed_row(row: &Row<'_>) -> Result<FeedRow> {
    /// A field that cannot be read is as if nothing had been set.
    fn field<T: DeserializeOwned + Default>(row: &Row<'_>, at: usize, name: &'static str, lost: &mut Vec<&'static str>) -> T {
        row.get_ref(at).ok().and_then(|v| v.as_str().ok().and_then(|text| serde_json::from_str(text).ok())).unwrap_or_else(|| {
            lost.push(name);
            T::default()
        })
    }
    let address = row.get_ref(1)?.as_str().map_err(|e| Fault::Broken(e.to_string()))?;
    let address = Address::stored(address).map_err(|e| Fault::Broken(e.to_string()))?;
    let mut lost = Vec::new();
    let settings: FeedSettings = field(row, 2, "settings", &mut lost);
    let facts: FeedFacts = field(row, 3, "title", &mut lost);
    let mut health: Health = field(row, 4, "health", &mut lost);
    let validators: Validators = field(row, 5, "validators", &mut lost);
    let rhythm: Rhythm = field(row, 6, "schedule", &mut lost);
    if !lost.is_empty() {
        let what = format!("What the cache kept of it cannot be read: {}.", lost.join(", "));
        health.failure = Some(Failure::new(FailureKind::Local, what, "Set it up again; its articles are kept."));
    }
    let title = feed_title(&address, &settings, &facts);
    let feed = Feed {
        id: FeedId(row.get(0)?),
        title,
        site: facts.site.clone(),
        language: facts.language.clone(),
        settings,
        health,
        asks: Asks { max_age: rhythm.max_age, retry_after: rhythm.retry_after, hints: rhythm.hints.clone() },
        articles: row.get::<_, Option<i64>>(8)?.unwrap_or_default().max(0).unsigned_abs(),
        unread: row.get::<_, Option<i64>>(9)?.unwrap_or_default().max(0).unsigned_abs(),
        address,
    };
    Ok(FeedRow { feed, facts, validators, rhythm, subscribed: row.get(7)?, woken: row.get(10)? })
}

/// The reader's own title, else the feed's, else its host.
pub(super) fn feed_title(address: &Address, settings: &FeedSettings, facts: &FeedFacts) -> Clean {
    let given = settings.title.clone().and_then(Clean::non_empty);
    given.or_else(|| facts.title.clone().and_then(Clean::non_empty)).unwrap_or_else(|| Clean::line(&address.site()))
}

pub(super) fn feed(conn: &Connection, id: FeedId) -> Result<Option<FeedRow>> {
    let mut s = conn.prepare_cached(&format!("{FEED_COLUMNS} WHERE f.id = ?1"))?;
    s.query_row(params![id.0], |r| Ok(feed_row(r))).optional()?.transpose()
}

/// Subscribed feeds in the order of their titles.
pub(super) fn feeds(conn: &Connection, only: &str) -> Result<Vec<FeedRow>> {
    let mut s = conn.prepare_cached(&format!("{FEED_COLUMNS} WHERE f.subscribed = 1 {only} ORDER BY f.id"))?;
    let mut rows = s.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        match feed_row(row) {
            Ok(feed) => out.push(feed),
            // Without its address it is no feed; the others are.
            Err(fault) if fault.is_own() => {}
            Err(fault) => return Err(fault),
        }
    }
    let places = super::standing::places(conn, false)?;
    let place = |id: FeedId| places.get(&id.to_string()).copied().unwrap_or(i64::MAX);
    out.sort_by_cached_key(|f| (place(f.feed.id), f.feed.title.to_lowercase(), f.feed.id));
    Ok(out)
}
