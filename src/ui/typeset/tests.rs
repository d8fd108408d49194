//! The typesetter by example: blocks in, lines out; then what holds for any text in any script.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::model::{Clean, Span};

const PLAIN: Options<'static> = Options {
    width: 20,
    language: None,
    hyphenate: true,
    justify: false,
    links: true,
    ascii: false,
    plain: false,
    pictures: true,
    frames: None,
};

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

fn heading(text: &str) -> Block {
    Block::Heading { level: 2, spans: vec![Span::plain(text)] }
}

fn list(ordered: bool, start: u32, items: &[&str]) -> Block {
    Block::List { ordered, start, items: items.iter().map(|i| vec![p(i)]).collect() }
}

fn quote(blocks: Vec<Block>) -> Block {
    Block::Quote { blocks }
}

fn address(path: &str) -> Address {
    Address::parse(&format!("https://example.org/{path}")).unwrap()
}

fn link(text: &str, path: &str) -> Span {
    Span { link: Some(address(path)), ..Span::plain(text) }
}

fn table(head: bool, rows: &[&[&str]]) -> Block {
    Block::Table { head, rows: rows.iter().map(|r| r.iter().map(|c| vec![Span::plain(c)]).collect()).collect() }
}

fn picture(caption: &str, credit: &str, path: Option<&str>) -> Block {
    let credit = Clean::line(credit).non_empty();
    Block::Picture { url: path.map(address), alt: Clean::line("A hall"), caption: vec![Span::plain(caption)], credit }
}

#[test]
fn paragraphs_are_parted_by_a_blank_line() {
    check(&[p("The talks ended late at night."), p("Nobody spoke.")], 20, &["The talks ended late", "at night.", "", "Nobody spoke."]);
    check(&[], 20, &[]);
    check(&[p(""), p("One."), p("  ")], 20, &["One."]);
    check(&[Block::Paragraph { spans: vec![Span::plain(" a "), Span::plain(" b ")] }], 20, &["a b"]);
}

#[test]
fn the_least_ragged_lines_are_chosen() {
    // Filling each line from the left would give `aaa bb`, then `cc` alone.
    check(&[p("aaa bb cc ddddd eee")], 7, &["aaa", "bb cc", "ddddd", "eee"]);
}

#[test]
fn headings_have_a_blank_line_above_and_stay_with_their_text() {
    let blocks = [p("One."), heading("The Reunification"), p("Two.")];
    check_with(&Options { language: Some("en"), width: 12, ..PLAIN }, &blocks, &["One.", "", "The", "Reunificatio", "n", "Two."]);
    let laid = lay(&blocks, &PLAIN);
    assert!(laid.lines[2].keep_with_next && !laid.lines[0].keep_with_next);
    assert_eq!(laid.lines[2].spans[0].tone, Tone::Heading);
}

#[test]
fn a_page_keeps_two_lines_of_a_paragraph_together() {
    let laid = lay(&[p("aaaa bbbb cccc dddd eeee")], &Options { width: 4, ..PLAIN });
    let keep: Vec<bool> = laid.lines.iter().map(|l| l.keep_with_next).collect();
    assert_eq!(keep, [true, false, false, true, false]);
}

#[test]
fn words_are_parted_by_language() {
    let blocks = [p("Der Außenminister der Bundesrepublik")];
    check_with(&Options { language: Some("de-AT"), width: 14, ..PLAIN }, &blocks, &["Der Außen-", "minister der", "Bundesrepublik"]);
    check_with(&Options { language: Some("fi"), width: 14, ..PLAIN }, &blocks, &["Der", "Außenminister", "der", "Bundesrepublik"]);
    let o = Options { language: Some("de"), width: 14, hyphenate: false, ..PLAIN };
    check_with(&o, &blocks, &["Der", "Außenminister", "der", "Bundesrepublik"]);
}

#[test]
fn capitals_and_addresses_are_not_parted() {
    let o = Options { language: Some("en"), width: 12, ..PLAIN };
    check_with(&o, &[p("The INTERGOVERNMENTAL talks")], &["The", "INTERGOVERNM", "ENTAL talks"]);
    check_with(&o, &[p("see international.example.org")], &["see", "international"[..12].as_ref(), "l.example.or", "g"]);
}

#[test]
fn no_break_spaces_hold_and_dashes_break() {
    check(&[p("am 3.\u{a0}Mai\u{a0}2026 wieder")], 13, &["am", "3.\u{a0}Mai\u{a0}2026", "wieder"]);
    check(&[p("one—two/three")], 8, &["one—two/", "three"]);
    check(&[p("„Nie“, sagte er.")], 9, &["„Nie“,", "sagte er."]);
}

#[test]
fn justified_lines_reach_the_edge() {
    let o = Options { justify: true, width: 18, ..PLAIN };
    check_with(&o, &[p("the talks ended in a hall of the old town")], &["the talks ended in", "a hall of the  old", "town"]);
}

#[test]
fn quotes_have_a_bar_and_nest_to_a_depth() {
    let blocks = [quote(vec![p("We will not."), p("Ever.")]), p("So she said.")];
    check(&blocks, 20, &["▎ We will not.", "▎", "▎ Ever.", "", "So she said."]);
    check_with(&Options { ascii: true, ..PLAIN }, &blocks, &["> We will not.", ">", "> Ever.", "", "So she said."]);
    let deep = (0..6).fold(p("deep"), |b, _| quote(vec![b]));
    check(&[deep], 20, &["▎ ▎ ▎ ▎ deep"]);
    let abyss = (0..100).fold(p("abyss"), |b, _| quote(vec![b]));
    check(&[abyss], 20, &["▎ ▎ ▎ ▎ abyss"]);
}

#[test]
fn lists_hang_their_marks() {
    check(&[p("These:"), list(false, 1, &["the first of them", "b"])], 14, &["These:", "", "• the first of", "  them", "• b"]);
    check(&[list(true, 9, &["nine", "ten and more"])], 12, &[" 9. nine", "10. ten and", "    more"]);
    let nested = Block::List { ordered: false, start: 1, items: vec![vec![p("a"), list(false, 1, &["b"])], vec![p("c")]] };
    check(std::slice::from_ref(&nested), 14, &["• a", "  – b", "• c"]);
    check_with(&Options { ascii: true, ..PLAIN }, &[nested], &["* a", "  - b", "* c"]);
    // The very last number there is.
    check(&[list(true, u32::MAX, &["x", "y"])], 20, &["4294967295. x", "4294967296. y"]);
}

#[test]
fn tables_share_the_room() {
    let votes = table(true, &[&["Land", "Votes", "Note"], &["Austria", "9", "counted twice by hand"], &["Malta", "12"]]);
    let wide = ["Land     Votes  Note", "───────────────────────────────────", "Austria      9  counted twice by hand", "Malta       12"];
    let wide = [wide[0], &"─".repeat(37), wide[2], wide[3]];
    check(std::slice::from_ref(&votes), 40, &wide);
    let rule = "─".repeat(30);
    check(
        std::slice::from_ref(&votes),
        30,
        &["Land     Votes  Note", &rule, "Austria      9  counted twice", "                by hand", "Malta       12"],
    );
    check(&[votes], 14, &["Land: Austria", "Votes: 9", "Note: counted", "twice by hand", "", "Land: Malta", "Votes: 12"]);
}

#[test]
fn tables_of_right_to_left_languages_begin_at_the_right() {
    let o = Options { language: Some("he"), width: 16, ..PLAIN };
    check_with(&o, &[table(true, &[&["שם", "x"], &["אבג", "12"]])], &["          x   םש", "         ───────", "         12  גבא"]);
}

#[test]
fn code_is_cut_with_a_mark() {
    let code = Block::Code { lines: ["let x =  1;", "", "abcdefghijklmnop"].map(Clean::verbatim).to_vec() };
    check(&[code], 14, &["  let x =  1;", "", "  abcdefghijkl", "  ↪ mnop"]);
}

#[test]
fn pictures_and_embeds_are_one_line_with_a_number() {
    let blocks = [picture("The hall", "Photo: Nobody", Some("p.jpg")), picture("", "", None)];
    check(&blocks, 50, &["[picture] The hall (Photo: Nobody)[1]", "", "[picture] A hall"]);
    check_with(&Options { pictures: false, ..PLAIN }, &[p("a"), blocks[0].clone(), p("b")], &["a", "", "b"]);
    let embed = Block::Embed { label: Clean::line("Video: the speech"), url: Some(address("v")) };
    check(std::slice::from_ref(&embed), 30, &["▶ Video: the speech [1]"]);
    check_with(&Options { ascii: true, width: 30, ..PLAIN }, &[embed], &["> Video: the speech [1]"]);
}

#[test]
fn footnotes_and_rules() {
    let note = |mark: &str, text: &str| Block::Footnote { mark: Clean::line(mark), spans: vec![Span::plain(text)] };
    check(
        &[p("x"), Block::Rule, note("1", "rounded, as it said"), note("2", "b")],
        13,
        &["x", "", "    * * *", "", "1 rounded, as", "  it said", "2 b"],
    );
}

#[test]
fn links_are_numbered_and_keep_their_number() {
    let spans = vec![
        Span::plain("See "),
        link("one ", "1"),
        Span::plain("and "),
        Span { emphasis: true, ..link("tw", "2") },
        link("o", "2"),
        Span::plain(", "),
        link("again", "1"),
        Span::plain("."),
    ];
    let blocks = [Block::Paragraph { spans }];
    check(&blocks, 60, &["See one[1] and two[2], again[1]."]);
    check_with(&Options { links: false, width: 60, ..PLAIN }, &blocks, &["See one and two, again."]);
    let laid = lay(&blocks, &PLAIN);
    assert_eq!(laid.links, [address("1"), address("2")]);
    let numbers: Vec<_> = laid.lines.iter().flat_map(|l| &l.spans).filter(|s| s.tone == Tone::LinkNumber).map(|s| s.link).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(1)]);
    // A number never begins a line: it stands with its text.
    check(
        &blocks,
        8,
        &["See", "one[1]", "and", "two[2],", "again", "[1]."][..4].iter().copied().chain(["again[1]", "."]).collect::<Vec<_>>(),
    );
}

#[test]
fn chinese_breaks_between_characters_but_not_before_closing_marks() {
    check(&[p("会谈周五结束，没有声明。")], 12, &["会谈周五结", "束，没有声", "明。"]);
    check(&[p("彼は「はい」と言った。")], 10, &["彼は「は", "い」と言っ", "た。"]);
}

#[test]
fn thai_breaks_between_words() {
    check(&[p("การประชุมสิ้นสุดลงแล้ว")], 10, &["การประชุมสิ้น", "สุดลงแล้ว"]);
}

#[test]
fn right_to_left_lines_are_drawn_from_the_right() {
    check(&[p("שלום עולם (היום) 2026")], 12, &["   םלוע םולש", " 2026 (םויה)"]);
    check(&[list(true, 12, &["שלום"])], 14, &["      םולש .12"]);
    // In an Arabic article a paragraph that begins with a foreign name still runs from the right.
    check_with(&Options { language: Some("ar"), ..PLAIN }, &[p("NATO قال")], &["            لاق NATO"]);
    check(&[p("NATO قال")], 20, &["NATO لاق"]);
}

#[test]
fn a_word_of_any_length_is_cut_in_linear_time() {
    let laid = lay(&[p(&"x".repeat(20_000))], &Options { width: 66, ..PLAIN });
    assert_eq!(laid.lines.len(), 20_000_usize.div_ceil(66));
    assert!(laid.lines.iter().all(|l| l.width() <= 66));
}

#[test]
fn a_grapheme_wider_than_the_line_stands_alone() {
    let laid = lay(&[p("a中b👩‍👩‍👧")], &Options { width: 1, ..PLAIN });
    assert_eq!(laid.lines.iter().map(LaidLine::text).collect::<Vec<_>>(), ["a", "中", "b", "👩‍👩‍👧"]);
}

#[test]
fn a_mark_without_a_letter_is_kept() {
    check(&[p("\u{301}x")], 1, &["\u{301}x"]);
    check(&[p("\u{301}")], 1, &["\u{301}"]);
}

#[test]
fn absurd_graphemes_are_set_in_parts() {
    // By the letter of Unicode each of these is one grapheme.
    for absurd in ["क्".repeat(500), "👩\u{200d}".repeat(500) + "👩"] {
        let laid = lay(&[p(&absurd)], &PLAIN);
        assert!(laid.lines.len() > 1 && laid.lines.iter().all(|l| l.width() <= 20));
        assert_eq!(laid.lines.iter().map(LaidLine::text).collect::<String>(), absurd);
    }
}

#[test]
fn columns_are_those_that_ratatui_draws() {
    for text in ["abc", "Grüße", "中文", "👩‍👩‍👧!", "🇦🇹🇩🇪", "❤️", "e\u{301}", "क्षि", "สิ้น", "ﾊﾞ", "\u{a0}x", "한국", "לא", "\u{301}"]
    {
        let mut buffer = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 40, 1));
        let (end, _) = buffer.set_stringn(0, 0, text, 40, ratatui::style::Style::default());
        assert_eq!(width(text), usize::from(end), "{text}");
    }
}

#[test]
fn letters_taken_to_stand_alone_do() {
    for c in (0..0x11000).filter_map(char::from_u32) {
        let Some(columns) = width::alone(c) else { continue };
        assert_eq!(width::grapheme(&c.to_string()), columns, "{c:?}");
        for pair in [format!("{c}{c}"), format!("a{c}"), format!("{c}a"), format!("中{c}"), format!("{c}א")] {
            assert_eq!(pair.graphemes(true).count(), 2, "{pair:?}");
        }
    }
}

#[test]
fn titles_are_cut_filled_and_folded() {
    assert_eq!(fit("Gipfel in Anchorage", 10), "Gipfel in…");
    assert_eq!(fit("Gipfel", 6), "Gipfel");
    assert_eq!((fit("中文字", 4).as_str(), fit("中文字", 1).as_str(), fit("x", 0).as_str()), ("中…", "…", ""));
    assert_eq!(fit("שלום עולם", 6), "…םולש");
    assert_eq!((pad("中", 4).as_str(), pad("abc", 2).as_str()), ("中  ", "a…"));
    assert_eq!(wrap("Gipfel in Anchorage beendet", 12), ["Gipfel in", "Anchorage", "beendet"]);
    assert!(wrap(" ", 3).is_empty());
}

#[test]
fn a_place_is_found_again_at_another_width() {
    let blocks = [p("one two three four five six"), heading("Head"), list(false, 1, &["seven eight nine", "ten"])];
    let (narrow, wide) = (lay(&blocks, &Options { width: 10, ..PLAIN }), lay(&blocks, &Options { width: 20, ..PLAIN }));
    let six = narrow.lines.iter().position(|l| l.text().contains("six")).unwrap();
    let at = narrow.position(six);
    assert!(wide.lines[wide.line_of(at.block, at.offset)].text().contains("six"));
    let ten = wide.lines.iter().position(|l| l.text() == "• ten").unwrap();
    assert_eq!(wide.position(ten), Position { block: 2, offset: 17 });
    assert_eq!(narrow.lines[narrow.line_of(2, 17)].text(), "• ten");
    assert_eq!((narrow.line_of(9, 9), Laid::default().line_of(3, 4)), (narrow.lines.len() - 1, 0));
}

const SCRIPTS: [&[&str]; 13] = [
    &["Außenminister", "déjà", "Łódź", "naïve", "„Nie“,", "l’été", "žluťoučký", "a", "–", "3.\u{a0}Mai", "und/oder"],
    &["Переговоры", "в", "пятницу", "ёлка", "—", "«да»", "закончились."],
    &["Οι", "συνομιλίες", "έληξαν", "ΐ", "·", "αργά."],
    &["انتهت", "المحادثات", "في", "(القاعة)", "٢٠٢٦", "مُحَمَّد", "NATO", "می‌خواهم"],
    &["השיחות", "הסתיימו", "(אמש)", "ב-2026", "שָׁלוֹם", "EU", "«כן»"],
    &["वार्ता", "शुक्रवार", "को", "समाप्त", "हुई।", "क्षि", "स्त्री"],
    &["การประชุมสิ้นสุดลงแล้ว", "น้ำ", "เมื่อวันศุกร์", "ฯ"],
    &["会谈周五结束，没有声明。", "（北京）", "“是”", "GDP增长5%"],
    &["彼は「はい」と言った。", "ｶﾞﾊﾟ", "ラーメン", "きょう", "が\u{3099}"],
    &["회담은", "금요일에", "끝났다.", "각", "\u{1112}\u{1161}\u{11ab}글"],
    &["👩‍👩‍👧", "👍🏽", "❤️", "🏳️‍🌈", "1️⃣", "©️", "🧑‍🚀🧑‍🚀"],
    &["🇦🇹", "🇩🇪🇫🇷", "🇪", "🏴"],
    &["z\u{301}\u{302}\u{303}\u{304}a\u{315}\u{316}lgo\u{317}", "e\u{0483}\u{20dd}", "\u{301}x", "o\u{335}"],
];

/// A text of a script or of several, with the odd very long word.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => (0..SCRIPTS.len(), any::<prop::sample::Index>()).prop_map(|(s, i)| SCRIPTS[s][i.index(SCRIPTS[s].len())].to_owned()),
        1 => (0..SCRIPTS.len(), any::<prop::sample::Index>(), 2..20usize)
            .prop_map(|(s, i, n)| SCRIPTS[s][i.index(SCRIPTS[s].len())].repeat(n)),
        1 => "\\PC{0,12}",
    ];
    (0..=SCRIPTS.len(), prop::collection::vec((word, any::<bool>(), any::<prop::sample::Index>()), 0..40)).prop_map(|(script, words)| {
        let mut out = String::new();
        for (word, glued, i) in words {
            // Mostly one script, as texts are; the last number means a mixture.
            out.push_str(SCRIPTS.get(script).map_or(word.as_str(), |s| s[i.index(s.len())]));
            out.push_str(if glued && script == SCRIPTS.len() { "" } else { " " });
        }
        // A mark without a letter before it has nothing to stand on: see the test of its own.
        let out = Clean::line(&out);
        if out.graphemes(true).next().is_some_and(|g| width(g) == 0) { format!("x{out}") } else { out.into_string() }
    })
}

/// Graphemes that are seen, brackets without their side (right-to-left lines turn them).
fn seen(text: &str) -> Vec<String> {
    let plain = |g: &str| g.chars().map(|c| bidi::mirror(c).map_or(c, |m| m.min(c))).collect::<String>();
    text.graphemes(true).filter(|g| !g.trim_matches(' ').is_empty()).map(plain).collect()
}

fn sorted(mut v: Vec<String>) -> Vec<String> {
    v.sort();
    v
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn known_letters_are_the_graphemes_they_seem(text in text()) {
        let fast: Vec<_> = width::graphemes(&text).collect();
        let slow: Vec<_> = text.grapheme_indices(true).map(|(i, g)| (i, g, width::grapheme(g))).collect();
        prop_assert_eq!(fast, slow);
    }

    #[test]
    fn no_line_is_too_wide_and_no_grapheme_lost_or_split(text in text(), columns in 1..80u16, justify: bool, rtl: bool) {
        let o = Options { width: columns, justify, hyphenate: false, language: rtl.then_some("he"), ..PLAIN };
        let blocks = [Block::paragraph(&text)];
        let laid = lay(&blocks, &o);
        let source: Vec<&str> = text.trim().graphemes(true).collect();
        let mut at = 0;
        for (i, line) in laid.lines.iter().enumerate() {
            let drawn = line.text();
            let alone = seen(&drawn).len() <= 1;
            prop_assert!(line.width() <= usize::from(columns) || alone, "{drawn:?} in {columns}");
            let end = laid.lines.get(i + 1).map_or(source.len(), |l| l.offset as usize);
            prop_assert!(line.offset as usize >= at && end >= line.offset as usize);
            at = line.offset as usize;
            // Each line holds just the graphemes that its offset and the next say.
            let part = source[at..end].concat();
            if bidi::visual(&text).is_none() {
                prop_assert_eq!(seen(&drawn), seen(&part));
            } else {
                prop_assert_eq!(sorted(seen(&drawn)), sorted(seen(&part)));
            }
        }
        prop_assert!(laid.lines.first().is_none_or(|l| l.offset == 0));
    }

    /// Straight edges move nothing to another line, and no gap grows by more than one column.
    #[test]
    fn justified_lines_hold_the_same_and_have_no_holes(text in text(), columns in 8..80u16, rtl: bool) {
        let o = Options { width: columns, justify: true, hyphenate: false, language: rtl.then_some("he"), ..PLAIN };
        let laid = lay(&[Block::paragraph(&text)], &o);
        let gaps = |s: &str| s.trim().split(|c| c != ' ').map(str::len).max().unwrap_or(0);
        for (i, line) in laid.lines.iter().enumerate() {
            let drawn = line.text();
            prop_assert!(gaps(&drawn) <= 2, "{drawn:?}");
            prop_assert!(i + 1 < laid.lines.len() || gaps(&drawn) <= 1, "the last line is left as it is: {drawn:?}");
        }
    }

    #[test]
    fn hyphens_are_all_that_is_added(text in text(), columns in 2..40u16, german: bool) {
        let o = Options { width: columns, language: Some(if german { "de" } else { "en" }), ..PLAIN };
        let laid = lay(&[Block::paragraph(&text)], &o);
        let bare = |s: &str| sorted(seen(&s.replace('-', "")));
        prop_assert_eq!(bare(&laid.lines.iter().map(|l| l.text() + " ").collect::<String>()), bare(&text));
        prop_assert!(laid.lines.iter().all(|l| l.width() <= usize::from(columns) || seen(&l.text()).len() <= 1));
    }

    #[test]
    fn any_article_fits_any_width_and_keeps_places(texts in prop::collection::vec(text(), 12), a in 1..200u16, b in 1..200u16, ascii: bool) {
        let t = |i: usize| Block::paragraph(&texts[i]);
        let cell = |i: usize| vec![Span::plain(&texts[i])];
        let blocks = [
            t(0),
            heading(&texts[1]),
            quote(vec![t(2), quote(vec![t(3)]), list(true, 98, &[&texts[4], &texts[5]])]),
            Block::List { ordered: false, start: 1, items: vec![vec![t(6), list(false, 1, &[&texts[7]])], vec![t(3)]] },
            Block::Table { head: true, rows: vec![vec![cell(8), cell(9)], vec![cell(10), cell(11), cell(2)], vec![]] },
            Block::Code { lines: vec![Clean::verbatim(&texts[0]), Clean::verbatim(&texts[1])] },
            picture(&texts[4], "credit", Some("p")),
            Block::Paragraph { spans: vec![link(&texts[5], "a"), link(&texts[6], "b"), Span::plain(&texts[7])] },
            Block::Rule,
            Block::Footnote { mark: Clean::line("12"), spans: vec![Span::plain(&texts[8])] },
            Block::Embed { label: Clean::line(&texts[9]), url: Some(address("a")) },
        ];
        let (laid, other) = (lay(&blocks, &Options { width: a, ascii, ..PLAIN }), lay(&blocks, &Options { width: b, ..PLAIN }));
        let totals: Vec<usize> = blocks.iter().map(|b| b.text().graphemes(true).count()).collect();
        for (i, line) in laid.lines.iter().enumerate() {
            prop_assert!(line.width() <= usize::from(a) || a < 12, "{:?} in {a}", line.text());
            let at = laid.position(i);
            prop_assert!(i == 0 || laid.position(i - 1) <= at, "places rise");
            let total = totals[at.block as usize];
            // A cell that begins with a combining mark clings to the space before it in the block's text: one fewer each.
            prop_assert!(at.offset as usize <= total + 6, "{} of {}", at.offset, total);
            prop_assert_eq!(laid.position(laid.line_of(at.block, at.offset)), at);
            let there = other.line_of(at.block, at.offset);
            prop_assert!(other.position(there) <= at || there == 0);
            let after = other.lines[there..].iter().find(|l| l.place() != other.lines[there].place());
            prop_assert!(after.is_none_or(|l| l.place() > (at.block, at.offset)));
        }
        for cols in [0, 1, 2, 7, 30] {
            prop_assert!(width(&fit(&texts[0], cols)) <= cols);
            prop_assert_eq!(width(&pad(&texts[0], cols)), cols);
            prop_assert!(wrap(&texts[1], cols).iter().all(|l| width(l) <= cols.max(1) || seen(l).len() <= 1));
        }
    }
}
