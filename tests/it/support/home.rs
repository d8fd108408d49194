//! A home of its own for every test: no file, clock or zone of the machine gets in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The moment at which tests take place.
pub const NOW: &str = "2025-08-16T12:00:00Z";

/// A new user's machine.
pub struct Home {
    dir: TempDir,
    now: String,
    more: Vec<(String, String)>,
}

impl Home {
    /// An empty one.
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), now: NOW.to_owned(), more: Vec::new() }
    }

    /// The same machine later.
    pub fn at(&mut self, now: &str) {
        self.now = now.to_owned();
    }

    /// One more thing that the environment says.
    pub fn set(&mut self, name: &str, value: &str) {
        self.more.push((name.to_owned(), value.to_owned()));
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    /// What the program sees of the machine.
    pub fn env(&self) -> Vec<(String, String)> {
        let dir = self.dir.path().to_string_lossy().into_owned();
        [
            ("HOME", dir.clone()),
            ("XDG_CONFIG_HOME", format!("{dir}/config")),
            ("XDG_DATA_HOME", format!("{dir}/data")),
            ("WIREDESK_CACHE", format!("{dir}/cache")),
            ("WIREDESK_NOW", self.now.clone()),
            ("TZ", "UTC".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v))
        .chain(self.more.iter().cloned())
        .collect()
    }

    /// The program with these arguments, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wiredesk"));
        command.args(args).env_clear().envs(self.env()).current_dir(self.dir.path());
        command
    }

    /// Runs it and takes what it wrote, whatever its exit code.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::new(self.command(args).output().unwrap())
    }

    /// Runs it and expects that all went well.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "wiredesk {args:?}\n{}{}", ran.out, ran.err);
        ran
    }

    /// Runs it with `--json` and reads its documents.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Vec<serde_json::Value> {
        let mut args = args.to_vec();
        args.push("--json");
        self.run(&args).out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

/// What a run wrote.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn new(o: Output) -> Self {
        Self { code: o.status.code().unwrap_or(-1), out: String::from_utf8(o.stdout).unwrap(), err: String::from_utf8(o.stderr).unwrap() }
    }
}
