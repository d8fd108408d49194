//! The languages that the interface speaks.

/// One of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, also for whoever reads neither.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// By a locale's name (`de_AT.UTF-8`, `de`, `C`).
    pub fn of(locale: &str) -> Self {
        let primary = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("de") { Language::De } else { Language::En }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_says_its_language_and_what_is_not_spoken_is_english() {
        for german in ["de", "de_AT.UTF-8", "de_CH@euro", "DE-de"] {
            assert_eq!(Language::of(german), Language::De, "{german}");
        }
        for other in ["", "C", "POSIX", "C.UTF-8", "en_US.UTF-8", "fr_FR", "den_CA"] {
            assert_eq!(Language::of(other), Language::En, "{other}");
        }
    }
}
