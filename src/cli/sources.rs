//! Who reported an article, in lines for a terminal: the same words in `show` and `inspect`, as the Sources pane has them.

use super::json::word;
use crate::model::{Attribution, Credit, Role, Usage};

/// A fact, and where it came from.
pub struct Fact {
    /// What it is about.
    pub name: &'static str,
    /// What is known.
    pub value: String,
    /// The words that say so and where they stood, after two spaces; empty if it follows from the others.
    pub from: String,
}

/// All that is known of who reported it, credits for the text first.
pub fn facts(said: &Attribution) -> Vec<Fact> {
    let mut out: Vec<Fact> = said.credits.iter().map(credit).collect();
    let mut add = |name, value: String| out.push(Fact { name, value, from: String::new() });
    if let Some(agencies) = &said.collective {
        add("agencies", format!("not named, printed as “{agencies}”"));
    }
    if !said.persons.is_empty() {
        add("persons", said.persons.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(", "));
    }
    if said.desk_edit {
        add("edited", "by the outlet’s own desk".into());
    }
    match said.usage {
        Usage::Verbatim => add("use", "one dispatch, word for word".into()),
        Usage::Compiled => add("use", "compiled from several, or with own reporting".into()),
        Usage::Own => add("use", "the outlet’s own".into()),
        Usage::Unknown => {}
    }
    if let Some(id) = &said.dispatch {
        add("dispatch", id.to_string());
    }
    out
}

fn credit(c: &Credit) -> Fact {
    let role = match c.role {
        Role::Text => "for the text",
        Role::Photo => "for a picture",
        Role::Mention => "quoted only",
        Role::Press => "press release",
    };
    Fact {
        name: "credit",
        value: format!("{}, {role}: {}, {:.0} %", c.name, word(&c.slot).replace('_', " "), f64::from(c.confidence) * 100.0),
        from: format!("  “{}” ({})", c.evidence.words, c.evidence.place),
    }
}
