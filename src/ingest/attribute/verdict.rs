//! What all slots say together: for each agency and role the best evidence, in printed order.

use super::chain::Chain;
use super::registry::{Kind, Registry};
use super::{Page, ids};
use crate::model::{AgencyId, Attribution, Clean, Credit, DispatchId, Evidence, Role, Slot, Usage};

/// Credits for text that are less sure are not shown.
const SURE: f32 = 0.7;
/// No article has more.
const CREDITS: usize = 64;
/// No byline has more.
const PERSONS: usize = 24;

/// Gathers findings slot by slot; `finish` weighs them.
pub(super) struct Verdict<'a> {
    pub page: &'a Page<'a>,
    pub registry: &'a Registry,
    credits: Vec<(usize, Credit)>,
    persons: Vec<Clean>,
    desk: bool,
    /// The printed word, and the credit that carries its evidence.
    collective: Option<(Clean, Credit)>,
    /// Something says that more than one agency's own words went in.
    compiled: bool,
    dispatch: Option<DispatchId>,
}

/// Where and how surely a chain was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub slot: Slot,
    pub confidence: f32,
    pub words: &'a str,
    pub place: &'a str,
}

impl<'a> Verdict<'a> {
    pub fn new(page: &'a Page<'a>, registry: &'a Registry) -> Self {
        Self { page, registry, credits: Vec::new(), persons: Vec::new(), desk: false, collective: None, compiled: false, dispatch: None }
    }

    fn credit(&self, row: usize, role: Role, found: Found<'_>) -> Credit {
        let agency = self.registry.row(row);
        let evidence = Evidence { words: Clean::line(found.words), place: Clean::line(found.place) };
        Credit {
            agency: agency.id.clone(),
            name: Clean::line(&agency.short),
            role,
            slot: found.slot,
            confidence: found.confidence,
            evidence,
        }
    }

    /// One agency, with a role; a better finding for the same role replaces a weaker one in its place.
    pub fn push(&mut self, row: usize, role: Role, found: Found<'_>) {
        if let Some((_, known)) = self.credits.iter_mut().find(|(r, c)| *r == row && c.role == role) {
            if known.confidence >= found.confidence {
                return;
            }
            let at = self.credits.iter().position(|(r, c)| *r == row && c.role == role).expect("it was found just now");
            self.credits[at].1 = self.credit(row, role, found);
        } else if self.credits.len() < CREDITS {
            let credit = self.credit(row, role, found);
            self.credits.push((row, credit));
        }
    }

    /// Whether running text was found to quote it.
    pub fn mentioned(&self, row: usize) -> bool {
        self.credits.iter().any(|(r, c)| *r == row && c.role == Role::Mention)
    }

    /// A chain that credits the text.
    pub fn text(&mut self, chain: &Chain<'_>, found: Found<'_>) {
        for &row in &chain.agencies {
            let role = self.registry.row(row).kind.role();
            self.push(row, role, found);
        }
        if let Some(word) = chain.collective
            && self.collective.is_none()
            && let Some(row) = self.registry.agencies().iter().position(|r| r.kind == Kind::Collective)
        {
            let mut credit = self.credit(row, Role::Text, found);
            credit.name = Clean::line(word);
            self.collective = Some((Clean::line(word), credit));
        }
        self.desk |= chain.desk;
        if !chain.agencies.is_empty() || chain.collective.is_some() {
            self.compiled |= chain.mixed || chain.desk || chain.collective.is_some();
        }
        self.persons(&chain.persons);
    }

    /// A chain that credits a picture.
    pub fn photo(&mut self, rows: &[usize], found: Found<'_>) {
        for &row in rows {
            self.push(row, Role::Photo, found);
        }
    }

    /// Persons of a byline.
    pub fn persons(&mut self, names: &[&str]) {
        for name in names {
            let name = Clean::capped(name, 80);
            if self.persons.len() < PERSONS && !name.is_empty() && !self.persons.contains(&name) {
                self.persons.push(name);
            }
        }
    }

    /// Says that other material went into the text.
    pub fn compiled(&mut self) {
        self.compiled = true;
    }

    /// A dispatch id somewhere in `text`, with its credit.
    pub fn dispatch(&mut self, text: &str, place: &str) -> bool {
        let Some((row, id, words)) = ids::find(text, self.registry) else { return false };
        if self.dispatch.is_none() || self.dispatch.as_ref().is_some_and(|d| d.item == id.item && d.version.is_none()) {
            self.dispatch = Some(id);
        }
        self.push(row, self.registry.row(row).kind.role(), Found { slot: Slot::DispatchId, confidence: 1.0, words, place });
        true
    }

    /// An agency's own site: what nobody else is credited for is its own.
    pub fn own_site(&mut self) {
        if let Some((row, id)) = ids::in_address(self.page, self.registry) {
            self.dispatch.get_or_insert(id);
            self.push(row, Role::Text, Found { slot: Slot::DispatchId, confidence: 1.0, words: self.page.host(), place: "address" });
        }
        let Some(row) = self.registry.owner(self.page.host()) else { return };
        let role = self.registry.row(row).kind.role();
        let named = self.credits.iter().any(|(_, c)| matches!(c.role, Role::Text | Role::Press));
        if !named && role != Role::Photo {
            let found = Found { slot: Slot::Structured, confidence: SURE, words: self.page.host(), place: "address" };
            self.push(row, role, found);
        }
    }

    /// Weighs what was found.
    pub fn finish(self) -> Attribution {
        let credited: Vec<AgencyId> = self
            .credits
            .iter()
            .filter(|(_, c)| matches!(c.role, Role::Text | Role::Press) && c.confidence >= SURE)
            .map(|(_, c)| c.agency.clone())
            .collect();
        let mut credits: Vec<Credit> = self
            .credits
            .into_iter()
            .map(|(_, c)| c)
            .filter(|c| match c.role {
                Role::Text | Role::Press => c.confidence >= SURE,
                // Who is credited for the text needs no mention beside it.
                Role::Mention => !credited.contains(&c.agency),
                Role::Photo => true,
            })
            .collect();
        credits.sort_by_key(|c| c.role);
        let collective = self.collective.filter(|_| credited.is_empty());
        let usage = match credited.len() {
            0 if collective.is_some() => Usage::Compiled,
            0 if self.desk || !self.persons.is_empty() => Usage::Own,
            0 => Usage::Unknown,
            1 if self.compiled || self.desk => Usage::Compiled,
            1 => Usage::Verbatim,
            _ => Usage::Compiled,
        };
        let mut printed = None;
        if let Some((word, credit)) = collective {
            credits.insert(0, credit);
            printed = Some(word);
        }
        Attribution { credits, persons: self.persons, desk_edit: self.desk, collective: printed, usage, dispatch: self.dispatch }
    }
}
