//! Where each field of an article came from, in words that a reader can check against the page.

use crate::model::Clean;

/// A value and the place that gave it.
pub type Found<T> = (T, String);

/// The places that gave an article's fields, and what was doubtful about them.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    fields: Vec<(&'static str, Clean)>,
    notes: Vec<Clean>,
}

impl Origins {
    /// Notes where `field` came from; said again, the later word counts.
    pub fn note(&mut self, field: &'static str, from: &str) {
        let from = Clean::capped(from, 200);
        match self.fields.iter_mut().find(|(f, _)| *f == field) {
            Some((_, old)) => *old = from,
            None => self.fields.push((field, from)),
        }
    }

    /// Notes where a value came from, if there is one, and hands on the value.
    pub fn take<T>(&mut self, field: &'static str, found: Option<Found<T>>) -> Option<T> {
        found.map(|(value, from)| {
            self.note(field, &from);
            value
        })
    }

    /// Something that a reader should know: a date that was set right, a language that the text contradicts.
    pub fn remark(&mut self, words: &str) {
        let words = Clean::capped(words, 300);
        if self.notes.len() < 40 && !self.notes.contains(&words) {
            self.notes.push(words);
        }
    }

    /// Where `field` came from.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(f, _)| *f == field).map(|(_, from)| from.as_str())
    }

    /// All fields, in the order in which they were found.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &Clean)> {
        self.fields.iter().map(|(f, from)| (*f, from))
    }

    /// The remarks.
    pub fn notes(&self) -> &[Clean] {
        &self.notes
    }
}
