//! Plain output: for a person in a terminal with a little weight, for a pipe without. Everything from outside that is
//! printed here is [`Clean`]; what is not (paths, words of the operating system) is made so.

use serde_json::Value;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use crate::model::Clean;

/// Standard output, buffered.
pub struct Out {
    to: BufWriter<Stdout>,
    styled: bool,
    person: bool,
}

/// How a piece of a line is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As it is.
    Plain,
    /// What counts.
    Bold,
    /// What is beside it.
    Dim,
    /// Words that came.
    Added,
    /// Words that went.
    Removed,
}

impl Out {
    /// Standard output; styled if a terminal shows it and neither NO_COLOR nor a dumb terminal forbids it.
    pub fn stdout() -> Self {
        let person = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) || std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        Self { to: BufWriter::new(io::stdout()), styled: person && !plain, person }
    }

    /// Whether a person looks.
    pub fn person(&self) -> bool {
        self.person
    }

    /// Columns that there are: the terminal's; for a pipe those of `COLUMNS`, or a hundred.
    pub fn width(&self) -> usize {
        let terminal = self.person.then(crate::app::columns).flatten().map(usize::from);
        let told = || std::env::var("COLUMNS").ok().and_then(|c| c.trim().parse().ok());
        terminal.or_else(told).unwrap_or(100)
    }

    /// One line of pieces.
    pub fn pieces(&mut self, pieces: &[(Weight, &str)]) -> io::Result<()> {
        for (weight, text) in pieces {
            let (on, off) = match (self.styled, weight) {
                (true, Weight::Bold) => ("\u{1b}[1m", "\u{1b}[22m"),
                (true, Weight::Dim) => ("\u{1b}[2m", "\u{1b}[22m"),
                (true, Weight::Added) => ("\u{1b}[4;32m", "\u{1b}[24;39m"),
                (true, Weight::Removed) => ("\u{1b}[9;31m", "\u{1b}[29;39m"),
                _ => ("", ""),
            };
            write!(self.to, "{on}{}{off}", Clean::verbatim(text))?;
        }
        writeln!(self.to)
    }

    /// One plain line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.pieces(&[(Weight::Plain, text)])
    }

    /// One line in bold.
    pub fn head(&mut self, text: &str) -> io::Result<()> {
        self.pieces(&[(Weight::Bold, text)])
    }

    /// One JSON document on a line of its own. serde_json escapes C0; the rest of what a terminal obeys is escaped here.
    pub fn json(&mut self, value: &Value) -> io::Result<()> {
        let text = value.to_string();
        if text.chars().any(|c| matches!(c, '\u{7f}'..='\u{9f}')) {
            for c in text.chars() {
                match c {
                    '\u{7f}'..='\u{9f}' => write!(self.to, "\\u{:04x}", c as u32)?,
                    c => write!(self.to, "{c}")?,
                }
            }
            writeln!(self.to)
        } else {
            writeln!(self.to, "{text}")
        }
    }

    /// For JSON that is written piece by piece, since it may be large. Its strings must be [`Clean`].
    pub fn writer(&mut self) -> &mut impl Write {
        &mut self.to
    }

    /// Our own bytes, unchanged (man page, completions, configuration).
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.write_all(bytes)
    }

    /// Sends what is buffered.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Says what went wrong on standard error, made harmless line by line.
pub fn complain(words: &str) {
    let mut err = io::stderr().lock();
    for (i, line) in words.lines().enumerate() {
        let _ = writeln!(err, "{}{}", if i == 0 { "wiredesk: " } else { "  " }, Clean::verbatim(line));
    }
}

/// A note that is no result: on standard error, so that a pipe gets results only.
pub fn note(words: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", Clean::verbatim(words));
}
