//! `wiredesk rules`: the configuration's rules, what they did so far, and what each would find now.

use clap::Args;
use serde_json::json;

use super::out::Weight;
use super::{CliError, Context};
use crate::model::Rule;
use crate::store::Acted;

/// Show the rules of the configuration, what they did and what they would find
#[derive(Args, Debug)]
pub struct Rules {
    /// Say how many articles each finds now, with the newest of them; nothing is done with them
    #[arg(long = "try")]
    tries: bool,
    /// One JSON document a rule, a line each
    #[arg(long)]
    json: bool,
}

/// Titles that stand for what a rule finds.
const SAMPLES: usize = 3;

impl Rules {
    /// Runs it; fails if a rule cannot be used.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let (rules, wrong) = cx.config()?.rules();
        let reader = cx.reader()?;
        let now = cx.clock.now();
        for (n, rule) in rules.iter().enumerate() {
            let acted = reader.as_ref().map(|r| r.acted(rule)).transpose()?.unwrap_or_default();
            let mut found = None;
            let mut titles = Vec::new();
            if self.tries {
                found = Some(reader.as_ref().map(|r| r.matches(&rule.query, now)).transpose()?.unwrap_or_default());
                if let Some(reader) = &reader {
                    reader.list(&rule.query, Some(SAMPLES), false, now, &mut |a| {
                        titles.push(a.item.title);
                        true
                    })?;
                }
            }
            if self.json {
                cx.out.json(&json!({ "query": rule.query.to_string(), "read": rule.read, "save": rule.save, "hide": rule.hide,
                    "alert": rule.alert, "tag": rule.tag, "acted": acted.articles, "last": acted.last, "finds": found }))?;
                continue;
            }
            cx.out.pieces(&[
                (Weight::Dim, &format!("{:>3} ", n + 1)),
                (Weight::Bold, &rule.query.to_string()),
                (Weight::Plain, &format!("  {}", rule.acts())),
                (Weight::Dim, &format!("  {}", so_far(&acted, cx))),
            ])?;
            if let Some(found) = found {
                let more = (found as usize).saturating_sub(titles.len());
                cx.out.line(&format!("      finds {} now{}", articles(found), hint(rule)))?;
                for title in &titles {
                    cx.out.pieces(&[(Weight::Plain, "        "), (Weight::Plain, title)])?;
                }
                if more > 0 {
                    cx.out.pieces(&[(Weight::Dim, &format!("        and {more} more: wiredesk list \"{}\"", rule.query))])?;
                }
            }
        }
        if rules.is_empty() && wrong.is_empty() && !self.json {
            super::out::note("No rules yet: `wiredesk config --default` shows how one is written.");
        }
        if wrong.is_empty() {
            return Ok(());
        }
        cx.out.flush()?;
        for words in &wrong {
            super::out::complain(&format!("{}: {words}", cx.config_path.display()));
        }
        Err(CliError::Said)
    }
}

fn articles(n: u64) -> String {
    format!("{n} article{}", if n == 1 { "" } else { "s" })
}

/// What it did so far.
fn so_far(acted: &Acted, cx: &Context) -> String {
    match acted.last {
        Some(at) => {
            format!("acted on {}, last {}", articles(acted.articles), at.to_zoned(cx.clock.zone().clone()).strftime("%Y-%m-%d %H:%M"))
        }
        None => "has not acted yet".to_owned(),
    }
}

/// Why a rule that hides may find little.
fn hint(rule: &Rule) -> &'static str {
    if rule.hide { ", besides what is hidden" } else { "" }
}
