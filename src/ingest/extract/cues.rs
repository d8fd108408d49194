//! Words in running text that give boilerplate away: calls to subscribe, links to more, credits, sharing, legal lines.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

use super::safe::cut;

/// Words in running text that give boilerplate away, by group.
pub const CUES: [(usize, &[&str]); 10] = [
    (
        0,
        &[
            "subscribe",
            "newsletter",
            "sign up",
            "abonn",
            "anmelden",
            "registrier",
            "log in",
            "register",
            "inscri",
            "suscr",
            "free trial",
            "abo ",
            "iscriviti",
            "donate",
            "spende",
            "support us",
            "unterstütz",
        ],
    ),
    (
        1,
        &[
            "read more",
            "read also",
            "also read",
            "see also",
            "more on",
            "lesen sie",
            "lesen sie auch",
            "mehr zum",
            "mehr dazu",
            "weiterlesen",
            "lesen sie mehr",
            "related",
            "lire aussi",
            "à lire",
            "leggi anche",
            "lee también",
            "continue reading",
            "up next",
            "recommended",
            "siehe auch",
            "das könnte",
            "you may",
            "most popular",
            "meistgelesen",
            "trending",
        ],
    ),
    (
        2,
        &[
            "foto:",
            "photo:",
            "bild:",
            "photograph",
            "getty",
            "image:",
            "image credit",
            "credit:",
            "photo by",
            "imago",
            "picture alliance",
            "shutterstock",
            "bildquelle",
            "foto ",
            "video:",
        ],
    ),
    (
        3,
        &[
            "share",
            "teilen",
            "facebook",
            "twitter",
            "whatsapp",
            "follow us",
            "folgen sie",
            "instagram",
            "e-mail",
            "partager",
            "tweet",
            "linkedin",
            "telegram",
        ],
    ),
    (
        4,
        &[
            "copyright",
            "all rights reserved",
            "alle rechte",
            "©",
            "tous droits",
            "terms of",
            "impressum",
            "disclaimer",
            "privacy",
            "datenschutz",
        ],
    ),
    (
        5,
        &[
            "published",
            "updated",
            "aktualisiert",
            "veröffentlicht",
            " uhr",
            "min read",
            "minuten lesezeit",
            "lesedauer",
            "stand:",
            " ago",
            "publié",
            "last modified",
            "posted on",
        ],
    ),
    (
        6,
        &[
            "is a reporter",
            "is a writer",
            "is a senior",
            "editor at",
            "correspondent",
            "ist redakteur",
            "is the author",
            "is a freelance",
            "jahrgang",
            "journalist",
            "schreibt für",
            "covers ",
            "follow him",
            "follow her",
            "about the author",
            "zum autor",
            "reach him",
            "reach her",
            "contact the",
        ],
    ),
    (7, &["comment", "kommentar", "leave a reply", "join the", "discuss", "mitreden", "reply", "diskut", "feedback", "posting"]),
    (
        8,
        &[
            "cookie",
            "consent",
            "javascript",
            "browser",
            "einwillig",
            "externer inhalt",
            "external content",
            "ad blocker",
            "zustimm",
            "tracking",
        ],
    ),
    (9, &["advertisement", "anzeige", "sponsored", "werbung", "affiliate", "publicité", "commission", "partner"]),
];

/// Finds them, and says of each which group it is of.
pub fn cues() -> &'static (AhoCorasick, Vec<usize>) {
    static FOUND: LazyLock<(AhoCorasick, Vec<usize>)> = LazyLock::new(|| {
        let all: Vec<(usize, &str)> = CUES.iter().flat_map(|(g, words)| words.iter().map(|w| (*g, *w))).collect();
        let automaton = AhoCorasick::new(all.iter().map(|(_, w)| w)).expect("some hundred short words make a small automaton");
        (automaton, all.into_iter().map(|(g, _)| g).collect())
    });
    &FOUND
}

/// Whether a line calls upon the reader to subscribe, register or donate.
pub fn calls(text: &str) -> bool {
    let (automaton, which) = cues();
    automaton.find_iter(&cut(text, 400).to_lowercase()).any(|m| which[m.pattern().as_usize()] == 0)
}
