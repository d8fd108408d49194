//! The sources: who really reported the article, with the words that say so; who else carries it; its versions.

use jiff::Timestamp;
use ratatui::layout::{Position, Rect};

use super::super::draw::{Line, Pen, cut, flow};
use super::super::lang::say;
use super::super::linear::{self, Said};
use super::super::theme::Role;
use super::super::when::Local;
use super::super::{Model, Pane, when};
use super::{Move, follow};
use crate::model::{self, Agency, Article, ArticleId, Credit, Slot, Usage};

/// The column of labels.
const LABEL: u16 = 10;
/// Narrower than this, values stand under their labels.
const SIDE_BY_SIDE: u16 = 36;

/// Who is quoted so surely is not said to be so only probably.
const SURE: f32 = 0.85;
/// Quotations that are listed, and columns of each.
const MOST_QUOTES: usize = 20;
const QUOTE: u16 = 160;

/// What a line leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Target {
    /// Another article.
    Article(ArticleId),
    /// A paragraph of this one.
    Paragraph(u32),
    /// The story's time line.
    Story,
    /// What changed from version to version.
    Versions,
    /// All of its feed.
    Feed,
    /// Its page.
    Page,
}

/// What the pane knows.
#[derive(Debug, Default)]
pub(in super::super) struct State {
    /// A sentence a line, however long.
    plain: bool,
    lines: Vec<(Line, Option<Target>)>,
    built: Option<Built>,
    selected: usize,
    top: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Built {
    id: ArticleId,
    version: u32,
    versions: usize,
    carriers: usize,
    width: u16,
}

impl State {
    /// Empty; `plain` for the ear.
    pub fn new(plain: bool) -> Self {
        Self { plain, ..Self::default() }
    }

    /// Writes the lines for an article and a width, unless they stand already.
    pub fn build(&mut self, article: Option<&Article>, width: u16, zone: &Local, now: Timestamp) {
        let Some(article) = article else {
            *self = Self::new(self.plain);
            return;
        };
        let built =
            Built { id: article.id, version: article.version, versions: article.versions.len(), carriers: article.carriers.len(), width };
        if self.built.as_ref() == Some(&built) {
            return;
        }
        if self.built.as_ref().is_none_or(|b| b.id != built.id) {
            self.selected = 0;
            self.top = 0;
        }
        self.lines = lines(article, width.saturating_sub(2), self.plain, zone, now);
        self.selected = self.selected.min(self.lines.len().saturating_sub(1));
        self.built = Some(built);
    }

    /// Forgets the lines, so that they are written anew.
    pub fn forget(&mut self) {
        self.built = None;
    }

    /// Moves the selection.
    pub fn go(&mut self, to: Move, area: Option<Rect>) {
        self.selected = to.of(self.selected, self.lines.len(), area.map_or(1, |r| usize::from(r.height)));
    }

    /// The selected line is on the screen.
    pub fn keep_visible(&mut self, area: Rect) {
        self.top = follow(self.top, self.selected, usize::from(area.height), self.lines.len());
    }

    /// The line that is to be the first.
    pub fn stand(&mut self, top: usize) {
        self.top = top;
    }

    /// Turns the wheel.
    pub fn wheel(&mut self, rows: i64) {
        self.go(Move::Rows(rows), None);
    }

    /// Selects the line drawn there; whether it was selected already.
    pub fn select_at(&mut self, area: Rect, y: u16) -> bool {
        let at = self.top + usize::from(y.saturating_sub(area.y));
        let again = at == self.selected;
        self.selected = at.min(self.lines.len().saturating_sub(1));
        again
    }

    /// What the selected line leads to.
    pub fn target(&self) -> Option<Target> {
        self.lines.get(self.selected)?.1
    }
}

/// Where the words stood.
fn place(slot: Slot) -> &'static str {
    match slot {
        Slot::DispatchId => say!("slot-dispatch"),
        Slot::Provider => say!("slot-provider"),
        Slot::Dateline => say!("slot-dateline"),
        Slot::Tail => say!("slot-tail"),
        Slot::Structured => say!("slot-data"),
        Slot::Byline => say!("slot-byline"),
        Slot::Copyright => say!("slot-copyright"),
        Slot::Caption => say!("slot-caption"),
        Slot::Prose => say!("slot-prose"),
    }
}

fn percent(share: f32) -> String {
    format!("{:.0}\u{a0}%", f64::from(share.clamp(0.0, 1.0)) * 100.0)
}

struct Writer {
    out: Vec<(Line, Option<Target>)>,
    width: u16,
    /// A sentence a line.
    plain: bool,
}

impl Writer {
    fn add(&mut self, label: &str, value: Line, target: Option<Target>) {
        if self.plain {
            let mut line = Line::of(label, Role::Label);
            line.0.extend(value.0);
            self.out.push((line, target));
            return;
        }
        let side = self.width >= SIDE_BY_SIDE;
        if side {
            let mut line = Line::of(format!("{label:<width$}", width = usize::from(LABEL)), Role::Label);
            line.0.extend(value.0);
            // `flow` starts after the label, whose padding must stand: the label is one run with its spaces.
            for line in hanging(line, self.width) {
                self.out.push((line, target));
            }
        } else {
            if !label.is_empty() {
                self.out.push((Line::of(label, Role::Label), None));
            }
            for line in flow(value, self.width, 0) {
                self.out.push((line, target));
            }
        }
    }
}

/// Flows the value beside its label.
fn hanging(mut line: Line, width: u16) -> Vec<Line> {
    let label = line.0.remove(0);
    let mut lines = flow(line, width.saturating_sub(LABEL), 0);
    for (i, line) in lines.iter_mut().enumerate() {
        let lead = if i == 0 { label.clone() } else { (" ".repeat(usize::from(LABEL)), Role::Label) };
        line.0.insert(0, lead);
    }
    lines
}

fn lines(article: &Article, width: u16, plain: bool, zone: &Local, now: Timestamp) -> Vec<(Line, Option<Target>)> {
    let mut w = Writer { out: Vec::new(), width, plain };
    let said = &article.item.attribution;
    let text = groups(&said.credits, |r| matches!(r, model::Role::Text | model::Role::Press));
    if text.is_empty() {
        let words = match (&said.collective, said.usage) {
            (Some(collective), _) => Line::of(format!("{} ", say!("sources-unnamed")), Role::Dim)
                .and(say!("quoted", words = collective.as_str()), Role::Evidence),
            (None, Usage::Own) => Line::of(say!("sources-own"), Role::Text),
            _ => Line::of(say!("sources-none"), Role::Dim),
        };
        w.add(say!("sources-reported"), words, None);
    }
    for (i, group) in text.iter().enumerate() {
        w.add(if i == 0 { say!("sources-reported") } else { "" }, credit(group, plain), None);
    }
    match said.usage {
        Usage::Verbatim => w.add("", Line::of(say!("sources-verbatim"), Role::Dim), None),
        Usage::Compiled => w.add("", Line::of(say!("sources-compiled"), Role::Dim), None),
        Usage::Own | Usage::Unknown => {}
    }
    if !said.persons.is_empty() {
        let names: Vec<&str> = said.persons.iter().map(model::Clean::as_str).collect();
        w.add(say!("sources-by"), Line::of(names.join(", "), Role::Text), None);
    }
    if said.desk_edit {
        w.add(say!("sources-edited"), Line::of(say!("sources-desk", outlet = article.outlet.as_str()), Role::Text), None);
    }
    if let Some(company) = &article.company {
        w.add(say!("sources-story"), told_by(company), Some(Target::Story));
    }
    // A long list of carriers must not hide what changed.
    let many = article.carriers.len() > 4;
    if many {
        versions(&mut w, article, zone, now);
    }
    let newest = newest(article);
    for (i, other) in article.carriers.iter().enumerate() {
        let mut line = Line::of(other.outlet.as_str(), Role::Outlet);
        let share = percent(other.shared);
        line.push(if plain { format!(", {}", say!("sources-shared", share = share)) } else { format!(" {share}") }, Role::Dim);
        if let Some((words, role)) = take(other.number.as_ref(), newest) {
            line.push(words, role);
        }
        chips(&mut line, &other.agencies);
        line.push(format!("  {}", other.title), Role::Dim);
        w.add(if i == 0 { say!("sources-also") } else { "" }, line, Some(Target::Article(other.id)));
    }
    if !many {
        versions(&mut w, article, zone, now);
    }
    if let Some(dispatch) = &said.dispatch {
        let mut line = Line::of(dispatch.to_string(), Role::Evidence);
        if let Some((take, outlet)) = newest.filter(|(take, _)| dispatch.version.is_some_and(|own| own < *take)) {
            line.push(format!(" · {}", say!("sources-behind-take", take = take, outlet = outlet)), Role::Changed);
        }
        w.add(say!("sources-dispatch"), line, None);
    }
    quoted(&mut w, &article.quotes);
    for (i, group) in groups(&said.credits, |r| r == model::Role::Photo).iter().enumerate() {
        w.add(if i == 0 { say!("sources-pictures") } else { "" }, credit(group, plain), None);
    }
    for (i, group) in groups(&said.credits, |r| r == model::Role::Mention).iter().enumerate() {
        w.add(if i == 0 { say!("sources-cites") } else { "" }, credit(group, plain), None);
    }
    w.add(
        say!("sources-feed"),
        Line::of(article.feed_title.as_str(), Role::Text)
            .and(format!(" · {}", say!("sources-fetched", when = when::stamp(article.fetched, now, zone))), Role::Dim),
        Some(Target::Feed),
    );
    if let Some(url) = &article.item.url {
        w.add(say!("sources-page"), Line::of(url.as_str(), Role::Dim), Some(Target::Page));
    }
    w.out
}

/// `12 outlets, 2 dispatches, 3 texts of their own`: how many independent reports there are.
fn told_by(company: &model::Company) -> Line {
    let mut line = Line::of(say!("count-outlets", n = company.outlets), Role::Strong);
    if company.dispatches > 0 {
        line.push(", ", Role::Dim);
        line.push(say!("count-dispatches", n = company.dispatches), Role::Strong);
    }
    if company.own > 0 {
        line.push(format!(", {}", say!("sources-own-texts", n = company.own)), Role::Dim);
    }
    line
}

/// The newest take of a dispatch that is known, and who carries it: of those outlets that print its number.
fn newest(article: &Article) -> Option<(u32, &str)> {
    let own = article.item.attribution.dispatch.as_ref().map(|d| (d, article.outlet.as_str()));
    let others = article.carriers.iter().filter_map(|c| Some((c.number.as_ref()?, c.outlet.as_str())));
    let all: Vec<_> = own.into_iter().chain(others).collect();
    let (first, _) = all.first()?;
    let same = all.iter().filter(|(d, _)| d.agency == first.agency && d.item == first.item);
    same.filter_map(|(d, outlet)| Some((d.version?, *outlet))).max_by_key(|(take, _)| *take)
}

/// Which take an outlet carries, and whether another is further.
fn take(number: Option<&model::DispatchId>, newest: Option<(u32, &str)>) -> Option<(String, Role)> {
    let take = number?.version?;
    Some(match newest {
        Some((newest, _)) if take < newest => (format!(" /{take}: {}", say!("sources-behind")), Role::Changed),
        _ => (format!(" /{take}"), Role::Dim),
    })
}

/// Who is quoted saying what; of whom that is only probable, says so.
fn quoted(w: &mut Writer, quotes: &[model::Quote]) {
    for (i, quote) in quotes.iter().take(MOST_QUOTES).enumerate() {
        let mut line = Line::of(quote.speaker.as_str(), Role::Strong);
        if quote.confidence < SURE {
            line.push(format!(", {}", say!("sources-probably")), Role::Dim);
        }
        line.push(": ", Role::Dim);
        line.push(say!("quoted", words = cut(&quote.words, QUOTE)), Role::Quote);
        w.add(if i == 0 { say!("sources-says") } else { "" }, line, Some(Target::Paragraph(quote.block)));
    }
    if quotes.len() > MOST_QUOTES {
        w.add("", Line::of(say!("sources-more", n = quotes.len() - MOST_QUOTES), Role::Dim), None);
    }
}

/// `11:21 → 11:40 +47 words → 11:58 +31 words, new title`.
fn versions(w: &mut Writer, article: &Article, zone: &Local, now: Timestamp) {
    if article.versions.len() < 2 {
        return;
    }
    let mut line = Line::default();
    for (i, v) in article.versions.iter().enumerate() {
        let time = when::stamp(v.updated.unwrap_or(v.fetched), now, zone).replace(' ', "\u{a0}");
        if i > 0 {
            line.push(" → ", Role::Dim);
        }
        let shown = v.number == article.version;
        let shown_time = if w.plain { format!("{time}, {},", say!("sources-shown")) } else { format!("[{time}]") };
        line.push(if shown { shown_time } else { time }, if shown { Role::Changed } else { Role::Time });
        let Some(before) = i.checked_sub(1).and_then(|i| article.versions.get(i)) else { continue };
        let words = i64::from(v.words) - i64::from(before.words);
        let sign = if words < 0 { "−" } else { "+" };
        line.push(format!(" {}", say!("sources-words", n = words.abs(), signed = format!("{sign}{}", words.abs()))), Role::Dim);
        if before.title != v.title {
            line.push(format!(", {}", say!("sources-new-title")), Role::Changed);
        }
    }
    w.add(say!("sources-versions"), line, Some(Target::Versions));
}

/// Credits that rest on the same words, together, in printed order.
fn groups(credits: &[Credit], wanted: impl Fn(model::Role) -> bool) -> Vec<Vec<&Credit>> {
    let mut out: Vec<Vec<&Credit>> = Vec::new();
    for c in credits.iter().filter(|c| wanted(c.role)) {
        match out.iter_mut().find(|g| g[0].slot == c.slot && g[0].evidence.words == c.evidence.words) {
            Some(group) if group.iter().any(|g| g.agency == c.agency) => {}
            Some(group) => group.push(c),
            None => out.push(vec![c]),
        }
    }
    out
}

/// `APA AFP Reuters  byline “Von: APA/AFP/Reuters” · 97 %`.
fn credit(group: &[&Credit], plain: bool) -> Line {
    let mut line = Line::default();
    for (i, c) in group.iter().enumerate() {
        if i > 0 {
            line.push(" ", Role::Dim);
        }
        line.push(c.name.as_str(), if c.role == model::Role::Press { Role::Press } else { Role::Agency });
    }
    let Some(first) = group.first() else { return line };
    line.push("  ", Role::Dim);
    if first.role == model::Role::Press {
        line.push(format!("{}, ", say!("sources-press")), Role::Press);
    }
    line.push(format!("{} ", place(first.slot)), Role::Dim);
    line.push(say!("quoted", words = first.evidence.words.as_str()), Role::Evidence);
    let least = group.iter().fold(1.0_f32, |least, c| least.min(c.confidence));
    let sure = if plain { say!("sources-sure", share = percent(least)) } else { percent(least) };
    line.push(format!("\u{a0}·\u{a0}{sure}"), Role::Dim);
    line
}

fn chips(line: &mut Line, agencies: &[Agency]) {
    for agency in agencies {
        line.push(" ", Role::Dim);
        super::headlines::named_agency(line, agency);
    }
}

/// What stands in the border after the pane's name.
pub(in super::super) fn title(model: &Model) -> Line {
    let Some(article) = model.article.current() else { return Line::default() };
    let n = article.item.attribution.agencies().len();
    match n {
        0 => Line::default(),
        n => Line::of(say!("count-agencies", n = n), Role::Dim),
    }
}

/// The pane in sentences.
pub(in super::super) fn said(model: &Model) -> Said {
    let state = &model.sources;
    let mut label = String::new();
    let lines = state.lines.iter().enumerate().map(|(i, (line, target))| {
        let mut said = linear::selected(i == state.selected);
        // The label that stands in its own column, and for the lines below it too.
        let (first, rest) = line.0.split_first().map_or(("", &[][..]), |((text, _), rest)| (text.as_str(), rest));
        if !first.is_empty() {
            label = first.to_owned();
        }
        said.push(format!("{label}: "), Role::Label);
        said.0.extend(linear::line(&Line(rest.to_vec())).0);
        if target.is_some() {
            said.push(format!("; {}", say!("sources-enter")), Role::Dim);
        }
        said.push(".", Role::Dim);
        said
    });
    let lines = lines.collect();
    let count: String = title(model).0.into_iter().map(|(text, _)| text).collect();
    let heading = if count.is_empty() { say!("pane-sources").into() } else { format!("{}: {count}", say!("pane-sources")) };
    Said { heading, lines, top: state.top, selected: Some(state.selected) }
}

/// Draws the pane; where the cursor stands.
pub(in super::super) fn view(model: &Model, pen: &mut Pen<'_>, area: Rect) -> Option<Position> {
    let state = &model.sources;
    let focused = model.focus() == Pane::Sources;
    if state.lines.is_empty() {
        pen.put(area.x + 1, area.y, area.width.saturating_sub(2), say!("sources-nothing"), Role::Dim);
    }
    let mut cursor = Position::new(area.x, area.y);
    for (i, y) in (state.top..).zip(area.top()..area.bottom()) {
        let Some((line, target)) = state.lines.get(i) else { break };
        if i == state.selected && focused {
            pen.tint(Rect::new(area.x, y, area.width, 1), if target.is_some() { Role::Selected } else { Role::SelectedAway });
            pen.put(area.x, y, 1, "▌", Role::Bar);
            cursor = Position::new(area.x, y);
        }
        pen.line(area.x + 1, y, area.width.saturating_sub(2), line);
    }
    Some(cursor)
}
