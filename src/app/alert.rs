//! Alerts reach the reader: by the terminal's bell and its own notifications (OSC 9, OSC 777), and by a command. Whatever
//! reaches either is [`Clean`], so that no headline can end a sequence or begin another.

use super::outside;
use crate::config::{self, Notify};
use crate::model::{Alert, Clean};
use crate::ui::lang::{put, say};

/// More at once are told as one.
const EACH: usize = 3;
/// Letters of a notification.
const LONGEST: usize = 240;

/// What stands above a notification, and in it.
fn texts(alerts: &[Alert]) -> Vec<(Clean, Clean)> {
    let one = |a: &Alert| (Clean::capped(&format!("{} · {}", a.outlet, a.why), LONGEST), Clean::capped(&put(&a.words()), LONGEST));
    match alerts {
        few if few.len() <= EACH => few.iter().map(one).collect(),
        [first, ..] => {
            let words = format!("{} · {}", put(&first.words()), say!("sources-more", n = alerts.len() - 1));
            vec![(Clean::capped(&say!("alerts", n = alerts.len()), LONGEST), Clean::capped(&words, LONGEST))]
        }
        [] => Vec::new(),
    }
}

/// What is sent to the terminal.
pub fn sequences(config: &config::Alert, alerts: &[Alert], env: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    if alerts.is_empty() {
        return out;
    }
    let var = |name: &str| env(name).unwrap_or_default();
    let term = var("TERM");
    let notify = match config.notify {
        Notify::Auto if ["foot", "rxvt"].iter().any(|t| term.starts_with(t)) || !var("VTE_VERSION").is_empty() => Notify::Osc777,
        // What does not know it passes over it, but for the console, which prints it.
        Notify::Auto if term == "linux" || term.is_empty() => Notify::None,
        Notify::Auto => Notify::Osc9,
        set => set,
    };
    for (title, body) in texts(alerts) {
        let sequence = match notify {
            // A figure before a semicolon would be a command to some (progress bars).
            Notify::Osc9 => format!("\x1b]9;{title}: {body}\x1b\\"),
            Notify::Osc777 => format!("\x1b]777;notify;{};{body}\x1b\\", title.replace(';', ",")),
            Notify::Auto | Notify::None => break,
        };
        if var("TMUX").is_empty() {
            out.push_str(&sequence);
        } else {
            // tmux hands on what is wrapped so, where allow-passthrough is on.
            out.push_str(&format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")));
        }
    }
    if config.bell {
        out.push('\x07');
    }
    out
}

/// Runs the configuration's command, once for each of a few: without a shell, `%t` is what it is about, `%b` the headline.
pub fn run(line: &str, alerts: &[Alert]) -> Result<(), String> {
    for (title, body) in texts(alerts) {
        let mut argv = shell_words::split(line).map_err(|e| format!("`{line}`: {e}"))?;
        let mut placed = false;
        for arg in &mut argv {
            // In one go: a headline may hold a mark itself.
            let parts: Vec<String> = arg.split("%t").map(|part| part.replace("%b", &body)).collect();
            placed |= parts.len() > 1 || arg.contains("%b");
            *arg = parts.join(&title);
        }
        if !placed {
            argv.extend([title.into_string(), body.into_string()]);
        }
        outside::start(&argv, "alert")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ArticleId;

    fn alert(title: &str) -> Alert {
        let [why, title, outlet] = ["ferry; night", title, "Harbour"].map(Clean::line);
        Alert { article: ArticleId(1), version: 1, why, title, outlet }
    }

    #[test]
    fn no_headline_leaves_its_sequence() {
        let config = config::Alert { notify: Notify::Osc777, ..config::Alert::default() };
        let said = sequences(&config, &[alert("Ferry\x1b\\\x1b]52;c;AAAA\x07 stops\nnow")], |_| None);
        assert_eq!((said.matches('\x1b').count(), said.matches('\x07').count()), (2, 1), "{said:?}");
        assert!(said.starts_with("\x1b]777;notify;Harbour · ferry, night;Ferry"), "{said:?}");
    }

    #[test]
    fn terminals_are_told_in_their_own_way_and_many_alerts_as_one() {
        let config = config::Alert::default();
        let with = |name: &'static str, value: &'static str| move |n: &str| (n == name).then(|| value.to_owned());
        assert!(sequences(&config, &[alert("A")], with("TERM", "foot")).contains("777"));
        assert!(sequences(&config, &[alert("A")], with("TERM", "xterm-256color")).starts_with("\x1b]9;Harbour · ferry; night: A\x1b\\"));
        assert_eq!(sequences(&config, &[alert("A")], with("TERM", "linux")), "\x07");
        let many: Vec<Alert> = (0..9).map(|n| alert(&format!("N{n}"))).collect();
        let said = sequences(&config, &many, with("TERM", "xterm"));
        assert!(said.matches("\x1b]9").count() == 1 && said.contains("9 alerts: N0 · and 8 more"), "{said:?}");
        let none = config::Alert { bell: false, notify: Notify::None, ..config };
        assert_eq!(sequences(&none, &many, |_| None), "");
    }
}
