//! The words of the screen, in each language that it speaks: Fluent's files beside this one, one for each part of the
//! screen, are built into the program. [`say!`] is how the rest of `ui` asks for them: `say!("desk-empty")` for words as
//! they stand, `say!("desk-unread", n = 3)` for those with something in them.
//!
//! Which language is spoken belongs to the model. It is not handed to each of the hundreds of places that say something:
//! `update` and `view` set it for their thread while they run ([`speak`]), so that both stay functions of the model alone.
//! Only the commands' English stands elsewhere, in THE TABLE, because the manual is made of it.

mod made;
#[cfg(test)]
mod tests;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

pub(crate) use made::put;

use crate::model::Language;

/// Words in the language that is spoken now.
macro_rules! say {
    ($id:literal) => {
        $crate::ui::lang::plain($id)
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        let mut args = fluent_bundle::FluentArgs::new();
        $(args.set(stringify!($name), $value);)+
        $crate::ui::lang::filled($id, &args)
    }};
}
pub(crate) use say;

macro_rules! files {
    ($language:literal: $($name:literal),+) => {
        &[$(include_str!(concat!($language, "/", $name, ".ftl"))),+]
    };
}

const ENGLISH: &[&str] = files!("en": "feeds", "linear", "notices", "overlays", "palette", "panes", "status", "story");
/// And what stands instead of English that is made elsewhere ([`instead`]): commands, settings, failures.
const GERMAN: &[&str] =
    files!("de": "commands", "feeds", "linear", "notices", "overlays", "palette", "panes", "settings", "status", "story");

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| [bundle("en", ENGLISH), bundle("de", GERMAN)]);

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::En) };
}

fn bundle(language: &str, files: &[&str]) -> Bundle {
    // By it plurals are told apart.
    let language: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks around what is filled in would take columns, and `Clean` would take them out again.
    bundle.set_use_isolating(false);
    for file in files {
        // What is wrong with a file, a test tells.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// Speaks a language on this thread until what is returned is dropped.
#[must_use]
pub fn speak(language: Language) -> Speaking {
    Speaking(SPOKEN.replace(language))
}

/// While it lives a language is spoken; then the one before it again.
#[derive(Debug)]
pub struct Speaking(Language);

impl Drop for Speaking {
    fn drop(&mut self) {
        SPOKEN.set(self.0);
    }
}

/// The language that is spoken now.
pub(super) fn spoken() -> Language {
    SPOKEN.get()
}

fn words(id: &str, args: Option<&FluentArgs<'_>>) -> Option<Cow<'static, str>> {
    let bundle = &BUNDLES[spoken() as usize];
    let pattern = bundle.get_message(id)?.value()?;
    Some(bundle.format_pattern(pattern, args, &mut Vec::new()))
}

/// Words without anything in them, if there are such; nothing is built for them.
pub(super) fn find(id: &str) -> Option<&'static str> {
    match words(id, None)? {
        Cow::Borrowed(words) => Some(words),
        Cow::Owned(_) => None,
    }
}

/// The same for an id that is there: a test sees to that.
pub(crate) fn plain(id: &'static str) -> &'static str {
    find(id).unwrap_or(id)
}

/// Words with something in them.
pub(crate) fn filled(id: &'static str, args: &FluentArgs<'_>) -> String {
    words(id, Some(args)).map_or_else(|| id.to_owned(), Cow::into_owned)
}

/// What another language says instead of English words that stand in a table elsewhere (a command's, a setting's): the
/// message of that id, or by attribute what belongs to it.
pub(super) fn instead(id: &str, attribute: Option<&str>) -> Option<&'static str> {
    if spoken() == Language::En {
        return None;
    }
    let bundle = &BUNDLES[spoken() as usize];
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        None => message.value()?,
        Some(attribute) => message.get_attribute(attribute)?.value(),
    };
    match bundle.format_pattern(pattern, None, &mut Vec::new()) {
        Cow::Borrowed(words) => Some(words),
        Cow::Owned(_) => None,
    }
}
