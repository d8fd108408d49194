//! Two versions of an article side by side, in the article's place: its sentences in their order, what came and what went
//! marked in words' own signs, what is the same folded away. It reads without colours.

use ratatui::layout::Rect;

use super::super::draw::{Line, Pen, flow};
use super::super::lang::say;
use super::super::theme::Role;
use super::super::when::Local;
use super::super::{linear, when};
use super::Move;
use crate::model::{Article, Compared, Comparison, Revised, Run, Version};

/// Columns that a sentence's sign takes.
const GUTTER: u16 = 2;

/// What is compared, and how far the reader is in it.
#[derive(Debug, Default)]
pub(in super::super) struct State {
    /// The older version.
    pub old: u32,
    /// The newer.
    pub new: u32,
    /// The older one is what the reader last read.
    pub since: bool,
    comparison: Option<Box<Comparison>>,
    /// It was answered, be it that there is nothing.
    answered: bool,
    lines: Vec<Line>,
    /// The first line of each change.
    changes: Vec<usize>,
    /// The change that the reader went to.
    at: Option<usize>,
    width: u16,
    height: usize,
    top: usize,
}

impl State {
    /// Two versions, not yet compared.
    pub fn new(old: u32, new: u32, since: bool) -> Self {
        Self { old, new, since, ..Self::default() }
    }

    /// Takes the answer.
    pub fn fill(&mut self, comparison: Option<Box<Comparison>>) {
        self.comparison = comparison;
        self.answered = true;
        self.width = 0;
    }

    /// Lays it out for a column, unless it already is.
    pub fn lay(&mut self, article: &Article, column: Rect, zone: &Local, plain: bool) {
        self.height = usize::from(column.height);
        if self.width != column.width {
            self.width = column.width;
            (self.lines, self.changes) = lines(self, article, column.width, zone, plain);
        }
        self.top = self.top.min(self.last_top());
    }

    fn last_top(&self) -> usize {
        self.lines.len().saturating_sub(self.height.max(1))
    }

    /// Scrolls.
    pub fn go(&mut self, to: Move) {
        self.top = match to {
            Move::Bottom => self.last_top(),
            _ => to.of(self.top, self.last_top() + 1, self.height),
        };
        self.at = None;
    }

    /// To the next change, or the one before. Whether there was one.
    pub fn step(&mut self, backwards: bool) -> bool {
        let next = match (self.at, backwards) {
            (Some(at), false) => Some(at + 1),
            (Some(at), true) => at.checked_sub(1),
            // Nowhere yet: from what is on the screen.
            (None, false) => self.changes.iter().position(|line| *line >= self.top),
            (None, true) => self.changes.iter().rposition(|line| *line < self.top),
        };
        let Some((at, line)) = next.and_then(|at| Some((at, *self.changes.get(at)?))) else { return false };
        self.at = Some(at);
        // With what leads up to it above.
        self.top = line.saturating_sub(self.height / 3).min(self.last_top());
        true
    }

    /// What stands in the border.
    pub fn title(&self) -> (Line, Option<String>) {
        let mut line = Line::of(say!("diff-title", new = self.new, old = self.old), Role::Changed);
        if self.since {
            line.push(format!(" · {}", say!("diff-since")), Role::Changed);
        }
        let corner = match (self.at, self.changes.len()) {
            (_, 0) => None,
            (Some(at), n) => Some(say!("diff-change", n = at + 1, of = n)),
            (None, n) => Some(say!("diff-changes", n = n)),
        };
        (line, corner)
    }

    /// Draws it.
    pub fn view(&self, pen: &mut Pen<'_>, column: Rect) {
        let current = self.at.and_then(|at| self.changes.get(at)).copied();
        for (y, (at, line)) in (column.top()..column.bottom()).zip(self.lines.iter().enumerate().skip(self.top)) {
            pen.line(column.x, y, column.width, line);
            if current == Some(at) && column.x > 0 {
                pen.put(column.x - 1, y, 1, "▌", Role::Bar);
            }
        }
    }
}

/// What a kind of change is called.
pub(in super::super) fn kind(revised: Revised) -> &'static str {
    match revised {
        Revised::Headline => say!("revised-headline"),
        Revised::Substance => say!("revised-text"),
        Revised::NumberOrName => say!("revised-number"),
        Revised::Quote => say!("revised-quote"),
        Revised::CorrectionNote => say!("revised-correction"),
        Revised::CreditChanged => say!("revised-credits"),
        Revised::LiveUpdate => say!("revised-live"),
        Revised::Cosmetic => say!("revised-spelling"),
        Revised::Withdrawn => say!("revised-withdrawn"),
        Revised::Restored => say!("revised-restored"),
    }
}

fn lines(state: &State, article: &Article, width: u16, zone: &Local, plain: bool) -> (Vec<Line>, Vec<usize>) {
    let mut out = Vec::new();
    let mut changes = Vec::new();
    let version = |n: u32| article.versions.iter().find(|v| v.number == n);
    let Some(compared) = &state.comparison else {
        if state.answered {
            out.extend(flow(Line::of(say!("diff-gone"), Role::Notice), width, 0));
        }
        return (out, changes);
    };
    let add = |out: &mut Vec<Line>, line: Line| out.extend(flow(if plain { linear::line(&line) } else { line }, width, 0));
    if differs(&compared.title) {
        changes.push(out.len());
    }
    add(&mut out, marked(&compared.title, Role::Title, plain));
    let name = |v: Option<&Version>, n| {
        v.map_or_else(|| say!("diff-version", n = n), |v| say!("diff-version-at", n = n, when = when::full(v.fetched, zone)))
    };
    let (old, new) = (version(state.old), version(state.new));
    add(&mut out, Line::of(name(old, state.old), Role::Dim).and(" → ", Role::Dim).and(name(new, state.new), Role::Changed));
    let mut facts = Line::default();
    if compared.added + compared.removed > 0 {
        let words = |n: usize| zone.number(n as u64);
        facts.push(say!("diff-words", added = words(compared.added), removed = words(compared.removed)), Role::Changed);
    }
    // What the changes were judged to be is known from each version to the next.
    let kinds: Vec<&str> = new
        .filter(|_| old.is_some_and(|o| article.versions.iter().all(|v| v.number <= o.number || v.number >= state.new)))
        .map(|v| v.changes.iter().map(|c| kind(*c)).collect())
        .unwrap_or_default();
    if !kinds.is_empty() {
        if !facts.0.is_empty() {
            facts.push(" · ", Role::Dim);
        }
        facts.push(kinds.join(", "), Role::Dim);
    }
    if !facts.0.is_empty() {
        add(&mut out, facts);
    }
    if let Some(note) = &compared.note {
        add(&mut out, Line::of(note.as_str(), Role::Changed));
    }
    if changes.is_empty() && !compared.text.iter().any(|p| matches!(p, Compared::Runs(runs) if differs(runs))) {
        out.push(Line::default());
        add(&mut out, Line::of(say!("diff-same"), Role::Notice));
        return (out, changes);
    }
    for part in &compared.text {
        out.push(Line::default());
        match part {
            Compared::Folded(n) => {
                let words = say!("diff-unchanged", n = *n, shown = zone.number(*n as u64));
                let line = if plain { words } else { format!("  … {words} …") };
                out.push(Line::of(line, Role::Dim));
            }
            Compared::Runs(runs) => {
                if differs(runs) {
                    changes.push(out.len());
                }
                sentence(&mut out, runs, width, plain);
            }
        }
    }
    (out, changes)
}

fn differs(runs: &[Run]) -> bool {
    runs.iter().any(|run| !matches!(run, Run::Same(_)))
}

/// A sentence with its sign: `+` it came, `−` it went, `±` it was changed.
fn sentence(out: &mut Vec<Line>, runs: &[Run], width: u16, plain: bool) {
    let line = marked(runs, Role::Text, plain);
    if plain || width < 24 {
        out.extend(flow(line, width, 0));
        return;
    }
    let (sign, role) = match runs {
        [Run::Added(_)] => ("+ ", Role::Added),
        [Run::Removed(_)] => ("− ", Role::Removed),
        runs if differs(runs) => ("± ", Role::Changed),
        _ => ("  ", Role::Text),
    };
    for (i, mut line) in flow(line, width - GUTTER, 0).into_iter().enumerate() {
        let head = if i == 0 { (sign.trim_end().to_owned(), role) } else { (" ".to_owned(), Role::Text) };
        line.0.insert(0, (" ".repeat(usize::from(GUTTER - 1)), Role::Text));
        line.0.insert(0, if head.0.is_empty() { (" ".to_owned(), Role::Text) } else { head });
        out.push(line);
    }
}

/// Runs of words with what came in `{+ +}` and what went in `[- -]`; for the ear in words.
fn marked(runs: &[Run], same: Role, plain: bool) -> Line {
    let mut line = Line::default();
    for (i, run) in runs.iter().enumerate() {
        if i > 0 {
            line.push(" ", Role::Text);
        }
        match (run, plain) {
            (Run::Same(text), _) => line.push(text.as_str(), same),
            (Run::Added(text), false) => line.push(format!("{{+{text}+}}"), Role::Added),
            (Run::Removed(text), false) => line.push(format!("[-{text}-]"), Role::Removed),
            (Run::Added(text), true) => line.push(format!("({}: {text})", say!("diff-added")), Role::Added),
            (Run::Removed(text), true) => line.push(format!("({}: {text})", say!("diff-removed")), Role::Removed),
        }
    }
    line
}
