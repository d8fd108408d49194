//! A story over its outlets: as a time line (what came first, what followed, where it was quiet, what is new since the
//! reader was here), and as the list of what belongs together with the words for why. Both stand over the panes.

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::{Position, Rect};
use std::collections::{BTreeMap, HashMap};

use super::draw::{Line, Pen, flow};
use super::lang::say;
use super::linear::{self, Said};
use super::overlay::Overlay;
use super::panes::{Move, follow, headlines};
use super::theme::Role;
use super::when::{self, Local};
use super::{Awaited, Class, Level, Model};
use crate::model::{ArticleId, Change, How, Question, Revised, Signal, Stage, Teller, Told, Version, Why};

/// From so long on nothing was told, it was quiet.
const QUIET: SignedDuration = SignedDuration::from_mins(60);
/// Outlets that are named of those that carry a dispatch.
const NAMED: usize = 4;
/// The column of times.
const TIMES: u16 = 14;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The time line.
    Line,
    /// Why they belong together.
    Why,
}

/// A story that stands over the panes.
#[derive(Debug)]
pub(super) struct Story {
    pub mode: Mode,
    pub about: ArticleId,
    told: Option<Box<Told>>,
    /// A line, and the article it is about.
    lines: Vec<(Line, Option<ArticleId>)>,
    built: Option<(Mode, u16)>,
    /// An index into `lines`.
    selected: usize,
    top: usize,
    plain: bool,
    /// The cache was told that the reader was here.
    visited: bool,
    failed: bool,
}

impl Story {
    fn new(mode: Mode, about: ArticleId, plain: bool) -> Self {
        Self { mode, about, told: None, lines: Vec::new(), built: None, selected: 0, top: 0, plain, visited: false, failed: false }
    }

    /// Takes the answer; what is new since the last visit stays so as long as it is open.
    fn fill(&mut self, told: Option<Box<Told>>) {
        let seen = self.told.take().map(|before| before.seen);
        self.failed = told.is_none();
        self.told = told.map(|mut told| {
            told.seen = seen.unwrap_or(told.seen);
            told
        });
        self.built = None;
    }

    /// The selected article.
    pub fn article(&self) -> Option<ArticleId> {
        self.lines.get(self.selected)?.1
    }

    /// Lines that it needs.
    pub fn height(&self) -> u16 {
        u16::try_from(self.lines.len().max(3)).unwrap_or(u16::MAX)
    }

    /// Writes the lines for a width, unless they stand.
    pub fn build(&mut self, width: u16, zone: &Local, now: Timestamp) {
        if self.built == Some((self.mode, width)) {
            return;
        }
        let Some(told) = &self.told else { return };
        let held = self.article().or(Some(self.about));
        let writer = Writer { told, zone, now, width: width.saturating_sub(2), plain: self.plain, out: Vec::new() };
        self.lines = match self.mode {
            Mode::Line => writer.line(),
            Mode::Why => writer.why(),
        };
        self.built = Some((self.mode, width));
        let at = self.lines.iter().position(|(_, id)| id.is_some() && *id == held);
        self.selected = at.or_else(|| self.lines.iter().position(|(_, id)| id.is_some())).unwrap_or(0);
    }

    /// Moves from article to article.
    pub fn go(&mut self, to: Move, area: Rect) {
        // The first line of each article.
        let mut starts: Vec<usize> = Vec::new();
        for (i, (_, id)) in self.lines.iter().enumerate() {
            if id.is_some() && (i == 0 || self.lines[i - 1].1 != *id) {
                starts.push(i);
            }
        }
        let at = starts.iter().rposition(|s| *s <= self.selected).unwrap_or(0);
        let to = to.of(at, starts.len(), usize::from(area.height / 3).max(1));
        self.selected = starts.get(to).copied().unwrap_or(0);
        if to == 0 {
            self.top = 0;
        }
    }

    /// The article at a line of the screen. Whether it was selected already.
    pub fn click(&mut self, area: Rect, y: u16) -> bool {
        let at = self.top + usize::from(y.saturating_sub(area.y));
        let Some(Some(id)) = self.lines.get(at).filter(|_| y >= area.y).map(|(_, id)| *id) else { return false };
        let again = self.article() == Some(id);
        self.selected = (0..=at).rev().take_while(|i| self.lines[*i].1 == Some(id)).last().unwrap_or(at);
        again
    }

    /// The selected article is on the screen, all its lines.
    pub fn keep_visible(&mut self, area: Rect) {
        let last = self.lines.iter().rposition(|(_, id)| id.is_some() && *id == self.article()).unwrap_or(self.selected);
        let room = usize::from(area.height);
        if last < self.selected + room {
            self.top = follow(self.top, last, room, self.lines.len());
        }
        self.top = follow(self.top, self.selected, room, self.lines.len());
    }

    fn heading(&self) -> &'static str {
        match self.mode {
            Mode::Line => say!("story-line"),
            Mode::Why => say!("story-why"),
        }
    }

    fn counts(&self) -> String {
        let Some(told) = &self.told else { return String::new() };
        counts(&told.tellers)
    }

    /// The same in sentences.
    pub fn said(&self) -> Said {
        let mut lines = Vec::new();
        let mut selected = None;
        let mut before = None;
        for (i, (line, id)) in self.lines.iter().enumerate() {
            if i == self.selected {
                selected = Some(lines.len());
            }
            if before.is_some()
                && before == *id
                && let Some(Line(last)) = lines.last_mut()
            {
                last.push((" ".into(), Role::Dim));
                last.extend(linear::line(line).0);
                continue;
            }
            let mut said = linear::selected(i == self.selected);
            said.0.extend(linear::line(line).0);
            lines.push(said);
            before = *id;
        }
        Said { heading: format!("{}: {}", self.heading(), self.counts()), lines, top: 0, selected }
    }

    /// Draws it; where the cursor stands.
    pub fn view(&self, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Option<Position> {
        super::status::pane_title(pen, outer, self.heading(), true, &Line::of(self.counts(), Role::Dim), None);
        let mut cursor = Position::new(area.x, area.y);
        if self.lines.is_empty() {
            let words = if self.failed { say!("article-gone") } else { "" };
            pen.put(area.x + 1, area.y, area.width, words, Role::Dim);
        }
        let chosen = self.article();
        for (i, y) in (self.top..).zip(area.top()..area.bottom()) {
            let Some((line, id)) = self.lines.get(i) else { break };
            if chosen.is_some() && *id == chosen {
                pen.tint(Rect::new(area.x, y, area.width, 1), Role::Selected);
                pen.put(area.x, y, 1, "▌", Role::Bar);
                if i == self.selected {
                    cursor = Position::new(area.x, y);
                }
            }
            pen.line(area.x + 1, y, area.width.saturating_sub(2), line);
        }
        Some(cursor)
    }
}

/// `9 articles · 6 outlets · 2 dispatches`.
fn counts(tellers: &[Teller]) -> String {
    let outlets: std::collections::BTreeSet<&str> = tellers.iter().map(|t| t.headline.outlet.as_str()).collect();
    let dispatches: std::collections::BTreeSet<_> = tellers.iter().filter_map(|t| t.headline.dispatch).collect();
    let mut out = vec![say!("count-articles", n = tellers.len()), say!("count-outlets", n = outlets.len())];
    if !dispatches.is_empty() {
        out.push(say!("count-dispatches", n = dispatches.len()));
    }
    out.join(" · ")
}

/// `2 h 5 min`, `3 days`.
fn span(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    match minutes {
        ..60 => format!("{minutes}\u{a0}min"),
        60..2880 if minutes % 60 < 5 || minutes >= 600 => format!("{}\u{a0}h", minutes / 60),
        60..2880 => format!("{}\u{a0}h {}\u{a0}min", minutes / 60, minutes % 60),
        _ => say!("story-days", n = minutes / 1440),
    }
}

/// What a report is by its wire's own word.
fn stage(stage: Stage) -> (&'static str, Role) {
    match stage {
        Stage::Alert => (say!("stage-alert"), Role::Live),
        Stage::Urgent => (say!("stage-urgent"), Role::Live),
        Stage::Update => (say!("stage-update"), Role::Changed),
        Stage::Wrapup => (say!("stage-wrapup"), Role::Changed),
        Stage::Analysis => (say!("stage-analysis"), Role::Label),
        Stage::Exclusive => (say!("stage-exclusive"), Role::Label),
    }
}

fn signal(signal: Signal) -> Option<(&'static str, Role)> {
    match signal {
        Signal::Correction => Some((say!("signal-correction"), Role::Changed)),
        Signal::Refile => Some((say!("signal-refile"), Role::Changed)),
        Signal::Repeat => Some((say!("signal-repeat"), Role::Dim)),
        Signal::Withdrawn => Some((say!("signal-withdrawn"), Role::Withdrawn)),
        Signal::Embargo => Some((say!("signal-embargo"), Role::Withdrawn)),
    }
}

/// What became of it in a version, if that matters.
fn revised(version: &Version) -> Option<&'static str> {
    let has = |r: Revised| version.changes.contains(&r);
    if has(Revised::Withdrawn) {
        Some(say!("did-withdraw"))
    } else if has(Revised::CorrectionNote) {
        Some(say!("did-correct"))
    } else if has(Revised::NumberOrName) {
        Some(say!("did-number"))
    } else if has(Revised::Headline) {
        Some(say!("did-headline"))
    } else if has(Revised::Quote) {
        Some(say!("did-quote"))
    } else if has(Revised::Substance) {
        Some(say!("did-update"))
    } else {
        None
    }
}

/// The copies of a dispatch by the take that they carry; one that prints none goes with what was out when it came.
fn takes(copies: Vec<&Teller>) -> Vec<Vec<&Teller>> {
    let take = |t: &Teller| t.number.as_ref().and_then(|n| n.version);
    let mut out: Vec<(Option<u32>, Vec<&Teller>)> = Vec::new();
    for teller in copies {
        let own = take(teller);
        let at = match own {
            Some(_) => out.iter().position(|(take, _)| *take == own),
            None => out.len().checked_sub(1),
        };
        match at {
            Some(at) => out[at].1.push(teller),
            None => out.push((own, vec![teller])),
        }
    }
    out.into_iter().map(|(_, copies)| copies).collect()
}

struct Writer<'a> {
    told: &'a Told,
    zone: &'a Local,
    now: Timestamp,
    width: u16,
    plain: bool,
    out: Vec<(Line, Option<ArticleId>)>,
}

/// Something that happened to the story.
enum Beat<'a> {
    /// A text came, in these outlets, the first first.
    Text(Vec<&'a Teller>),
    /// An outlet changed what it had.
    Revision(&'a Teller, &'a Version, &'static str),
}

impl Writer<'_> {
    fn time(&self, at: Timestamp) -> String {
        when::stamp(at, self.now, self.zone).replace(' ', "\u{a0}")
    }

    /// A line with its time in its own column, the rest flowed beside it.
    fn add(&mut self, time: &str, words: Line, id: Option<ArticleId>) {
        if self.plain {
            let mut line = if time.is_empty() { Line::default() } else { Line::of(format!("{time}: "), Role::Time) };
            line.0.extend(words.0);
            line.push(".", Role::Dim);
            self.out.push((line, id));
            return;
        }
        let column = if self.width >= 50 { TIMES } else { 0 };
        let mut words = words;
        if column == 0 && !time.is_empty() {
            words.0.insert(0, (format!("{time} "), Role::Time));
        }
        for (i, mut line) in flow(words, self.width.saturating_sub(column), 0).into_iter().enumerate() {
            if column > 0 {
                let lead = if i == 0 { time } else { "" };
                line.0.insert(0, (format!("{lead:>width$}  ", width = usize::from(column) - 2), Role::Time));
            }
            self.out.push((line, id));
        }
    }

    fn rule(&mut self, words: String, role: Role) {
        if self.plain {
            self.out.push((Line::of(format!("{words}."), role), None));
        } else {
            let column = if self.width >= 50 { usize::from(TIMES) } else { 0 };
            self.out.push((Line::of(format!("{}── {words} ──", " ".repeat(column)), role), None));
        }
    }

    fn line(mut self) -> Vec<(Line, Option<ArticleId>)> {
        let told = self.told;
        let mut texts: BTreeMap<i64, Vec<&Teller>> = BTreeMap::new();
        for teller in &told.tellers {
            // Negative is an article's own.
            let key = teller.headline.dispatch.map_or(-teller.headline.id.0, |d| d.0);
            texts.entry(key).or_default().push(teller);
        }
        let mut beats: Vec<(Timestamp, i64, Beat<'_>)> = Vec::new();
        for copies in texts.into_values().flat_map(takes) {
            for teller in &copies {
                for version in &teller.versions[1.min(teller.versions.len())..] {
                    if let Some(words) = revised(version) {
                        let at = version.updated.unwrap_or(version.fetched).max(teller.headline.time);
                        beats.push((at, teller.headline.id.0, Beat::Revision(teller, version, words)));
                    }
                }
            }
            if let Some(first) = copies.first() {
                beats.push((first.headline.time, first.headline.id.0, Beat::Text(copies)));
            }
        }
        beats.sort_by_key(|(at, id, beat)| (*at, matches!(beat, Beat::Revision(..)), *id));
        if told.more {
            self.rule(say!("story-more").into(), Role::Dim);
        }
        let first = beats.first().map(|b| b.0);
        let mut before: Option<Timestamp> = None;
        let mut marked = false;
        for (at, _, beat) in &beats {
            if let Some(before) = before
                && at.duration_since(before) >= QUIET
            {
                let quiet = span(at.duration_since(before));
                self.rule(say!("story-quiet", span = quiet), Role::Dim);
            }
            before = Some(*at);
            let new = told.seen.filter(|seen| match beat {
                Beat::Text(copies) => copies.iter().all(|t| t.headline.id > seen.last),
                Beat::Revision(_, version, _) => version.fetched > seen.at,
            });
            if let (Some(seen), false) = (new, marked) {
                marked = true;
                let when = self.time(seen.at);
                self.rule(say!("story-new-since", when = when), Role::Waiting);
            }
            match beat {
                Beat::Text(copies) => self.text(*at, copies, Some(*at) == first, new.is_some()),
                Beat::Revision(teller, version, words) => {
                    let time = self.time(*at);
                    let mut line = Line::of(teller.headline.outlet.as_str(), Role::Outlet).and(format!(" {words}"), Role::Changed);
                    if version.changes.contains(&Revised::Headline) {
                        line.push(format!(": {}", version.title), Role::Text);
                    }
                    self.add(&time, line, Some(teller.headline.id));
                }
            }
        }
        if let Some(last) = before.filter(|last| self.now.duration_since(*last) >= QUIET) {
            let quiet = span(self.now.duration_since(last));
            self.rule(say!("story-quiet-now", span = quiet), Role::Dim);
        }
        self.out
    }

    /// One text and who carries it.
    fn text(&mut self, at: Timestamp, copies: &[&Teller], first: bool, new: bool) {
        let Some(lead) = copies.first() else { return };
        // Its fullest print says it best.
        let best = copies.iter().max_by_key(|t| (t.words, std::cmp::Reverse(t.headline.id))).unwrap_or(lead);
        let mut title = Line::default();
        if new {
            title.push(format!("{} ", say!("story-new")), Role::Waiting);
        }
        let kind = best.stage.or(lead.stage).map(stage);
        for (word, role) in kind.into_iter().chain(best.signals.iter().filter_map(|s| signal(*s))) {
            title.push(format!("{word} "), role);
        }
        if kind.is_none() && first {
            title.push(format!("{} ", say!("story-first")), Role::Label);
        }
        let role = match (best.headline.withdrawn(), best.headline.read) {
            (true, _) => Role::Struck,
            (_, false) => Role::Unread,
            _ => Role::Read,
        };
        title.push(best.headline.title.as_str(), role);
        let time = self.time(at);
        self.add(&time, title, Some(best.headline.id));
        let mut by = Line::default();
        for agency in &best.headline.agencies {
            if !by.0.is_empty() {
                by.push(" ", Role::Dim);
            }
            headlines::named_agency(&mut by, agency);
        }
        if !by.0.is_empty() {
            by.push(" · ", Role::Dim);
        }
        if let Some(take) = copies.iter().find_map(|t| t.number.as_ref()?.version) {
            by.push(format!("{} · ", say!("story-take", n = take)), Role::Dim);
        }
        for (i, t) in copies.iter().take(NAMED).enumerate() {
            if i > 0 {
                by.push(", ", Role::Dim);
            }
            by.push(t.headline.outlet.as_str(), Role::Outlet);
            if t.headline.time > at {
                by.push(format!(" {}", self.time(t.headline.time)), Role::Dim);
            }
        }
        if copies.len() > NAMED {
            by.push(format!(" {}", say!("sources-more", n = copies.len() - NAMED)), Role::Dim);
        }
        self.add("", by, Some(best.headline.id));
    }

    fn why(mut self) -> Vec<(Line, Option<ArticleId>)> {
        let told = self.told;
        let names: HashMap<ArticleId, &str> = told.tellers.iter().map(|t| (t.headline.id, t.headline.outlet.as_str())).collect();
        if told.tellers.len() < 2 {
            self.rule(say!("why-alone").into(), Role::Dim);
        }
        let mut first: HashMap<i64, usize> = HashMap::new();
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (i, t) in told.tellers.iter().enumerate() {
            let at = t.headline.dispatch.map_or(i, |d| *first.entry(d.0).or_insert(i));
            order.push((at, i));
        }
        order.sort_unstable();
        for (_, i) in order {
            let t = &told.tellers[i];
            let time = self.time(t.headline.time);
            let mut line = Line::of(t.headline.outlet.as_str(), Role::Outlet);
            line.push(format!("  {}", t.headline.title), Role::Text);
            self.add(&time, line, Some(t.headline.id));
            let mut any = false;
            if let Some(why) = t.carries {
                // Whatever take each prints.
                let number = t.number.as_ref().map(|n| format!("{}:{}", n.agency, n.item));
                let line = reason(say!("why-dispatch"), why, number.as_deref(), &names);
                self.add("", line, Some(t.headline.id));
                any = true;
            }
            // Who carries the same text tells the same story.
            let with = |id| told.tellers.iter().find(|o| o.headline.id == id).and_then(|o| o.headline.dispatch);
            let same = |why: &Why| t.carries.is_some() && with(why.with) == t.headline.dispatch;
            if let Some(why) = t.tells.filter(|why| !same(why)) {
                let line = reason(say!("why-story"), why, None, &names);
                self.add("", line, Some(t.headline.id));
                any = true;
            }
            if !any && told.tellers.len() > 1 {
                self.add("", Line::of(say!("why-first"), Role::Dim), Some(t.headline.id));
            }
        }
        self.out
    }
}

/// `same dispatch: 94 % of the shorter text stands in both (with tagesschau.de)`.
fn reason(what: &str, why: Why, number: Option<&str>, names: &HashMap<ArticleId, &str>) -> Line {
    let mut line = Line::of(format!("{what}: "), Role::Label);
    let words = match why.how {
        How::Number => match number {
            Some(number) => say!("why-number", number = number),
            None => say!("why-same-number").into(),
        },
        How::Address => say!("why-address").into(),
        How::Text => say!("why-text").into(),
        How::Shared => say!("why-shared", share = why.share),
        How::Alike => say!("why-alike", share = why.share),
    };
    line.push(words, Role::Evidence);
    if let Some(name) = names.get(&why.with) {
        line.push(format!(" ({})", say!("why-with", name = *name)), Role::Dim);
    }
    line
}

impl Model {
    /// Opens the story of the article at hand, or turns the one that is open round.
    pub(super) fn tell(&mut self, mode: Mode) {
        if let Some(Overlay::Story(story)) = &mut self.overlay {
            if story.mode == mode {
                self.overlay = None;
            } else {
                story.mode = mode;
            }
            self.visit();
            return;
        }
        let Some(id) = self.overlay.as_ref().and_then(Overlay::article).or_else(|| self.at_hand()) else { return };
        self.overlay = Some(Overlay::Story(Box::new(Story::new(mode, id, self.arrangement.linear))));
        self.ask(Class::Told, Question::Told(id));
    }

    pub(super) fn told(&mut self, told: Option<Box<Told>>) {
        if let Some(Overlay::Story(story)) = &mut self.overlay {
            story.fill(told);
            self.visit();
        }
    }

    /// Whoever sees the time line was here.
    fn visit(&mut self) {
        let Some(Overlay::Story(story)) = &mut self.overlay else { return };
        let Some(told) = story.told.as_ref().filter(|_| story.mode == Mode::Line && !story.visited) else { return };
        let last = told.tellers.iter().map(|t| t.headline.id).max();
        if let (Some(of), Some(last)) = (told.story, last) {
            story.visited = true;
            self.change(Change::Visit { story: of, last }, Awaited::Shown);
        }
    }

    /// The open story as it is now in the cache.
    pub(super) fn read_story_again(&mut self) {
        if let Some(Overlay::Story(story)) = &self.overlay {
            let about = story.about;
            self.ask(Class::Told, Question::Told(about));
        }
    }

    /// Opens the selected article of what stands over the panes.
    pub(super) fn open_told(&mut self) -> bool {
        let Some(id) = self.overlay.as_ref().and_then(Overlay::article) else { return false };
        self.overlay = None;
        self.open_by_id(id);
        true
    }

    /// Tells the article at hand apart from what it is with. Where that would be a guess, the reader is asked to point.
    pub(super) fn apart(&mut self) {
        let from_story = matches!(self.overlay, Some(Overlay::Story(_)));
        let over = self.overlay.as_ref().and_then(Overlay::article);
        if self.overlay.is_some() && !from_story {
            return;
        }
        let row = self.headlines.current().filter(|_| over.is_none() && self.focus() == super::layout::Pane::Headlines);
        if let Some(group) = row.and_then(|row| row.group.as_ref())
            && group.articles > 2
        {
            let open = group.open;
            if !open {
                self.expand();
            }
            let key = self.keys.keys(super::command::Command::Apart).into_iter().next().unwrap_or_default();
            self.say(Level::Info, say!("story-select", key = key));
            return;
        }
        let Some(article) = over.or_else(|| self.at_hand()) else { return };
        let alone = |a: &&crate::model::Article| a.id == article && a.company.is_none() && a.carriers.is_empty();
        if self.article.article.as_deref().filter(alone).is_some() {
            self.say(Level::Info, say!("story-nothing-with"));
            return;
        }
        self.change(Change::Apart { article, from: Vec::new() }, Awaited::Undoable);
    }
}
