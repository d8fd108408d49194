//! Two outlets of one dispatch side by side: what both print is dimmed, what only one does stands out, and paragraphs
//! that belong together stand beside each other, so that both scroll as one. Where it is narrow one stands above the other.

use ratatui::layout::{Position, Rect};
use std::collections::HashSet;

use super::draw::{Line, Pen, flow};
use super::lang::say;
use super::linear::Said;
use super::overlay::Overlay;
use super::panes::Move;
use super::theme::Role;
use super::when::{self, Local};
use super::{Class, Level, Model};
use crate::model::{Article, ArticleId, Block, Question};

/// From this width on they stand side by side.
const BESIDE: u16 = 70;
/// Words that must follow each other alike to be the same text.
const RUN: usize = 3;
/// Paragraphs of one text that are looked at.
const MOST: usize = 300;

/// Two outlets of one dispatch.
#[derive(Debug)]
pub(super) struct Compare {
    left: Option<Box<Article>>,
    right: Option<Box<Article>>,
    /// The article on the right that is wanted.
    wanted: Option<ArticleId>,
    lines: Vec<(Line, Line)>,
    built: Option<u16>,
    top: usize,
    plain: bool,
}

/// A paragraph, word by word: whether the other text has it too.
type Marked = Vec<(String, bool)>;

/// What can be compared of a text that [`Article::seal`] has been through.
fn paragraphs(article: &Article) -> Vec<String> {
    let mut out = vec![article.item.title.to_string()];
    let text = article.item.body.iter().filter(|b| !matches!(b, Block::Picture { .. })).map(Block::text);
    out.extend(text.filter(|t| !t.trim().is_empty()).take(MOST));
    if out.len() == 1 {
        out.extend(article.item.summary.iter().map(ToString::to_string));
    }
    out
}

/// A word as it is compared: its letters and digits.
fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The runs of words of a text.
fn runs(paragraphs: &[String]) -> HashSet<Vec<String>> {
    let mut out = HashSet::new();
    for paragraph in paragraphs {
        let words: Vec<String> = paragraph.split_whitespace().map(bare).filter(|w| !w.is_empty()).collect();
        out.extend(words.windows(RUN.min(words.len()).max(1)).map(<[String]>::to_vec));
    }
    out
}

/// Which words of a text stand in the other, which has these runs.
fn mark(paragraph: &str, other: &HashSet<Vec<String>>) -> Marked {
    let words: Vec<(String, String)> = paragraph.split_whitespace().map(|w| (w.to_owned(), bare(w))).collect();
    let told: Vec<usize> = (0..words.len()).filter(|i| !words[*i].1.is_empty()).collect();
    let mut both = vec![false; words.len()];
    let run = RUN.min(told.len()).max(1);
    for at in told.windows(run) {
        let key: Vec<String> = at.iter().map(|i| words[*i].1.clone()).collect();
        if other.contains(&key) {
            // With the signs between them.
            both[at[0]..=at[run - 1]].fill(true);
        }
    }
    words.into_iter().zip(both).map(|((word, _), both)| (word, both)).collect()
}

fn weight(a: &[String], b: &[String]) -> u32 {
    let (a, b) = (runs(a), runs(b));
    u32::try_from(a.intersection(&b).count()).unwrap_or(u32::MAX)
}

/// Which paragraphs stand beside each other, in the order of both: as much shared text as can be.
fn align(a: &[String], b: &[String]) -> Vec<(Option<usize>, Option<usize>)> {
    let width = b.len() + 1;
    let mut score = vec![0_u32; (a.len() + 1) * width];
    let pair: Vec<u32> = a.iter().flat_map(|x| b.iter().map(move |y| weight(std::slice::from_ref(x), std::slice::from_ref(y)))).collect();
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let with = pair[i * b.len() + j];
            let beside = if with > 0 { score[(i + 1) * width + j + 1] + with } else { 0 };
            score[i * width + j] = beside.max(score[(i + 1) * width + j]).max(score[i * width + j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() {
            let with = pair[i * b.len() + j];
            if with > 0 && score[i * width + j] == score[(i + 1) * width + j + 1] + with {
                out.push((Some(i), Some(j)));
                (i, j) = (i + 1, j + 1);
                continue;
            }
        }
        if i < a.len() && (j >= b.len() || score[(i + 1) * width + j] >= score[i * width + j + 1]) {
            out.push((Some(i), None));
            i += 1;
        } else {
            out.push((None, Some(j)));
            j += 1;
        }
    }
    out
}

/// How much of the shorter text stands in both, in per cent of its words.
fn shared(a: &[Marked], b: &[Marked]) -> usize {
    let count = |text: &[Marked]| {
        let words = text.iter().flatten().filter(|(w, _)| !bare(w).is_empty());
        words.fold((0, 0), |(all, both), (_, b)| (all + 1, both + usize::from(*b)))
    };
    let (a, b) = (count(a), count(b));
    let (all, both) = if a.0 <= b.0 { a } else { b };
    (both * 100).checked_div(all).unwrap_or(0)
}

fn inked(words: &Marked) -> Line {
    let mut line = Line::default();
    for (i, (word, both)) in words.iter().enumerate() {
        let role = if *both { Role::Dim } else { Role::Strong };
        if i > 0 {
            line.push(" ", role);
        }
        line.push(word.as_str(), role);
    }
    line
}

impl Compare {
    fn new(right: Option<ArticleId>, plain: bool) -> Self {
        Self { left: None, right: None, wanted: right, lines: Vec::new(), built: None, top: 0, plain }
    }

    /// Takes an article; which one is needed now, or `Err` if there is no other.
    fn fill(&mut self, article: Box<Article>) -> Result<Option<ArticleId>, ()> {
        self.built = None;
        if self.left.is_none() {
            let right = self.wanted.filter(|id| *id != article.id).or_else(|| article.carriers.first().map(|c| c.id));
            self.left = Some(article);
            self.wanted = right;
            return right.map(Some).ok_or(());
        }
        if self.wanted == Some(article.id) {
            self.right = Some(article);
        }
        Ok(None)
    }

    /// The next outlet that carries it.
    fn next(&mut self) -> Option<ArticleId> {
        let others = &self.left.as_ref()?.carriers;
        let at = others.iter().position(|c| Some(c.id) == self.wanted).map_or(0, |at| (at + 1) % others.len().max(1));
        self.wanted = Some(others.get(at)?.id);
        self.wanted
    }

    /// The article on the right.
    pub fn article(&self) -> Option<ArticleId> {
        self.right.as_ref().map(|a| a.id)
    }

    /// Lines that it needs.
    pub fn height(&self) -> u16 {
        u16::try_from(self.lines.len().max(3)).unwrap_or(u16::MAX)
    }

    fn said_of(article: &Article, zone: &Local, now: jiff::Timestamp) -> String {
        let take = article.item.attribution.dispatch.as_ref().map_or(String::new(), |d| format!(" · {d}"));
        format!("{} · {} · {}{take}", article.outlet, when::stamp(article.time, now, zone), say!("compare-words", n = article.words()))
    }

    /// Writes the lines for a width, unless they stand.
    pub fn build(&mut self, width: u16, zone: &Local, now: jiff::Timestamp) {
        if self.built == Some(width) {
            return;
        }
        let (Some(left), Some(right)) = (&self.left, &self.right) else { return };
        let (a, b) = (paragraphs(left), paragraphs(right));
        let (of_a, of_b) = (runs(&a), runs(&b));
        let marked = |text: &[String], other: &HashSet<Vec<String>>| text.iter().map(|p| mark(p, other)).collect::<Vec<Marked>>();
        let (ma, mb) = (marked(&a, &of_b), marked(&b, &of_a));
        let beside = width >= BESIDE && !self.plain;
        let column = if beside { (width - 5) / 2 } else { width.saturating_sub(2) };
        let mut out: Vec<(Line, Line)> = Vec::new();
        let share = say!("why-shared", share = shared(&ma, &mb));
        let heads = [Self::said_of(left, zone, now), Self::said_of(right, zone, now)];
        let role = Role::Outlet;
        if beside {
            put(&mut out, flow(Line::of(heads[0].as_str(), role), column, 0), flow(Line::of(heads[1].as_str(), role), column, 0));
            put(&mut out, flow(Line::of(share, Role::Dim), column, 0), Vec::new());
            out.push(Default::default());
        } else {
            for line in heads.iter().map(|h| Line::of(h.as_str(), role)).chain([Line::of(share, Role::Dim), Line::default()]) {
                out.extend(flow(line, column, 0).into_iter().map(|l| (l, Line::default())));
            }
        }
        // The headlines belong together, however little they share.
        let texts = align(&a[1..], &b[1..]).into_iter().map(|(i, j)| (i.map(|i| i + 1), j.map(|j| j + 1)));
        for (i, j) in std::iter::once((Some(0), Some(0))).chain(texts) {
            let (x, y) = (i.map(|i| &ma[i]), j.map(|j| &mb[j]));
            if beside {
                let flowed = |words: Option<&Marked>| words.map_or(Vec::new(), |w| flow(inked(w), column, 0));
                put(&mut out, flowed(x), flowed(y));
                out.push(Default::default());
                continue;
            }
            let same = matches!((x, y), (Some(x), Some(y)) if x.iter().chain(y.iter()).all(|(_, both)| *both));
            let parts = if same { vec![(say!("compare-both"), x)] } else { vec![(left.outlet.as_str(), x), (right.outlet.as_str(), y)] };
            for (name, words) in parts.into_iter().filter_map(|(name, words)| Some((name, words?))) {
                let mut line = Line::of(format!("{name}: "), Role::Label);
                line.0.extend(inked(words).0);
                let lines = if self.plain { vec![line] } else { flow(line, column, 2) };
                out.extend(lines.into_iter().map(|l| (l, Line::default())));
            }
            if !self.plain {
                out.push(Default::default());
            }
        }
        while out.last().is_some_and(|(a, b)| a.0.is_empty() && b.0.is_empty()) {
            out.pop();
        }
        self.lines = out;
        self.built = Some(width);
    }

    /// Scrolls both.
    pub fn go(&mut self, to: Move, area: Rect) {
        let room = usize::from(area.height).max(1);
        let last = self.lines.len().saturating_sub(room);
        self.top = to.of(self.top, last + 1, room);
    }

    /// Nothing below the last line.
    pub fn keep_visible(&mut self, area: Rect) {
        self.top = self.top.min(self.lines.len().saturating_sub(usize::from(area.height).max(1)));
    }

    fn title(&self) -> Line {
        let name = |a: &Option<Box<Article>>| a.as_ref().map_or("…".to_owned(), |a| a.outlet.to_string());
        Line::of(say!("compare-and", left = name(&self.left), right = name(&self.right)), Role::Dim)
    }

    /// The same in sentences.
    pub fn said(&self) -> Said {
        let heading = format!("{}: {}", say!("compare-title"), self.title().0.into_iter().map(|(t, _)| t).collect::<String>());
        let lines = self.lines.iter().filter(|(l, _)| !l.0.is_empty()).map(|(l, _)| super::linear::line(l)).collect();
        Said { heading, lines, top: self.top, selected: None }
    }

    /// Draws it; where the cursor stands.
    pub fn view(&self, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Option<Position> {
        super::status::pane_title(pen, outer, say!("compare-title"), true, &self.title(), None);
        let beside = area.width >= BESIDE && !self.plain;
        let column = if beside { (area.width - 5) / 2 } else { area.width.saturating_sub(2) };
        for (y, (left, right)) in (area.top()..area.bottom()).zip(self.lines.iter().skip(self.top)) {
            pen.line(area.x + 1, y, column, left);
            if beside {
                pen.put(area.x + 2 + column, y, 1, "│", Role::Rule);
                pen.line(area.x + 4 + column, y, column, right);
            }
        }
        Some(Position::new(area.x, area.y))
    }
}

/// Two columns of lines side by side.
fn put(out: &mut Vec<(Line, Line)>, left: Vec<Line>, right: Vec<Line>) {
    let n = left.len().max(right.len());
    let fill = |lines: Vec<Line>| lines.into_iter().chain(std::iter::repeat_with(Line::default)).take(n);
    out.extend(fill(left).zip(fill(right)));
}

impl Model {
    /// Puts two outlets of the dispatch at hand side by side; again, the next outlet.
    pub(super) fn beside_another(&mut self) {
        if let Some(Overlay::Compare(compare)) = &mut self.overlay {
            if let Some(id) = compare.next() {
                self.ask(Class::Beside, Question::Article { id, version: None });
            }
            return;
        }
        let over = self.overlay.as_ref().and_then(Overlay::article);
        let Some(id) = over.or_else(|| self.at_hand()) else { return };
        let right = if over.is_none() && self.focus() == super::layout::Pane::Sources { self.sources.target() } else { None };
        let right = right.and_then(|target| match target {
            super::panes::sources::Target::Article(id) => Some(id),
            _ => None,
        });
        self.overlay = Some(Overlay::Compare(Box::new(Compare::new(right, self.arrangement.linear))));
        self.ask(Class::Beside, Question::Article { id, version: None });
    }

    pub(super) fn beside(&mut self, mut article: Option<Box<Article>>) {
        if let Some(article) = &mut article {
            article.seal(self.now);
        }
        let Some(Overlay::Compare(compare)) = &mut self.overlay else { return };
        match article.ok_or(()).and_then(|article| compare.fill(article)) {
            Ok(Some(id)) => self.ask(Class::Beside, Question::Article { id, version: None }),
            Ok(None) => {}
            Err(()) => {
                self.overlay = None;
                self.say(Level::Info, say!("compare-none"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(paragraphs: &[&str]) -> Vec<String> {
        paragraphs.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_both_print_is_told_from_what_one_added() {
        let other = runs(&text(&["The talks ended after three hours on Friday."]));
        let marked = mark("The talks ended after nearly three hours on Friday, officials said.", &other);
        let own: Vec<&str> = marked.iter().filter(|(_, both)| !both).map(|(w, _)| w.as_str()).collect();
        assert_eq!(own, ["nearly", "officials", "said."]);
    }

    #[test]
    fn paragraphs_stand_beside_those_they_share_text_with() {
        let a = text(&["A headline", "one two three four", "only here it stands", "five six seven eight"]);
        let b = text(&["Another line", "one two three four and", "five six seven eight nine"]);
        let pairs: Vec<(usize, usize)> = align(&a, &b).into_iter().filter_map(|(i, j)| i.zip(j)).collect();
        assert_eq!(pairs, [(1, 1), (3, 2)]);
        // Nothing is left out, and all is in order.
        let (left, right): (Vec<_>, Vec<_>) = align(&a, &b).into_iter().unzip();
        assert_eq!(left.into_iter().flatten().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(right.into_iter().flatten().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
