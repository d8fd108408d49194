//! Any text as the configuration: taken, or refused in words that are harmless; what is taken can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;
use wiredesk::config::{Config, line_of};
use wiredesk::model::{Clean, Query};
use wiredesk::ui::{Keymap, keymap::Own};

fuzz_target!(|text: &str| {
    let said = match Config::read(text, Path::new("config.toml")) {
        Ok(config) => {
            for view in &config.view {
                assert!(view.query.parse::<Query>().is_ok(), "checked when it was read");
            }
            let own = config.keys.rows.iter().map(|row| {
                assert!(row.line >= 1 && row.line <= text.lines().count().max(1), "{row:?}");
                Own { line: row.line, place: row.place.clone(), keys: row.keys.clone(), command: row.command.clone() }
            });
            let (_, mut wrong) = Keymap::configured(config.keys.leader.as_deref(), &own.collect::<Vec<_>>());
            let (rules, more) = config.rules();
            assert!(config.acting().len() >= rules.len());
            wrong.extend(more);
            wrong.join("\n")
        }
        Err(e) => e.to_string(),
    };
    let _ = Clean::verbatim(&said);
    for table in ["site", "rule", "agency"] {
        let _ = (line_of(text, table, 0, "query"), line_of(text, table, 3, "do"));
    }
});
