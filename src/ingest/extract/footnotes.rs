//! Footnotes: notes under the text that a mark in it leads to. Boilerplate removal drops them as often as it keeps them,
//! so they are found by where the marks lead, and set as notes wherever they stood.

use scraper::{Html, Node};
use std::collections::HashMap;

use super::dom::attr_of;
use crate::model::{Address, Block, Clean, Span};

/// Notes of one article, and bytes of one.
const NOTE_CAP: usize = 300;
const LENGTH_CAP: usize = 2000;
/// How elements that are notes begin their id.
const IDS: [&str; 10] = ["fn", "footnote", "endnote", "cite_note", "cite-note", "note-", "_ftn", "sdfootnote", "fussnote", "anmerkung"];

/// A note as the page has it.
#[derive(Debug)]
pub struct Note {
    id: String,
    text: String,
}

/// Finds what looks like a note by its id.
pub fn find(html: &Html) -> Vec<Note> {
    let mut notes = Vec::new();
    for node in html.tree.nodes() {
        let Node::Element(element) = node.value() else { continue };
        let Some(id) = attr_of(element, "id") else { continue };
        if !matches!(element.name(), "li" | "p" | "div" | "aside" | "dd" | "td") || !noted(id) || notes.len() >= NOTE_CAP {
            continue;
        }
        let mut text = String::new();
        for piece in node.descendants().take(400).filter_map(|d| d.value().as_text()) {
            for word in piece.split_whitespace() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
            if text.len() > LENGTH_CAP {
                break;
            }
        }
        // The way back to the text is no part of a note.
        let text = text.trim_matches(['↩', '↑', '^', '︎', '\u{fe0e}', ' ']).to_owned();
        if !text.is_empty() && text.len() <= LENGTH_CAP {
            notes.push(Note { id: id.to_owned(), text });
        }
    }
    notes
}

fn noted(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    // `fnref1` is the mark, not the note.
    !id.contains("ref") && IDS.iter().any(|i| id.strip_prefix(i).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic())))
}

/// Sets the notes that marks in `blocks` lead to as notes at the end, in the order of their marks, and takes them out of
/// where else they stand.
pub fn place(blocks: &mut Vec<Block>, notes: &[Note]) {
    if notes.is_empty() {
        return;
    }
    let by_id: HashMap<&str, &Note> = notes.iter().map(|n| (n.id.as_str(), n)).collect();
    let mut marks: Vec<(String, &Note)> = Vec::new();
    let mut look = |spans: &[Span]| {
        for span in spans {
            let Some(id) = span.link.as_ref().and_then(fragment) else { continue };
            if let Some(note) = by_id.get(id.as_str())
                && span.text.chars().count() <= 8
                && !marks.iter().any(|(_, n)| n.id == note.id)
            {
                let mark = span.text.trim().trim_matches(['[', ']', '(', ')']).to_owned();
                marks.push((mark, note));
            }
        }
    };
    let mut waiting: Vec<&Block> = blocks.iter().rev().collect();
    while let Some(block) = waiting.pop() {
        match block {
            Block::Paragraph { spans } | Block::Heading { spans, .. } => look(spans),
            Block::Quote { blocks } => waiting.extend(blocks.iter().rev()),
            Block::List { items, .. } => waiting.extend(items.iter().flatten().rev()),
            Block::Table { rows, .. } => rows.iter().flatten().for_each(|cell| look(cell)),
            _ => {}
        }
    }
    if marks.is_empty() {
        return;
    }
    let texts: std::collections::HashSet<String> = marks.iter().map(|(_, n)| bare(&n.text)).collect();
    blocks.retain_mut(|block| match block {
        Block::List { items, .. } => {
            items.retain(|item| !texts.contains(&bare(&item.iter().map(Block::text).collect::<Vec<_>>().join(" "))));
            !items.is_empty()
        }
        Block::Paragraph { .. } => !texts.contains(&bare(&block.text())),
        _ => true,
    });
    blocks.extend(marks.into_iter().map(|(mark, note)| Block::Footnote {
        spans: vec![Span::plain(note.text.strip_prefix(mark.as_str()).unwrap_or(&note.text).trim_start_matches(['.', ')', ']', ' ']))],
        mark: Clean::line(&mark),
    }));
}

fn fragment(address: &Address) -> Option<String> {
    address.as_str().split_once('#').map(|(_, id)| id.to_owned()).filter(|id| !id.is_empty())
}

/// Letters and digits, to compare by.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
