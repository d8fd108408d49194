//! The article: its head and its text, laid out once for each width and version. Where the reader is, is held as a place
//! in the text, not as a line, so that it survives another width, another version and a restart.

mod hits;
mod marking;
mod paging;
mod pictures;

use jiff::Timestamp;
use ratatui::layout::{self, Rect};

use super::super::draw::{Line, Pen, flow};
use super::super::lang::{self, say};
use super::super::layout::Layout;
use super::super::theme::Role;
use super::super::typeset::{self, Frames, Laid, LaidLine, LaidPicture, Tone};
use super::super::when::Local;
use super::super::{Model, Pane, Zoom, when};
use super::head::{PACE, head, tail, title_of, withheld};
use super::{Move, diff, live};
use crate::model::{Address, Article, ArticleId, Block, Clean, Headline, Position, Posted};

/// What the pane knows.
#[derive(Debug, Default)]
pub(in super::super) struct State {
    /// Words for signs, and no columns.
    plain: bool,
    /// What is to be shown.
    pub target: Option<ArticleId>,
    /// Its row, until the article is there.
    pub headline: Option<Headline>,
    /// What is loaded.
    pub article: Option<Box<Article>>,
    /// Why nothing can be shown.
    pub failed: Option<Clean>,
    /// A newer version came while this one was on the screen.
    pub newer: Option<u32>,
    /// The version that stood when the reader last read it, if that is not the newest.
    pub base: Option<u32>,
    /// The posts of a live blog.
    pub live: live::State,
    /// Two versions side by side, in the text's place.
    pub diff: Option<diff::State>,
    /// Marks changed, which the head shows.
    head_stale: bool,
    /// Once laid out, to where the posts are new.
    resumes: bool,
    doc: Option<Doc>,
    /// Paragraphs that are being chosen.
    chosen: Option<marking::Chosen>,
    /// The blocks that are highlighted.
    marked: Vec<usize>,
    /// What is searched for, where it stands in the text, and which of it the reader went to.
    found: hits::Found,
    /// The article's own posts with those that wait: what is handed on is what is on the screen.
    own_posts: Option<Vec<Posted>>,
    top: usize,
    height: usize,
    /// Both edges of the text are straight.
    pub justify: bool,
    /// The screen shows a page, which ends where a page may end, and not just so many lines.
    paged: bool,
    /// The place at the top of the screen.
    anchor: Position,
    /// The place when it was opened, or last filed.
    filed: Position,
}

/// An article laid out.
#[derive(Debug)]
struct Doc {
    id: ArticleId,
    version: u32,
    width: u16,
    justified: bool,
    /// Rows for a picture at most, and the size of a cell.
    frames: Option<(u16, (u16, u16))>,
    pending: bool,
    /// Under embargo, so that its text is not shown.
    locked: bool,
    head: Vec<Line>,
    blocks: Vec<Block>,
    body: Laid,
    tail: Vec<Line>,
    words: usize,
}

impl Doc {
    fn len(&self) -> usize {
        self.head.len() + self.body.lines.len() + self.tail.len()
    }
}

impl State {
    /// Empty; `plain` for the ear.
    pub fn new(plain: bool) -> Self {
        Self { plain, ..Self::default() }
    }

    /// Another article is wanted: what was shown stays until it is there. The place to file for the one that is left.
    pub fn aim(&mut self, id: ArticleId, headline: Option<Headline>) -> Option<(ArticleId, Position)> {
        let left = self.leave();
        self.target = Some(id);
        self.headline = headline;
        self.failed = None;
        self.newer = None;
        self.chosen = None;
        left
    }

    /// The place to file, if the reader moved since the last time.
    pub fn leave(&mut self) -> Option<(ArticleId, Position)> {
        let id = self.article.as_ref()?.id;
        if self.target != Some(id) || self.anchor == self.filed {
            return None;
        }
        self.filed = self.anchor;
        Some((id, self.anchor))
    }

    /// Takes an answer. Another version of the same article, and its text when it arrives, keep the place.
    pub fn fill(&mut self, article: Option<Box<Article>>) {
        let Some(article) = article else {
            self.fail(Clean::line(say!("article-gone")));
            return;
        };
        if self.target != Some(article.id) {
            return;
        }
        let same = self.article.as_ref().is_some_and(|shown| shown.id == article.id);
        if !same {
            let marks = &article.marks;
            self.base = Some(marks.seen).filter(|seen| marks.read && *seen > 0 && *seen < article.version);
            self.diff = None;
            self.live = live::State::open(article.covered(), self.live.oldest_first);
            self.anchor = article.marks.position;
            self.filed = self.anchor;
            self.top = 0;
            self.paged = true;
        } else if self.live.any() {
            self.live.came(article.covered());
        } else {
            self.live = live::State::open(article.covered(), self.live.oldest_first);
            // They are to be laid out, if there are any.
            self.doc = self.doc.take().filter(|_| !self.live.any());
        }
        (self.failed, self.own_posts) = (None, None);
        self.newer = self.newer.filter(|n| *n > article.version);
        let stands = |a: &Article| (a.version, a.pending) == (article.version, article.pending) && a.item == article.item;
        // Where its marks alone are others the screen stays where it is, to the line.
        self.doc = self.doc.take().filter(|_| same && self.article.as_deref().is_some_and(stands));
        self.article = Some(article);
        self.marks_changed();
    }

    /// Says why nothing can be shown; a text that is on the screen stays there.
    pub fn fail(&mut self, why: Clean) {
        if self.current().is_none() {
            self.failed = Some(why);
        }
    }

    /// The article that is wanted, if it is loaded.
    pub fn current(&self) -> Option<&Article> {
        self.article.as_deref().filter(|a| self.target == Some(a.id))
    }

    /// Lays the article out for the column, unless it already is.
    pub fn lay(&mut self, column: Rect, frames: Option<Frames<'_>>, zone: &Local, now: Timestamp) {
        self.height = usize::from(column.height);
        let Some(article) = self.article.as_deref() else { return };
        let wanted = frames.map(|f| (f.rows, f.cell));
        let stands = self.doc.as_ref().is_some_and(|d| {
            (d.id, d.version, d.width, d.pending, d.frames) == (article.id, article.version, column.width, article.pending, wanted)
                && d.justified == self.justify
                && d.locked == article.item.locked(now)
        });
        let since = self.base.filter(|base| *base < article.version);
        if !stands {
            self.doc = Some(lay(article, &mut self.live, column.width, frames, zone, now, (self.plain, self.justify), since));
            self.head_stale = false;
            self.mark();
            if std::mem::take(&mut self.resumes)
                && let Some(block) = self.live.resume()
                && let Some(doc) = &self.doc
                // What is new is seen from the top, unless a picture or a long lead stands there.
                && (self.live.oldest_first || doc.head.len() + doc.body.line_of(block, 0) > self.height / 2)
            {
                self.anchor = Position { block, offset: 0 };
            }
            self.seek();
            self.find();
        } else if let (true, Some(doc)) = (self.head_stale, &mut self.doc) {
            doc.head = head(article, (doc.words, self.live.count()), column.width, zone, now, self.plain, since);
            self.head_stale = false;
            self.mark();
            self.seek();
        }
        self.top = self.top.min(self.last_top());
        if let (Some(diff), Some(article)) = (&mut self.diff, self.article.as_deref()) {
            diff.lay(article, column, zone, self.plain);
        }
    }

    fn len(&self) -> usize {
        self.doc.as_ref().map_or(0, Doc::len)
    }

    /// The highest line that the screen can begin with: the end of a paragraph does not stand alone there either.
    fn last_top(&self) -> usize {
        let full = self.len().saturating_sub(self.height.max(1));
        let mut top = full;
        while top > 0 && self.clings(top - 1) {
            top += 1;
        }
        if top - full > self.height / 2 { full } else { top }
    }

    /// The line at which the anchor stands.
    fn seek(&mut self) {
        let Some(doc) = &self.doc else { return };
        if self.anchor == Position::default() {
            self.top = self.top.min(doc.head.len());
            return;
        }
        self.top = doc.head.len() + doc.body.line_of(self.anchor.block, self.anchor.offset);
    }

    fn note_anchor(&mut self) {
        let Some(doc) = &self.doc else { return };
        self.anchor = match self.top.checked_sub(doc.head.len()) {
            None => Position::default(),
            Some(at) => doc.body.position(at),
        };
    }

    /// Shows the posts that wait. Whether any did.
    pub fn show_waiting(&mut self) -> bool {
        if !self.live.show() {
            return false;
        }
        if let (Some(posts), Some(article)) = (self.own_posts.take(), &mut self.article) {
            article.posts = posts;
        }
        self.doc = None;
        self.resumes = true;
        if !self.live.oldest_first {
            (self.anchor, self.top) = (Position::default(), 0);
        }
        true
    }

    /// The same article's posts as they are now: shown at once to who stands at their top, kept for who reads.
    pub fn posts_came(&mut self, newest: &Article) {
        self.live.came(newest.covered());
        self.own_posts = Some(newest.posts.clone());
        let newest = self.live.resume().map(|block| Position { block, offset: 0 });
        let follows = self.top == 0 || newest.is_some_and(|newest| self.anchor == newest);
        if follows && !self.live.oldest_first && self.diff.is_none() {
            self.show_waiting();
        }
    }

    /// What the head says is no longer so.
    pub fn head_now(&mut self, newest: &Article) {
        if let Some(article) = self.article.as_mut().filter(|a| a.id == newest.id) {
            article.item.live = newest.item.live;
            article.marks.followed = newest.marks.followed;
            self.head_stale = true;
        }
    }

    /// Turns the order of the posts; the oldest first from where the reader was.
    pub fn turn_order(&mut self) -> bool {
        if !self.live.any() {
            return false;
        }
        self.live.oldest_first = !self.live.oldest_first;
        self.doc = None;
        self.resumes = self.live.oldest_first;
        (self.anchor, self.top) = (Position::default(), 0);
        true
    }

    /// What edited posts said before, or no longer. Whether there are any.
    pub fn turn_edits(&mut self) -> bool {
        if !self.live.any_edit() {
            return false;
        }
        self.live.edits = !self.live.edits;
        self.doc = None;
        true
    }

    /// The posts that are on the screen were had.
    pub fn note_posts(&mut self) {
        let Some(doc) = self.doc.as_ref().filter(|_| self.diff.is_none() && self.live.any()) else { return };
        let line = |at: usize| doc.body.lines.get(at.saturating_sub(doc.head.len()));
        let from = line(self.top).map_or(0, |l| l.block);
        let to = line(self.end()).map_or(u32::MAX, |l| l.block);
        self.live.on_screen(from, to);
    }

    /// Scrolls. Whether anything moved.
    pub fn go(&mut self, to: Move) -> bool {
        if let Some(diff) = &mut self.diff {
            diff.go(to);
            return true;
        }
        let before = self.top;
        match to {
            Move::Pages(n) => self.turn(n),
            _ => {
                let last = self.last_top();
                self.top = to.of(self.top, last + 1, self.height);
                self.paged = to == Move::Top;
            }
        }
        self.note_anchor();
        self.top != before
    }

    /// Shows a paragraph at the top.
    pub fn show(&mut self, block: u32) {
        self.anchor = Position { block, offset: 0 };
        self.seek();
        self.top = self.top.min(self.last_top());
        self.paged = false;
    }

    /// The link drawn at a cell.
    pub fn link_at(&self, column: Rect, x: u16, y: u16) -> Option<Address> {
        let doc = self.doc.as_ref().filter(|_| self.diff.is_none())?;
        let line = doc.body.lines.get((self.top + usize::from(y.checked_sub(column.y)?)).checked_sub(doc.head.len())?)?;
        let mut at = column.x;
        for span in &line.spans {
            let end = at.saturating_add(super::super::draw::width(&span.text));
            if (at..end).contains(&x) {
                return doc.body.links.get(usize::from(span.link?).checked_sub(1)?).cloned();
            }
            at = end;
        }
        None
    }

    /// The links that are drawn in `column`, each with its place.
    pub fn links_in(&self, column: Rect) -> Vec<(Rect, Address)> {
        let Some(doc) = self.doc.as_ref().filter(|_| self.diff.is_none() && self.current().is_some()) else { return Vec::new() };
        let mut out: Vec<(Rect, Address)> = Vec::new();
        for (at, y) in (self.top..self.end()).zip(column.top()..column.bottom()) {
            let Some(line) = at.checked_sub(doc.head.len()).and_then(|at| doc.body.lines.get(at)) else { continue };
            let mut x = column.x;
            for span in &line.spans {
                let wide = super::super::draw::width(&span.text).min(column.right().saturating_sub(x));
                let address = span.link.and_then(|n| doc.body.links.get(usize::from(n).checked_sub(1)?));
                if let Some(address) = address.filter(|_| wide > 0) {
                    out.push((Rect::new(x, y, wide, 1), address.clone()));
                }
                x += wide;
            }
        }
        out
    }

    /// The links of the text.
    pub fn links(&self) -> &[Address] {
        self.doc.as_ref().map_or(&[], |d| &d.body.links)
    }
}

#[allow(clippy::too_many_arguments)] // all that a text depends on
fn lay(
    article: &Article,
    live: &mut live::State,
    width: u16,
    frames: Option<Frames<'_>>,
    zone: &Local,
    now: Timestamp,
    (plain, justify): (bool, bool),
    since: Option<u32>,
) -> Doc {
    let item = &article.item;
    let locked = item.locked(now);
    let mut blocks: Vec<Block> = if locked { Vec::new() } else { item.body.clone() };
    if blocks.is_empty()
        && !locked
        && let Some(summary) = &item.summary
    {
        blocks.push(Block::paragraph(summary));
    }
    if !locked {
        live.write(&mut blocks, zone, now, plain);
    }
    let words: usize = blocks.iter().map(|b| b.text().split_whitespace().count()).sum();
    let language = item.language.as_deref();
    let spoken = plain.then(|| marking::spoken_marks(article, &blocks));
    let body = typeset::lay(
        spoken.as_ref().unwrap_or(&blocks),
        &typeset::Options { width, language, hyphenate: !plain, justify: justify && !plain, plain, frames, ..typeset::Options::default() },
    );
    Doc {
        id: article.id,
        version: article.version,
        width,
        justified: justify,
        frames: frames.map(|f| (f.rows, f.cell)),
        pending: article.pending,
        locked,
        head: head(article, (words, live.count()), width, zone, now, plain, since),
        tail: if locked { withheld(item, width, zone) } else { tail(article, words, width) },
        blocks,
        body,
        words,
    }
}

/// What stands in the border: what is open, and how far the reader is.
pub(in super::super) fn title(model: &Model, _height: u16) -> (Line, Option<String>) {
    let state = &model.article;
    let mut line = Line::default();
    let Some(doc) = &state.doc else { return (line, None) };
    if let Some(diff) = &state.diff {
        return diff.title();
    }
    if let Some(words) = state.choosing_words() {
        line.push(words, Role::Hint);
    } else if let Some(words) = state.found_words() {
        line.push(words, Role::Hint);
    } else if let Some((n, time)) = state.live.waiting() {
        let clock = time.map_or(String::new(), |t| format!(" · {}", when::stamp(t, model.now, &model.zone)));
        let words = if n > 0 { say!("status-new", n = n) } else { say!("article-posts-changed").to_owned() };
        line.push(format!("▲ {words}{clock} · {}", say!("article-shows")), Role::Waiting);
    } else if let Some(n) = state.newer {
        line.push(say!("article-newer", n = n), Role::Changed);
    }
    if doc.len() <= state.height {
        return (line, None);
    }
    let seen = state.end();
    let share = seen * 100 / doc.len().max(1);
    let left = (doc.words * (doc.len() - seen) / doc.len().max(1)).div_ceil(PACE);
    let corner = if seen >= doc.len() { say!("article-end").to_owned() } else { say!("article-left", share = share, minutes = left) };
    (line, Some(corner))
}

/// Draws the pane; where the cursor stands.
pub(in super::super) fn view(model: &Model, pen: &mut Pen<'_>, layout: &Layout) -> Option<layout::Position> {
    let state = &model.article;
    let column = layout.column()?;
    let mut origin = layout::Position::new(column.x, column.y);
    let mut there = false;
    let loading = state.target.is_some() && state.current().is_none();
    if let Some(failed) = &state.failed {
        for (y, line) in (column.top()..column.bottom()).zip(flow(Line::of(lang::put(failed), Role::Error), column.width, 0)) {
            pen.line(column.x, y, column.width, &line);
        }
        return Some(origin);
    }
    // A reader who opened an article sees its title at once; one who only passes over headlines sees no flicker.
    if loading && (model.focus() != Pane::Headlines || state.doc.is_none()) {
        if let Some(row) = &state.headline {
            let mut lines = flow(Line::of(title_of(&row.title), Role::Title), column.width, 0);
            lines.push(Line::of(row.outlet.as_str(), Role::Outlet).and(format!(" · {}", when::full(row.time, &model.zone)), Role::Dim));
            for (y, line) in (column.top()..column.bottom()).zip(&lines) {
                pen.line(column.x, y, column.width, line);
            }
        }
        return Some(origin);
    }
    let Some(doc) = &state.doc else {
        if model.headlines.rows.is_empty() && model.arrangement.zoom == Zoom::Off {
            return Some(origin);
        }
        pen.put(column.x, column.y, column.width, say!("article-nothing"), Role::Dim);
        return Some(origin);
    };
    if let Some(diff) = &state.diff {
        diff.view(pen, column);
        return Some(origin);
    }
    let head = doc.head.len();
    let body = doc.body.lines.len();
    for (row, y) in (column.top()..column.bottom()).enumerate() {
        let at = state.top + row;
        if at >= state.end() {
            break;
        }
        if at < head {
            pen.line(column.x, y, column.width, &doc.head[at]);
            state.draw_title_hits(pen, column, y, &doc.head[at]);
        } else if at < head + body {
            let line = &doc.body.lines[at - head];
            text_line(pen, column.x, y, column.width, line);
            if state.draw_marks(pen, column, y, line) && !std::mem::replace(&mut there, true) {
                origin.y = y;
            }
            if state.draw_hits(pen, column, y, at - head) && !std::mem::replace(&mut there, true) {
                origin.y = y;
            }
        } else if let Some(line) = doc.tail.get(at - head - body) {
            pen.line(column.x, y, column.width, line);
        } else {
            break;
        }
    }
    for picture in &doc.body.pictures {
        picture_in(model, pen, column, doc, picture);
    }
    Some(origin)
}

/// Draws what is on the screen of a picture; until it is there, and where it stays away, a word in its middle.
fn picture_in(model: &Model, pen: &mut Pen<'_>, column: Rect, doc: &Doc, picture: &LaidPicture) {
    let state = &model.article;
    let lines = |n: usize| i32::try_from(n).unwrap_or(i32::MAX / 2);
    let (height, rows) = (lines(state.end() - state.top).min(i32::from(column.height)), i32::from(picture.rows));
    let first = lines(doc.head.len() + picture.line) - lines(state.top);
    if first >= height || first + rows <= 0 || picture.column >= column.width {
        return;
    }
    let x = column.x + picture.column;
    let room = picture.cols.min(column.width - picture.column);
    let word = |pen: &mut Pen<'_>, word: &str| {
        let y = first + rows / 2;
        if (0..height).contains(&y) {
            pen.put(x, column.y + y as u16, room, word, Role::Dim);
        }
    };
    let come = model.pictures.come(&model.article.picture(doc, picture));
    match come {
        // What is painted in pixels makes way for what lies over the text.
        Some(Ok(drawn)) if drawn.of_characters() || model.overlay.is_none() => {
            let (cols, own) = drawn.size();
            // A picture lower than its room stands next to its caption.
            let own = i32::from(own).min(rows);
            let top = first + rows - own;
            let (from, to) = (top.max(0), (top + own).min(height));
            if from < to {
                let area = Rect::new(x, column.y + from as u16, cols.min(room), (to - from) as u16);
                drawn.draw(area, (from - top) as u16, pen.cells);
            }
        }
        Some(Ok(_)) => {}
        Some(Err(why)) => word(pen, &say!("picture-failed", why = lang::put(why))),
        None if model.pictures.opened(doc.id) => word(pen, say!("picture-coming")),
        None => word(pen, say!("picture-waiting")),
    }
}

fn text_line(pen: &mut Pen<'_>, x: u16, y: u16, room: u16, line: &LaidLine) {
    let mut used = 0;
    for span in &line.spans {
        if used >= room {
            break;
        }
        used += pen.put_visual(x + used, y, room - used, &span.text, role(span.tone));
    }
}

/// What the typesetter calls a tone, as a role of the theme.
fn role(tone: Tone) -> Role {
    match tone {
        Tone::Body => Role::Text,
        Tone::Emphasis => Role::Emphasis,
        Tone::Strong | Tone::EmphasisStrong => Role::Strong,
        Tone::Code => Role::Code,
        Tone::Struck => Role::Struck,
        Tone::Heading => Role::Heading,
        Tone::Quote => Role::Quote,
        Tone::QuoteMark | Tone::TableRule => Role::Rule,
        Tone::Bullet => Role::Bar,
        Tone::Caption | Tone::Credit | Tone::Dim => Role::Caption,
        Tone::Link => Role::Link,
        Tone::LinkNumber => Role::LinkNumber,
    }
}

impl State {
    /// Saved or no longer, seen at once.
    pub fn set_saved(&mut self, id: ArticleId, saved: bool) {
        if let Some(article) = self.article.as_mut().filter(|a| a.id == id) {
            article.marks.saved = saved;
            self.head_stale = true;
        }
    }
}

#[cfg(test)]
impl State {
    /// The place at the top of the screen.
    pub fn anchor_for_test(&self) -> Position {
        self.anchor
    }
}
