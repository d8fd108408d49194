//! Chosen segments → an article's blocks: lists, quotes, tables and pictures are put together again from the frames
//! around each segment.

use std::collections::HashMap;

use super::dom::{Flat, Frame, Kind, Segment, Style, Tag};
use super::family::{self};
use crate::model::{Address, Block, Clean, Span};

/// Lists in lists in quotes: deeper than this is flattened.
const DEPTH_CAP: usize = 6;
/// Cells of a table that are kept, in all.
const CELL_CAP: usize = 4000;

/// A piece of structure around a segment, by its frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    List(u32),
    Item(u32),
    Quote(u32),
    Table(u32),
    Row(u32),
    Cell(u32),
}

/// What is being put together.
#[derive(Default)]
struct Open {
    part: Option<Part>,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    rows: Vec<Vec<Vec<Span>>>,
    cells: Vec<Vec<Span>>,
    head: bool,
}

/// Builds the blocks of the segments that `keep` names. `base` resolves links; `title` is not repeated as a heading.
pub fn blocks(flat: &Flat, keep: &[bool], base: Option<&Address>, title: &str) -> Vec<Block> {
    let tables = data_tables(flat, keep);
    let mut stack = vec![Open::default()];
    let pictures = pictures(flat, keep);
    let mut captions: HashMap<u32, (Vec<Span>, Option<Clean>)> = HashMap::new();
    for (i, segment) in flat.segments.iter().enumerate() {
        if let Some(figure) = segment.figure.filter(|_| segment.kind == Kind::Text) {
            caption(flat, segment, base, captions.entry(figure).or_default());
            if !keep[i] || flat.frames[figure as usize].picture.is_some() {
                continue;
            }
        }
        let wanted = match segment.kind {
            Kind::Text => keep[i],
            _ => pictures[i],
        };
        if !wanted {
            continue;
        }
        let path = path(flat, segment, &tables);
        let common = stack[1..].iter().zip(&path).take_while(|(open, part)| open.part == Some(**part)).count();
        while stack.len() > common + 1 {
            close(&mut stack, flat);
        }
        for part in &path[common..] {
            let head = matches!(part, Part::Table(_)) && flat.frame(segment).tag == Tag::Th;
            stack.push(Open { part: Some(*part), head, ..Open::default() });
        }
        let top = stack.last_mut().expect("the article itself is never closed");
        if let Some(Part::Cell(_)) = top.part {
            if segment.kind == Kind::Text {
                if !top.cells.is_empty() {
                    top.cells.push(vec![Span::plain(" ")]);
                }
                top.cells.push(spans(flat, segment, base));
            }
            continue;
        }
        block(flat, segment, base, title, &mut top.blocks);
    }
    while stack.len() > 1 {
        close(&mut stack, flat);
    }
    let mut out = stack.pop().unwrap_or_default().blocks;
    fill_captions(flat, &mut out, captions, base);
    tidy(&mut out);
    out
}

fn close(stack: &mut Vec<Open>, flat: &Flat) {
    let Some(mut done) = stack.pop() else { return };
    let Some(top) = stack.last_mut() else { return };
    match done.part {
        Some(Part::Item(_)) => {
            if matches!(top.part, Some(Part::List(_))) {
                top.items.push(done.blocks);
            } else {
                top.blocks.append(&mut done.blocks);
            }
        }
        Some(Part::List(frame)) => {
            if !done.blocks.is_empty() {
                done.items.push(std::mem::take(&mut done.blocks));
            }
            done.items.retain(|i| !i.is_empty());
            if !done.items.is_empty() {
                let frame = &flat.frames[frame as usize];
                top.blocks.push(Block::List { ordered: frame.tag == Tag::Ol, start: frame.start, items: done.items });
            }
        }
        Some(Part::Quote(_)) if done.blocks.is_empty() => {}
        Some(Part::Quote(_)) => top.blocks.push(Block::Quote { blocks: done.blocks }),
        Some(Part::Cell(_)) => {
            let cell = done.cells.into_iter().flatten().collect();
            top.cells.push(cell);
        }
        Some(Part::Row(_)) => top.rows.push(done.cells),
        Some(Part::Table(_)) => {
            top.blocks.append(&mut done.blocks);
            if !done.rows.is_empty() {
                top.blocks.push(Block::Table { head: done.head, rows: done.rows });
            }
        }
        None => {}
    }
    // Rows close into their table, cells into their row: each handed on one level.
    if let Some(Part::Table(_)) = top.part {
        top.rows.retain(|r| !r.is_empty());
    }
}

fn path(flat: &Flat, segment: &Segment, tables: &HashMap<u32, bool>) -> Vec<Part> {
    let mut parts: Vec<Part> = flat
        .chain(segment.frame)
        .filter_map(|(at, frame)| match frame.tag {
            Tag::Ul | Tag::Ol => Some(Part::List(at)),
            Tag::Li => Some(Part::Item(at)),
            Tag::Blockquote => Some(Part::Quote(at)),
            Tag::Table => Some(Part::Table(at)),
            Tag::Tr => Some(Part::Row(at)),
            Tag::Td | Tag::Th => Some(Part::Cell(at)),
            _ => None,
        })
        .collect();
    parts.reverse();
    // What stands in no data table is laid out by tables only; what stands in one has no further structure.
    let data = parts.iter().position(|p| matches!(p, Part::Table(t) if tables.contains_key(t)));
    let mut out: Vec<Part> = Vec::new();
    for (i, part) in parts.into_iter().enumerate() {
        match (data, part) {
            (Some(from), p @ (Part::Table(_) | Part::Row(_) | Part::Cell(_))) if i >= from => {
                let fits = match p {
                    Part::Row(_) => matches!(out.last(), Some(Part::Table(_))),
                    Part::Cell(_) => matches!(out.last(), Some(Part::Row(_))),
                    _ => i == from,
                };
                if fits {
                    out.push(p);
                }
            }
            (Some(from), _) if i >= from => {}
            (_, p @ (Part::List(_) | Part::Quote(_))) => out.push(p),
            (_, p @ Part::Item(_)) if matches!(out.last(), Some(Part::List(_))) => out.push(p),
            _ => {}
        }
    }
    if out.len() > DEPTH_CAP && data.is_none() {
        out.truncate(DEPTH_CAP);
    }
    out
}

/// Tables that hold data: two columns and two rows at least, short cells; the others only lay the page out.
fn data_tables(flat: &Flat, keep: &[bool]) -> HashMap<u32, bool> {
    #[derive(Default)]
    struct Seen {
        rows: std::collections::HashSet<u32>,
        cells: std::collections::HashSet<u32>,
        bytes: usize,
    }
    let mut seen: HashMap<u32, Seen> = HashMap::new();
    for (segment, _) in flat.segments.iter().zip(keep).filter(|(_, k)| **k) {
        let (mut cell, mut row) = (None, None);
        for (at, frame) in flat.chain(segment.frame) {
            match frame.tag {
                Tag::Td | Tag::Th if cell.is_none() => cell = Some(at),
                Tag::Tr if row.is_none() => row = Some(at),
                Tag::Table => {
                    if let (Some(cell), Some(row)) = (cell, row) {
                        let seen = seen.entry(at).or_default();
                        seen.rows.insert(row);
                        seen.cells.insert(cell);
                        seen.bytes += segment.text.len();
                    }
                    break;
                }
                _ => {}
            }
        }
    }
    seen.into_iter()
        .filter(|(_, s)| {
            s.rows.len() >= 2 && s.cells.len() >= s.rows.len() * 3 / 2 && s.cells.len() <= CELL_CAP && s.bytes < s.cells.len() * 250
        })
        .map(|(t, _)| (t, true))
        .collect()
}

/// Pictures, embeds and rules stay where kept text stands around them, and right above it.
fn pictures(flat: &Flat, keep: &[bool]) -> Vec<bool> {
    let text = |i: usize| keep[i] && flat.segments[i].kind == Kind::Text && flat.segments[i].figure.is_none();
    let first = (0..keep.len()).find(|&i| text(i));
    let last = (0..keep.len()).rev().find(|&i| text(i));
    let (Some(first), Some(last)) = (first, last) else { return vec![false; keep.len()] };
    let parents: std::collections::HashSet<u32> =
        (0..keep.len()).filter(|&i| text(i)).flat_map(|i| flat.chain(flat.segments[i].frame).take(4).map(|(at, _)| at)).collect();
    let bad = family::RELATED | family::AD | family::SIDEBAR | family::NAVIGATION | family::NEWSLETTER | family::SOCIAL | family::AUTHOR;
    (0..keep.len())
        .map(|i| {
            let segment = &flat.segments[i];
            if segment.kind == Kind::Text || i > last || (segment.kind == Kind::Rule && (i < first || i == last)) {
                return false;
            }
            let mut unlike = false;
            let mut inside = false;
            for (at, frame) in flat.chain(segment.frame) {
                if parents.contains(&at) {
                    inside = true;
                    break;
                }
                unlike |= frame.families.has(bad) || matches!(frame.tag, Tag::Aside | Tag::Nav | Tag::Footer | Tag::Form);
            }
            // The lead picture often stands beside the text's container: at most a few blocks above it.
            inside && !unlike && (i > first || first - i < 20)
        })
        .collect()
}

fn block(flat: &Flat, segment: &Segment, base: Option<&Address>, title: &str, out: &mut Vec<Block>) {
    let frame = flat.frame(segment);
    match segment.kind {
        Kind::Rule => out.push(Block::Rule),
        Kind::Embed(at) => {
            let (src, label) = &flat.embeds[at as usize];
            out.push(Block::Embed { label: Clean::line(label), url: address(base, src) });
        }
        Kind::Picture(at) => {
            let picture = &flat.pictures[at as usize];
            let credit = Clean::line(&picture.credit).non_empty();
            // The caption is filled in when all of it is known: it may stand before or after.
            let mark = picture.figure.map(|f| vec![Span::plain(&format!("{f}"))]).unwrap_or_default();
            out.push(Block::Picture { url: address(base, &picture.src), alt: Clean::line(&picture.alt), caption: mark, credit });
        }
        Kind::Text if frame.tag == Tag::Pre => {
            let lines = segment.text.trim_matches('\n').lines().map(Clean::verbatim).collect();
            out.push(Block::Code { lines });
        }
        Kind::Text => {
            let spans = spans(flat, segment, base);
            let heading = flat.chain(segment.frame).take(3).find_map(|(_, f)| f.tag.heading());
            match heading {
                Some(_) if same_words(&segment.text, title) => {}
                Some(level) => out.push(Block::Heading { level: level.max(2), spans }),
                None if subhead(segment, frame) => out.push(Block::Heading { level: 3, spans }),
                None => out.push(Block::Paragraph { spans }),
            }
        }
    }
}

/// A short paragraph set in bold as a whole, without an end mark, is a subhead in all but name.
fn subhead(segment: &Segment, frame: &Frame) -> bool {
    matches!(frame.tag, Tag::P | Tag::Div)
        && segment.styles.iter().all(|(_, s)| s.strong)
        && segment.linked == 0
        && segment.text.len() < 90
        && segment.text.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '?')
        && !segment.text.contains('\n')
}

/// Whether two lines say the same but for case, spaces and marks.
pub fn same_words(a: &str, b: &str) -> bool {
    // Case changes a letter's bytes, marks add some: lengths far apart need no look.
    let near = a.len() <= b.len() * 2 + 16 && b.len() <= a.len() * 2 + 16;
    !a.is_empty() && a.len() < 2000 && near && letters(a).eq(letters(b))
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// The runs of a segment.
pub fn spans(flat: &Flat, segment: &Segment, base: Option<&Address>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut known: Option<(u32, Option<Address>)> = None;
    for (i, (from, style)) in segment.styles.iter().enumerate() {
        let to = segment.styles.get(i + 1).map_or(segment.text.len(), |(at, _)| (*at as usize).min(segment.text.len()));
        let Some(text) = segment.text.get((*from as usize).min(to)..to).filter(|t| !t.is_empty()) else { continue };
        let Style { emphasis, strong, code, struck, link } = *style;
        let link = link.and_then(|at| match &known {
            Some((k, address)) if *k == at => address.clone(),
            _ => {
                let found = address(base, &flat.links[at as usize]);
                known = Some((at, found.clone()));
                found
            }
        });
        let mut text = Clean::verbatim(text);
        if i == 0 && text.starts_with(' ') {
            text = Clean::verbatim(text.trim_start());
        }
        match out.last_mut() {
            Some(last) if (last.emphasis, last.strong, last.code, last.struck) == (emphasis, strong, code, struck) && last.link == link => {
                last.text = Clean::verbatim(&format!("{}{}", last.text, text));
            }
            _ => out.push(Span { text, emphasis, strong, code, struck, link }),
        }
    }
    if out.is_empty() && !segment.text.is_empty() {
        out.push(Span::plain(&segment.text));
    }
    out
}

fn address(base: Option<&Address>, raw: &str) -> Option<Address> {
    match base {
        Some(base) => base.join(raw).ok(),
        None => Address::parse(raw).ok(),
    }
}

/// Adds a segment inside a figure to its caption or credit.
fn caption(flat: &Flat, segment: &Segment, base: Option<&Address>, into: &mut (Vec<Span>, Option<Clean>)) {
    let families =
        flat.chain(segment.frame).take_while(|(_, f)| f.tag != Tag::Figure).fold(family::Families::default(), |a, (_, f)| a | f.families);
    if families.has(family::CREDIT) && segment.text.len() < 160 {
        if into.1.is_none() {
            into.1 = Clean::line(&segment.text).non_empty();
        }
        return;
    }
    let (words, credit) = split_credit(&segment.text);
    if into.1.is_none() {
        into.1 = credit.map(Clean::line).and_then(Clean::non_empty);
    }
    if words.trim().is_empty() {
        return;
    }
    if !into.0.is_empty() {
        into.0.push(Span::plain(" "));
    }
    if words.len() == segment.text.len() {
        into.0.append(&mut spans(flat, segment, base));
    } else {
        into.0.push(Span::plain(words.trim()));
    }
}

/// Splits “A bridge. Foto: APA/Name” into its caption and its credit.
pub fn split_credit(text: &str) -> (&str, Option<&str>) {
    const CUES: [&str; 16] = [
        "Foto:",
        "Fotos:",
        "Bild:",
        "Bilder:",
        "Photo:",
        "Photograph:",
        "Image:",
        "Credit:",
        "Quelle:",
        "Picture:",
        "Photo by ",
        "Foto von ",
        "©",
        "(c)",
        "Copyright:",
        "Bildquelle:",
    ];
    let at = CUES.iter().filter_map(|cue| text.rfind(cue)).filter(|&at| text.len() - at < 160).min();
    match at {
        Some(at) => (
            text[..at].trim_end_matches([' ', '(', '|', '/', '–', '-', '[', '·']),
            Some(text[at..].trim_matches(['(', ')', '[', ']', ' '])),
        ),
        None => (text, None),
    }
}

fn fill_captions(flat: &Flat, blocks: &mut [Block], mut captions: HashMap<u32, (Vec<Span>, Option<Clean>)>, _base: Option<&Address>) {
    let mut waiting: Vec<&mut Block> = blocks.iter_mut().collect();
    while let Some(block) = waiting.pop() {
        match block {
            Block::Picture { caption, credit, .. } => {
                let figure = caption.first().and_then(|s| s.text.parse::<u32>().ok());
                caption.clear();
                if let Some((words, by)) = figure.and_then(|f| captions.remove(&f)) {
                    *caption = words;
                    if credit.is_none() {
                        *credit = by;
                    }
                }
            }
            Block::Quote { blocks } => waiting.extend(blocks.iter_mut()),
            Block::List { items, .. } => waiting.extend(items.iter_mut().flatten()),
            _ => {}
        }
    }
    let _ = flat;
}

/// Rules at an edge, two rules in a row, headings with nothing under them at the end.
fn tidy(blocks: &mut Vec<Block>) {
    blocks.dedup_by(|a, b| matches!((&a, &b), (Block::Rule, Block::Rule)));
    while matches!(blocks.last(), Some(Block::Rule)) {
        blocks.pop();
    }
    if matches!(blocks.first(), Some(Block::Rule)) {
        blocks.remove(0);
    }
}
