//! An article as Markdown (CommonMark with GitHub's tables). What the text itself holds is escaped, so that it reads as it did.

use jiff::tz::TimeZone;

use super::{blocks, facts, marked, web};
use crate::model::{Article, Block, Span};

pub(super) fn document(article: &Article, zone: &TimeZone) -> String {
    let mut out = format!("# {}\n\n", escaped(&article.item.title));
    for (label, words) in facts(article, zone) {
        out.push_str(&if label.is_empty() { format!("{}  \n", escaped(&words)) } else { format!("{label}: {}  \n", escaped(&words)) });
    }
    if let Some(address) = article.item.url.as_ref().and_then(web) {
        out.push_str(&format!("Source: <{address}>\n"));
    }
    out.push('\n');
    let blocks = blocks(article, zone);
    let (marks, lost) = marked(article, &blocks);
    let mut lines = Vec::new();
    write(&blocks, &mut lines);
    out.push_str(&lines.join("\n"));
    out.push('\n');
    if !article.marks.highlights.is_empty() {
        out.push_str("\n## Highlights\n\n");
        let mut marks = marks;
        marks.sort_unstable();
        for at in marks {
            let mut lines = Vec::new();
            write(std::slice::from_ref(&blocks[at]), &mut lines);
            for line in lines {
                out.push_str(format!("> {line}").trim_end());
                out.push('\n');
            }
            out.push('\n');
        }
        for text in lost {
            out.push_str(&format!("> {}\n>\n> *(no longer in the text)*\n\n", escaped(text)));
        }
    }
    if !article.marks.note.is_empty() {
        out.truncate(out.trim_end().len());
        out.push('\n');
        out.push_str("\n## Note\n\n");
        for line in &article.marks.note {
            out.push_str(&format!("{}  \n", escaped(line)));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn write(blocks: &[Block], out: &mut Vec<String>) {
    for block in blocks {
        if !out.is_empty() && !out.last().is_some_and(String::is_empty) {
            out.push(String::new());
        }
        one(block, out);
    }
}

fn one(block: &Block, out: &mut Vec<String>) {
    match block {
        Block::Paragraph { spans } => out.push(inline(spans)),
        // The article's own title is the only one of the first level.
        Block::Heading { level, spans } => out.push(format!("{} {}", "#".repeat(usize::from(*level).clamp(2, 6)), inline(spans))),
        Block::Quote { blocks } => {
            let mut lines = Vec::new();
            write(blocks, &mut lines);
            out.extend(lines.into_iter().map(|line| format!("> {line}").trim_end().to_owned()));
        }
        Block::List { ordered, start, items } => {
            for (i, item) in items.iter().enumerate() {
                let mark = if *ordered { format!("{}. ", u64::from(*start) + i as u64) } else { "- ".into() };
                let mut lines = Vec::new();
                write(item, &mut lines);
                for (k, line) in lines.into_iter().enumerate() {
                    let lead = if k == 0 { mark.clone() } else { " ".repeat(mark.len()) };
                    out.push(format!("{lead}{line}").trim_end().to_owned());
                }
            }
        }
        Block::Table { head, rows } => table(*head, rows, out),
        Block::Code { lines } => {
            let most = lines.iter().map(|l| l.trim_start().chars().take_while(|c| *c == '`').count()).max().unwrap_or(0);
            let fence = "`".repeat(most.max(2) + 1);
            out.push(fence.clone());
            out.extend(lines.iter().map(ToString::to_string));
            out.push(fence);
        }
        Block::Picture { url, alt, caption, credit } => {
            let words = if caption.is_empty() { escaped(alt) } else { inline(caption) };
            let words = if words.is_empty() { "Picture".into() } else { words };
            let credit = credit.as_ref().map_or(String::new(), |c| format!(" ({})", escaped(c)));
            out.push(match url.as_ref().and_then(web) {
                Some(address) => format!("*Picture:* [{words}](<{address}>){credit}"),
                None => format!("*Picture:* {words}{credit}"),
            });
        }
        Block::Embed { label, url } => out.push(match url.as_ref().and_then(web) {
            Some(address) => format!("[{}](<{address}>)", escaped(label)),
            None => escaped(label),
        }),
        Block::Footnote { mark, spans } => out.push(format!("{}: {}", escaped(mark), inline(spans))),
        Block::Rule => out.push("---".into()),
    }
}

fn table(head: bool, rows: &[Vec<Vec<Span>>], out: &mut Vec<String>) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let row = |cells: &[Vec<Span>]| {
        let cells: Vec<String> = (0..columns).map(|i| cells.get(i).map_or(String::new(), |c| inline(c).replace('|', "\\|"))).collect();
        format!("| {} |", cells.join(" | "))
    };
    let (first, rest) = match rows.split_first() {
        Some((first, rest)) if head => (first.as_slice(), rest),
        _ => (&[][..], rows),
    };
    out.push(row(first));
    out.push(format!("|{}", " --- |".repeat(columns)));
    out.extend(rest.iter().map(|cells| row(cells)));
}

fn inline(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        // Marks of emphasis stand at words, not at spaces.
        let body = span.text.trim();
        let lead = &span.text[..span.text.len() - span.text.trim_start().len()];
        let tail = if body.is_empty() { "" } else { &span.text[span.text.trim_end().len()..] };
        out.push_str(lead);
        if body.is_empty() {
            continue;
        }
        let mut text = if span.code { code(body) } else { escaped(body) };
        for (on, mark) in [(span.emphasis, "*"), (span.strong, "**"), (span.struck, "~~")] {
            if on {
                text = format!("{mark}{text}{mark}");
            }
        }
        if let Some(address) = span.link.as_ref().and_then(web) {
            text = format!("[{text}](<{address}>)");
        }
        out.push_str(&text);
        out.push_str(tail);
    }
    at_start(out)
}

fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest > 0 { format!("{fence} {text} {fence}") } else { format!("{fence}{text}{fence}") }
}

/// Text as it is, whatever signs it holds.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What would begin a list, a heading or a rule at a line's start does not.
fn at_start(text: String) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && matches!(text.as_bytes().get(digits), Some(b'.' | b')')) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    if text.starts_with(['#', '+', '-', '=']) { format!("\\{text}") } else { text }
}
