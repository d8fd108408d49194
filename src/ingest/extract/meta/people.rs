//! Who wrote it, as metadata says: names without “by”, each once.

use super::origin::Found;
use super::{Head, LIST_CAP, NAME_CAP, place};
use crate::ingest::extract::build::same_words;
use crate::model::Clean;

/// Names of authors, from the best place that gives any.
pub fn authors(head: &Head) -> Option<Found<Vec<Clean>>> {
    let structured = ["author", "creator"].into_iter().filter_map(|key| {
        let article = head.article()?;
        Some((head.graph.names(article, key), head.label(key)))
    });
    const META: [&str; 12] = [
        "itemprop:author",
        "author",
        "parsely-author",
        "dc.creator",
        "dcterms.creator",
        "dc:creator",
        "article:author",
        "sailthru.author",
        "byl",
        "cxenseparse:author",
        "rdfa:author",
        "rel:author",
    ];
    let said = META.into_iter().map(|name| (head.metas(&[name]).map(|(_, v)| v.to_owned()).take(LIST_CAP).collect(), place(name)));
    structured.chain(said).map(|(names, from)| (tidy(names), from)).find(|(names, _)| !names.is_empty())
}

fn tidy(found: Vec<String>) -> Vec<Clean> {
    let mut out: Vec<Clean> = Vec::new();
    for name in found {
        let name = name.trim();
        // An address or an account is no name, nor is a page's template that was not filled in.
        if name.contains("://")
            || name.starts_with('@')
            || name.contains("{{")
            || ["admin", "null", "undefined", "redaktion@"].contains(&name)
        {
            continue;
        }
        let name = strip_by(name);
        for part in split_names(name) {
            let part = Clean::capped(part, NAME_CAP);
            if !part.is_empty() && part.split_whitespace().count() <= 8 && !out.iter().any(|o| same_words(o, &part)) && out.len() < LIST_CAP
            {
                out.push(part);
            }
        }
    }
    out
}

/// “Von Ada Byron” → “Ada Byron”.
pub fn strip_by(name: &str) -> &str {
    let name = name.trim();
    for cue in [
        "By ",
        "by ",
        "BY ",
        "Von ",
        "von: ",
        "Von: ",
        "VON ",
        "Par ",
        "Por ",
        "Di ",
        "Door ",
        "Text: ",
        "Author: ",
        "Autor: ",
        "Written by ",
    ] {
        if let Some(rest) = name.strip_prefix(cue) {
            return rest.trim();
        }
    }
    name
}

/// “Ada Byron, Karl Baer und Li Na” → three names; “Byron, Ada” cannot be told and is two.
fn split_names(raw: &str) -> Vec<&str> {
    let mut parts = vec![raw];
    for sep in [", ", " und ", " and ", " & ", "; ", " y ", " et "] {
        parts = parts.into_iter().flat_map(|p| p.split(sep)).collect();
    }
    // Names have at least a letter; degrees and jobs after a comma stay with nobody.
    parts.into_iter().map(str::trim).filter(|p| p.chars().filter(|c| c.is_alphabetic()).count() >= 2).collect()
}
