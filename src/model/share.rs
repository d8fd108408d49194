//! What leaves the program, and what of a text the reader marked to keep.

use serde::{Deserialize, Serialize};

use super::{Block, Clean};

/// As what an article leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say what they are
pub enum Format {
    Text,
    Markdown,
    Html,
    Epub,
    Json,
}

impl Format {
    /// All formats by their names, which are their files' endings too.
    pub const ALL: &[(&str, Format)] =
        &[("text", Format::Text), ("md", Format::Markdown), ("html", Format::Html), ("epub", Format::Epub), ("json", Format::Json)];

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// What its files end in.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Text => "txt",
            _ => Self::ALL.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name),
        }
    }
}

/// A paragraph that the reader marked. It is found again by its words wherever they stand, and where several have the
/// same, by the place nearest to where it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Highlight {
    /// Of its letters and digits.
    pub hash: u64,
    /// Which block it was.
    pub block: u32,
    /// Its words, kept where the text loses them.
    pub text: Clean,
}

impl Highlight {
    /// Marks a block; nothing where it has no words.
    pub fn of(at: usize, block: &Block) -> Option<Self> {
        if matches!(block, Block::Picture { .. } | Block::Embed { .. } | Block::Rule) {
            return None;
        }
        let text = block.text();
        let hash = letters(&text)?;
        Some(Self { hash, block: u32::try_from(at).unwrap_or(u32::MAX), text: Clean::line(&text) })
    }
}

/// A digest of a text's letters and digits (FNV-1a), so that neither spaces nor quotes set anew part it from its mark; nothing
/// where there are none.
fn letters(text: &str) -> Option<u64> {
    let mut any = false;
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for c in text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase) {
        any = true;
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    any.then_some(hash)
}

/// For each mark the block that it stands on now, if its words are still there. No two marks stand on one.
pub fn highlighted(blocks: &[Block], marks: &[Highlight]) -> Vec<Option<usize>> {
    if marks.is_empty() {
        return Vec::new();
    }
    let hashes: Vec<Option<u64>> = blocks.iter().enumerate().map(|(at, block)| Highlight::of(at, block).map(|mark| mark.hash)).collect();
    let mut taken = vec![false; blocks.len()];
    marks
        .iter()
        .map(|mark| {
            let free = (0..blocks.len()).filter(|at| !taken[*at] && hashes[*at] == Some(mark.hash));
            let found = free.min_by_key(|at| at.abs_diff(mark.block as usize));
            if let Some(at) = found {
                taken[at] = true;
            }
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_again_by_its_words_and_its_place() {
        let old = [Block::paragraph("One."), Block::paragraph("He said „yes“ twice."), Block::paragraph("One.")];
        let marks: Vec<Highlight> = [1, 2].into_iter().filter_map(|at| Highlight::of(at, &old[at])).collect();
        let new = [
            Block::Rule,
            Block::paragraph("One."),
            Block::paragraph("New."),
            Block::paragraph("One."),
            Block::paragraph("He said \"yes\"  twice"),
        ];
        assert_eq!(highlighted(&new, &marks), [Some(4), Some(1)]);
        assert_eq!(highlighted(&[Block::paragraph("Gone.")], &marks), [None, None]);
        assert_eq!(Highlight::of(0, &Block::Rule), None);
    }

    #[test]
    fn formats_are_found_by_their_names() {
        for (name, format) in Format::ALL {
            assert_eq!(Format::named(name), Some(*format));
        }
        assert_eq!((Format::Text.ending(), Format::Epub.ending()), ("txt", "epub"));
    }
}
