//! The search index: an article's words, gathered while it is filed and written last of all.

use rusqlite::Connection;

use super::compound::Lexicon;
use super::error::Result;
use super::file::Entry;
use super::live;
use super::write::Tx;
use crate::model::{Block, Item, LivePost};

/// An article's words on their way into the search index.
pub(super) struct Words {
    id: i64,
    title: String,
    text: String,
    authors: String,
    /// The index has the article's former words.
    again: bool,
    /// In German, whose compounds are found by their later part.
    german: bool,
}

impl Words {
    /// In bytes.
    pub fn size(&self) -> usize {
        self.title.len() + self.text.len() + self.authors.len()
    }
}

pub(super) fn words(tx: &mut Tx<'_>, id: i64, entry: Entry<'_>, again: bool) -> Result<()> {
    let item = entry.item;
    // A page may carry the newest posts only; all of them are to be found.
    let held = if again && (item.live || !item.posts.is_empty()) { live::held(tx, id)? } else { Vec::new() };
    let posts = if held.is_empty() { &item.posts } else { &held };
    tx.words.push(words_of(id, item, entry.text, posts, again));
    Ok(())
}

/// What of an article can be searched; `text` is the plain text of its body.
pub(super) fn words_of(id: i64, item: &Item, text: &str, posts: &[LivePost], again: bool) -> Words {
    let mut text = if text.is_empty() { item.summary.as_deref().unwrap_or_default() } else { text }.to_owned();
    for post in posts {
        for part in post.title.iter().map(|t| t.as_str().to_owned()).chain(post.body.iter().map(Block::text)) {
            text.push('\n');
            text.push_str(&part);
        }
    }
    let mut authors = item.byline.as_deref().unwrap_or_default().to_owned();
    for name in item.authors.iter().chain(&item.attribution.persons) {
        if !authors.contains(name.as_str()) {
            authors.push_str(" · ");
            authors.push_str(name);
        }
    }
    let german = item.language.as_deref().is_some_and(|l| l == "de" || l.starts_with("de-"));
    Words { id, title: item.title.as_str().to_owned(), text, authors, again, german }
}

/// Puts `words` into the search index and empties them. FTS5 gathers what it is given in memory, but writes it out as
/// a segment of its own at every savepoint, also the hidden one around a statement with triggers: between other
/// statements every article would make a segment, and merging them would cost more than all the rest of filing.
pub(super) fn write(conn: &Connection, words: &mut Vec<Words>, lexicon: &mut Lexicon) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    // In rising order, which FTS5 wants for the same reason; of an article twice in a batch only its newest words.
    words.sort_by_key(|w| w.id);
    words.dedup_by(|later, kept| {
        let same = later.id == kept.id;
        if same {
            later.again = kept.again;
            std::mem::swap(later, kept);
        }
        same
    });
    if words.iter().any(|w| w.german) {
        lexicon.begin(conn)?;
    }
    // All of them first: what is a word in one is a part in another.
    for w in words.iter().filter(|w| w.german) {
        lexicon.learn(&w.title);
        lexicon.learn(&w.text);
    }
    for w in words.iter_mut().filter(|w| w.german) {
        let parts = lexicon.parts(&[&w.title, &w.text]);
        w.text.push_str(&parts);
    }
    let mut gone = conn.prepare_cached("DELETE FROM fts WHERE rowid = ?1")?;
    for w in words.iter().filter(|w| w.again) {
        gone.execute([w.id])?;
    }
    let mut new = conn.prepare_cached("INSERT INTO fts(rowid, title, body, author) VALUES (?1, ?2, ?3, ?4)")?;
    for w in words.drain(..) {
        new.execute((w.id, w.title, w.text, w.authors))?;
    }
    Ok(())
}
