//! The typesetter by example: blocks in, lines out.

use super::*;

const PLAIN: Options<'static> =
    Options { width: 20, language: None, hyphenate: true, justify: false, links: true, ascii: false, pictures: true };

#[track_caller]
fn check_with(o: &Options<'_>, blocks: &[Block], want: &[&str]) {
    let laid = lay(blocks, o);
    let got: Vec<String> = laid.lines.iter().map(LaidLine::text).collect();
    assert_eq!(got, want, "\n{}", got.join("\n"));
    assert!(laid.lines.iter().all(|l| l.width() <= usize::from(o.width)), "too wide");
}

#[track_caller]
fn check(blocks: &[Block], width: u16, want: &[&str]) {
    check_with(&Options { width, ..PLAIN }, blocks, want);
}

fn p(text: &str) -> Block {
    Block::paragraph(text)
}

#[test]
fn paragraphs_are_parted_by_a_blank_line() {
    check(&[p("The talks ended late at night."), p("Nobody spoke.")], 20, &["The talks ended late", "at night.", "", "Nobody spoke."]);
    check(&[], 20, &[]);
    check(&[p(""), p("One."), p("  ")], 20, &["One."]);
}

#[test]
fn the_least_ragged_lines_are_chosen() {
    // Filling each line from the left would give `aaa bb`, then `cc` alone.
    check(&[p("aaa bb cc ddddd eee")], 7, &["aaa", "bb cc", "ddddd", "eee"]);
}
