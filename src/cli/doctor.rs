//! `wiredesk doctor`: what works here, what does not and why.

use clap::Args;
use serde_json::json;
use std::io::IsTerminal;

use super::out::Weight;
use super::{CliError, Context};
use crate::app;
use crate::model::{Keep, Standing};
use crate::store::{self, PollLock, Reader};
use crate::ui::Depth;

/// Check terminal, configuration, cache and feeds, and say what to do
#[derive(Args, Debug)]
pub struct Doctor {
    /// Read every page of the cache, which takes a while on a large one
    #[arg(long)]
    thorough: bool,
    /// Write the cache anew without the room that removed articles left
    #[arg(long)]
    compact: bool,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

const SAVE_A_COPY: &str = "`wiredesk restore` copies what is whole into a new cache and keeps the old file.";

struct Check {
    name: &'static str,
    ok: bool,
    what: String,
    advice: Option<String>,
}

impl Check {
    fn ok(name: &'static str, what: impl Into<String>) -> Self {
        Self { name, ok: true, what: what.into(), advice: None }
    }

    fn wrong(name: &'static str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, ok: false, what: what.into(), advice: Some(advice.into()) }
    }
}

impl Doctor {
    /// Runs it; fails if anything is wrong.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let compacted = if self.compact { Some(compact(cx)?) } else { None };
        let mut checks = vec![Check::ok("wiredesk", format!("{} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS))];
        let depth = Depth::of(|name| std::env::var(name).ok());
        checks.push(terminal(depth));
        checks.push(if let Err(e) = cx.config() {
            Check::wrong("config", e.to_string(), "`wiredesk config --default` prints the annotated default.")
        } else {
            Check::ok(
                "config",
                if cx.config_path.exists() {
                    cx.config_path.display().to_string()
                } else {
                    format!("{} (not there: the default holds)", cx.config_path.display())
                },
            )
        });
        // In a pipe there is nobody to show pictures to, and nobody to ask.
        if let (Ok(config), true) = (cx.config(), std::io::stdout().is_terminal() && std::io::stdin().is_terminal()) {
            checks.push(Check::ok("pictures", app::pictures_here(config).why));
        }
        if let Ok(setup) = cx.setup() {
            let screen = &setup.config.screen;
            checks.push(match app::Look::load(screen, &setup.folder) {
                Err(e) => Check::wrong("theme", e, "`wiredesk config --default` tells of themes."),
                Ok(look) if look.wrong().is_empty() => Check::ok("theme", screen.theme.as_str()),
                Ok(look) => Check::wrong("theme", look.wrong().join("; "), "What is wrong is passed over; the rest of the theme holds."),
            });
        }
        if let Ok(config) = cx.config() {
            let (_, wrong) = app::keys(config);
            checks.push(if wrong.is_empty() {
                Check::ok("keys", format!("{} of your own", config.keys.rows.len()))
            } else {
                Check::wrong("keys", wrong.join("; "), "What is wrong is passed over; the other keys hold.")
            });
            let (rules, wrong) = config.rules();
            checks.push(if wrong.is_empty() {
                Check::ok("rules", format!("{}", rules.len()))
            } else {
                Check::wrong("rules", wrong.join("; "), "What is wrong is passed over; the other rules hold.")
            });
            let tool = app::share::clipboard_here()
                .map_or("the terminal's (OSC 52)".to_owned(), |argv| format!("the terminal's (OSC 52), and {}", argv[0]));
            checks.push(Check::ok("clipboard", tool));
        }
        self.cache(cx, &mut checks);
        if let Some(words) = compacted {
            checks.push(Check::ok("compacted", words));
        }
        let all_well = checks.iter().all(|c| c.ok);
        if self.json {
            let rows: Vec<_> = checks.iter().map(|c| json!({ "name": c.name, "ok": c.ok, "what": c.what, "advice": c.advice })).collect();
            cx.out.json(&json!({ "checks": rows }))?;
        } else {
            for c in &checks {
                let (sign, weight) = if c.ok { ("ok    ", Weight::Dim) } else { ("WRONG ", Weight::Bold) };
                cx.out.pieces(&[(weight, sign), (Weight::Bold, &format!("{:<10}", c.name)), (Weight::Plain, &c.what)])?;
                if let Some(advice) = &c.advice {
                    cx.out.line(&format!("                {advice}"))?;
                }
            }
        }
        if all_well { Ok(()) } else { Err(CliError::Said) }
    }

    fn cache(&self, cx: &Context, checks: &mut Vec<Check>) {
        if !cx.cache.join(store::FILE).exists() {
            checks.push(Check::ok("cache", format!("{} (not there yet: the first feed makes it)", cx.cache.display())));
            return;
        }
        let reader = match Reader::open(&cx.cache) {
            Ok(reader) => reader,
            Err(e) => return checks.push(Check::wrong("cache", e.to_string(), "")),
        };
        if let Some(kind) = store::network_folder(&cx.cache) {
            let what = format!("a network folder ({kind}): safe, but slower, and whoever reads waits while another writes");
            checks.push(Check::ok("disk", what));
        }
        match reader.stats() {
            Ok(s) => {
                let size = s.bytes as f64 / 1e6;
                let free = match s.free {
                    // Less is never worth the time.
                    n if n < (1 << 20).max(s.bytes / 20) => String::new(),
                    n => format!(" · {:.1} MB of it free: `wiredesk doctor --compact` gives them back", n as f64 / 1e6),
                };
                checks.push(Check::ok("cache", format!("{} · {size:.1} MB · schema {}{free}", cx.cache.display(), s.schema)));
                checks.push(Check::ok(
                    "articles",
                    format!("{} in {} versions, {} unread, {} saved", s.articles, s.versions, s.unread, s.saved),
                ));
                if s.pending > 0 {
                    checks.push(Check::ok("pages", format!("{} articles wait for the text of their page", s.pending)));
                }
            }
            Err(e) => checks.push(Check::wrong("cache", e.to_string(), "")),
        }
        if let Ok(config) = cx.config() {
            checks.push(kept(cx, &reader, config.cache.keep));
        }
        if self.thorough {
            checks.push(match reader.integrity() {
                Ok(damage) if damage.is_empty() => Check::ok("integrity", "every page is whole"),
                Ok(damage) => Check::wrong("integrity", damage.join("; "), SAVE_A_COPY),
                Err(e) => Check::wrong("integrity", e.to_string(), SAVE_A_COPY),
            });
        }
        let snapshots = store::snapshot::list(&cx.cache);
        checks.push(match snapshots.first() {
            Some(newest) => Check::ok("snapshots", format!("{} of feeds and marks, the newest of {}", snapshots.len(), newest.day)),
            None => Check::ok("snapshots", "none yet: one is taken on every day that something changes"),
        });
        match PollLock::take(&cx.cache) {
            Ok(Some(_)) => checks.push(Check::ok("poller", "no other wiredesk polls this cache now")),
            Ok(None) => checks.push(Check::ok("poller", "another wiredesk polls this cache now; this one only reads")),
            Err(e) => checks.push(Check::wrong("poller", e.to_string(), "")),
        }
        match reader.feeds() {
            Ok(feeds) => {
                let broken: Vec<_> = feeds.iter().filter(|f| f.standing().is_bad()).collect();
                checks.push(if broken.is_empty() {
                    let flawed = feeds.iter().filter(|f| f.standing() == Standing::Flawed).count();
                    let flawed = if flawed > 0 { format!(", {flawed} flawed: `wiredesk feeds` says how") } else { String::new() };
                    Check::ok("feeds", format!("{}, none broken{flawed}", feeds.len()))
                } else {
                    let names: Vec<&str> = broken.iter().take(5).map(|f| f.title.as_str()).collect();
                    Check::wrong(
                        "feeds",
                        format!("{} of {} broken: {}", broken.len(), feeds.len(), names.join(", ")),
                        "`wiredesk feeds` says why and what to do.",
                    )
                });
            }
            Err(e) => checks.push(Check::wrong("feeds", e.to_string(), "")),
        }
    }
}

/// What the rule removed, and what it would remove now.
fn kept(cx: &Context, reader: &Reader, keep: Keep) -> Check {
    let now = cx.clock.now();
    let (runs, old, feeds) = match (reader.tidied(), reader.outlived(keep, now), reader.feeds()) {
        (Ok(runs), Ok(old), Ok(feeds)) => (runs, old.len(), feeds),
        (Err(e), ..) | (_, Err(e), _) | (.., Err(e)) => return Check::wrong("kept", e.to_string(), ""),
    };
    let articles = |n: u64| format!("{n} article{}", if n == 1 { "" } else { "s" });
    let own = feeds.iter().filter(|f| f.settings.keep.is_some()).count();
    let own = if own > 0 { format!(" ({own} feeds have a rule of their own)") } else { String::new() };
    let last = match runs.iter().find(|run| run.articles > 0) {
        Some(run) => {
            let at = run.at.to_zoned(cx.clock.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string();
            format!("; {} removed on {at}", articles(run.articles))
        }
        None => "; nothing was removed yet".to_owned(),
    };
    let next = if old > 0 { format!("; {} would go now", articles(old as u64)) } else { String::new() };
    Check::ok("kept", format!("{keep}{own}{last}{next}"))
}

/// Writes the cache anew; what that gave back, in words.
fn compact(cx: &Context) -> Result<String, CliError> {
    if !cx.cache.join(store::FILE).exists() {
        return Err(CliError::Failed("There is no cache yet to compact.".into()));
    }
    let Some(_lock) = PollLock::take(&cx.cache)? else {
        return Err(CliError::Failed("another wiredesk polls this cache right now; end it first, then compact.".into()));
    };
    let bytes = || Ok::<_, CliError>(Reader::open(&cx.cache)?.stats()?.bytes);
    let before = bytes()?;
    store::open(&cx.cache)?.compact()?;
    let after = bytes()?;
    Ok(format!("{:.1} MB before, {:.1} MB now", before as f64 / 1e6, after as f64 / 1e6))
}

fn terminal(depth: Depth) -> Check {
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    if !std::io::stdout().is_terminal() {
        return Check::ok("terminal", "output goes to a pipe or file");
    }
    let colours = if var("NO_COLOR").is_empty() { depth.words() } else { "no colours (NO_COLOR)" };
    let inside = if var("TMUX").is_empty() { "" } else { ", inside tmux" };
    let utf8 = [var("LC_ALL"), var("LC_CTYPE"), var("LANG")].into_iter().find(|v| !v.is_empty()).unwrap_or_default().to_uppercase();
    if var("TERM") == "dumb" {
        Check::wrong("terminal", "TERM is dumb", "The reader needs cursor movement; `wiredesk list` and `wiredesk show` work here.")
    } else if utf8.contains("UTF-8") || utf8.contains("UTF8") {
        Check::ok("terminal", format!("{}{inside}, {colours}", var("TERM")))
    } else {
        Check::wrong(
            "terminal",
            format!("{}{inside}, {colours}, but the locale is not UTF-8", var("TERM")),
            "Set LANG to a UTF-8 locale, for example C.UTF-8, or accents and quotes will look wrong.",
        )
    }
}
