//! The house rules, checked: what `src/lib.rs` draws and promises must hold in the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file, its path below `src`, and its text before the tests.
struct Source {
    path: String,
    text: String,
    whole: String,
}

impl Source {
    /// `ui` for `ui/panes/desk.rs`, `clock` for `clock.rs`.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Lines of code: no comments, no doc comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(i, l)| (i + 1, l)).filter(|(_, l)| !l.trim_start().starts_with("//"))
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    paths.retain(|p| p.extension().is_some_and(|e| e == "rs"));
    paths.sort();
    paths
        .iter()
        .map(|p| {
            let whole = fs::read_to_string(p).unwrap();
            let text = whole.split("\n#[cfg(test)]").next().unwrap().to_owned();
            Source { path: p.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/"), text, whole }
        })
        .filter(|s| !s.path.split('/').any(|part| part == "tests" || part == "tests.rs"))
        .collect()
}

fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// What each part may import; the picture in `src/lib.rs` as data.
fn may_import() -> BTreeMap<&'static str, Vec<&'static str>> {
    let peers = vec!["model", "clock", "config"];
    BTreeMap::from([
        ("model", vec![]),
        ("clock", vec![]),
        ("config", vec!["model"]),
        ("packs", vec!["model"]),
        ("fetch", peers.clone()),
        ("ingest", vec!["model"]),
        ("store", vec!["model"]),
        ("ui", vec!["model"]),
        ("demo", vec!["model"]),
        ("export", vec!["model"]),
        ("poll", vec!["model", "clock", "config", "fetch", "ingest", "store"]),
        ("app", vec!["model", "clock", "config", "packs", "fetch", "ingest", "store", "ui", "poll", "demo", "export"]),
        ("cli", vec!["model", "clock", "config", "packs", "fetch", "ingest", "store", "ui", "poll", "demo", "export", "app"]),
        ("lib", vec![]),
        ("main", vec!["cli"]),
    ])
}

#[test]
fn imports_follow_the_picture() {
    let allowed = may_import();
    let mut wrong = Vec::new();
    for source in sources() {
        let module = source.module().to_owned();
        let may = allowed.get(module.as_str()).unwrap_or_else(|| panic!("`{module}` is not in the picture"));
        for (n, line) in source.code() {
            for part in line.split("crate::").skip(1) {
                let target: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if allowed.contains_key(target.as_str()) && target != module && !may.contains(&target.as_str()) {
                    wrong.push(format!("{}:{n}: {module} imports {target}", source.path));
                }
            }
        }
    }
    none("imports against the picture", wrong);
}

#[test]
fn every_file_says_why_it_exists() {
    none("no `//!` at the top", sources().iter().filter(|s| !s.whole.starts_with("//!")).map(|s| s.path.clone()).collect());
}

#[test]
fn no_file_grows_out_of_hand() {
    let sources = sources();
    let long = sources.iter().map(|s| (s.path.clone(), s.text.lines().count())).filter(|(_, n)| *n > 600);
    none("more than 600 lines before the tests", long.map(|(p, n)| format!("{p}: {n}")).collect());
}

/// Each rule: a text that may stand only in these files or folders.
#[test]
fn effects_stay_at_the_rim() {
    let rules: [(&str, &[&str]); 16] = [
        ("std::fs", &["app/", "cli/", "store/", "config.rs", "fetch/", "poll/local.rs"]),
        ("std::net", &["fetch/", "demo/"]),
        ("std::thread", &["app/", "poll/", "fetch/", "cli/"]),
        ("tokio::", &["app/", "poll/", "fetch/", "demo/", "cli/"]),
        ("rusqlite", &["store/"]),
        ("reqwest", &["fetch/"]),
        ("crossterm::", &["app/terminal.rs"]),
        ("termina::", &["app/input.rs"]),
        ("ratatui::", &["ui/", "app/terminal.rs", "app/links.rs", "app/pictures/"]),
        ("image::", &["app/pictures/"]),
        ("Timestamp::now", &["clock.rs"]),
        ("Zoned::now", &["clock.rs"]),
        ("SystemTime::now", &["clock.rs"]),
        ("Color::", &["ui/theme"]),
        ("SELECT ", &["store/"]),
        ("INSERT INTO", &["store/"]),
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        for (n, line) in source.code() {
            for (text, homes) in rules {
                if line.contains(text) && !homes.iter().any(|home| source.path.starts_with(home)) {
                    wrong.push(format!("{}:{n}: {text}", source.path));
                }
            }
        }
    }
    none("effects in the wrong place", wrong);
}

#[test]
fn nothing_panics_on_purpose() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (n, line) in source.code() {
            for text in [".unwrap()", "panic!(", "todo!(", "unimplemented!(", "dbg!(", "unsafe "] {
                if line.contains(text) && !line.contains("forbid") {
                    wrong.push(format!("{}:{n}: {text}", source.path));
                }
            }
        }
    }
    none("a panic outside tests", wrong);
}

#[test]
fn every_fixture_is_used() {
    let mut fixtures = Vec::new();
    files(&root().join("fixtures"), &mut fixtures);
    let mut users = Vec::new();
    for dir in ["src", "tests"] {
        files(&root().join(dir), &mut users);
    }
    let text: String = users.iter().filter(|p| p.extension().is_some_and(|e| e == "rs")).map(|p| fs::read_to_string(p).unwrap()).collect();
    // A fixture is used by name, or its folder is read as a whole.
    let unused = fixtures.iter().filter(|p| {
        let below = p.strip_prefix(root()).unwrap();
        let named = |part: &Path| text.contains(&*part.to_string_lossy());
        !named(Path::new(p.file_name().unwrap())) && !below.ancestors().skip(1).take_while(|a| a.components().count() > 1).any(named)
    });
    none("fixtures that no test reads", unused.map(|p| p.display().to_string()).collect());
}
