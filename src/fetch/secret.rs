//! Passwords and secret headers: asked of a command (`pass show …`) without a shell, or of the system's keyring through the
//! system's own tool; kept in memory only, shown nowhere.
//!
//! Why a tool and not a library for the keyring: on Linux the library that speaks to the secret service brings sixty crates
//! and a second asynchronous runtime's worth of message bus; the tool is there wherever the keyring is.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use super::failure::local;
use crate::model::{Clean, Failure};

/// The longest first line that is taken for a password.
const LONGEST: u64 = 4096;
/// How often a command that said its line but goes on is looked after.
const LOOK: Duration = Duration::from_millis(10);
/// A command that failed is not run again for so long: a round asks for hundreds of pages of one feed.
const PAUSE: Duration = Duration::from_secs(30);

/// A text that no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Where a secret is to be had.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// The first line that this command prints.
    Command(String),
    /// The system's keyring.
    Keyring {
        /// The server that it opens.
        host: String,
        /// For whom.
        user: String,
    },
}

/// What sources answered, for the life of the program.
#[derive(Default)]
pub(super) struct Secrets {
    known: Mutex<HashMap<Source, Secret>>,
    failed: Mutex<HashMap<Source, (Instant, Failure)>>,
    /// One asks at a time, so that nobody is asked for the same password twice at once.
    turn: tokio::sync::Mutex<()>,
}

impl Secrets {
    /// The secret that `source` gives, from memory after the first time. A command has `limit` to answer.
    pub(super) async fn get(&self, source: &Source, limit: Duration) -> Result<Secret, Failure> {
        if let Some(known) = self.known(source) {
            return known;
        }
        let _turn = self.turn.lock().await;
        if let Some(known) = self.known(source) {
            return known;
        }
        let asked = source.clone();
        let answer = tokio::task::spawn_blocking(move || asked.ask(limit))
            .await
            .map_err(|_| local("The password command could not be run.", "Start the program again."))?;
        match &answer {
            Ok(secret) => drop(lock(&self.known).insert(source.clone(), secret.clone())),
            Err(failure) => drop(lock(&self.failed).insert(source.clone(), (Instant::now(), failure.clone()))),
        }
        answer
    }

    fn known(&self, source: &Source) -> Option<Result<Secret, Failure>> {
        if let Some(secret) = lock(&self.known).get(source) {
            return Some(Ok(secret.clone()));
        }
        let mut failed = lock(&self.failed);
        failed.retain(|_, (at, _)| at.elapsed() < PAUSE);
        failed.get(source).map(|(_, failure)| Err(failure.clone()))
    }

    /// The secret did not open the door: ask anew next time.
    pub(super) fn forget(&self, source: &Source) {
        lock(&self.known).remove(source);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Source {
    fn ask(&self, limit: Duration) -> Result<Secret, Failure> {
        let advice = "Check the feed's password command; it must print the password as its first line.";
        match self {
            Source::Command(line) => {
                let argv = shell_words::split(line).map_err(|_| local("The password command has an open quote.", advice))?;
                let what = |how: &str| format!("The password command {} {how}.", argv.first().map_or("", String::as_str));
                run(&argv, limit).map_err(|why| match why {
                    Silent::Nobody => local("The password command is empty.", advice),
                    Silent::NotThere(e) => local(what(&format!("could not be started ({e})")), advice),
                    Silent::Late => local(what(&format!("gave no answer in {} s", limit.as_secs())), advice),
                    Silent::Failed => local(what("failed"), advice),
                    Silent::Nothing => local(what("printed nothing"), advice),
                })
            }
            Source::Keyring { host, user } => {
                let Some((argv, keep)) = keyring(host, user) else {
                    return Err(local("No keyring is known on this system.", "Set a password command instead."));
                };
                let keep = format!("Put it there: {}", Clean::line(&keep));
                run(&argv, limit).map_err(|why| match why {
                    Silent::NotThere(_) | Silent::Nobody => local(
                        format!("The system's keyring cannot be asked: {} is not there.", argv[0]),
                        "Install it (on Debian and others the package libsecret-tools), or set a password command instead.",
                    ),
                    Silent::Late => local("The system's keyring gave no answer.", "Unlock it; it is asked again."),
                    Silent::Failed | Silent::Nothing => local(
                        format!("The system's keyring has no password of {} for {host}, or is locked.", Clean::capped(user, 80)),
                        &keep,
                    ),
                })
            }
        }
    }
}

/// What asks the system's keyring, and what a person types to put a password there; nothing where there is no such tool.
fn keyring(host: &str, user: &str) -> Option<(Vec<String>, String)> {
    let quoted = |s: &str| shell_words::quote(s).into_owned();
    let owned = |parts: &[&str]| parts.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>();
    if cfg!(target_os = "macos") {
        let service = format!("wiredesk {host}");
        let keep = format!("security add-generic-password -s {} -a {} -w", quoted(&service), quoted(user));
        Some((owned(&["security", "find-generic-password", "-s", &service, "-a", user, "-w"]), keep))
    } else if cfg!(unix) {
        let keep = format!("secret-tool store --label=wiredesk service wiredesk host {} user {}", quoted(host), quoted(user));
        Some((owned(&["secret-tool", "lookup", "service", "wiredesk", "host", host, "user", user]), keep))
    } else {
        None
    }
}

/// Why a command gave no secret.
#[derive(Debug)]
enum Silent {
    Nobody,
    NotThere(std::io::ErrorKind),
    Late,
    Failed,
    Nothing,
}

/// The first line that a program prints.
fn run(argv: &[String], limit: Duration) -> Result<Secret, Silent> {
    let (program, arguments) = argv.split_first().ok_or(Silent::Nobody)?;
    let by = Instant::now() + limit;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null()) // it would be written over the screen
        .spawn()
        .map_err(|e| Silent::NotThere(e.kind()))?;
    let stdout = child.stdout.take().expect("it was piped above");
    let (send, answer) = mpsc::channel();
    // A thread of its own: a read cannot be given up after a time, but it can be left behind.
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let read = stdout.take(LONGEST).read_to_end(&mut text).map(|_| text);
        let _ = send.send(read);
    });
    let text = answer.recv_timeout(limit);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if text.is_ok() && Instant::now() < by => std::thread::sleep(LOOK),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
        }
    };
    let (Ok(Ok(text)), Some(status)) = (text, status) else { return Err(Silent::Late) };
    if !status.success() {
        return Err(Silent::Failed);
    }
    let line = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned();
    if line.is_empty() { Err(Silent::Nothing) } else { Ok(Secret(line)) }
}

#[cfg(test)]
#[cfg(unix)] // for its commands
mod tests {
    use super::*;

    fn ask(command: &str, limit: Duration) -> Result<Secret, Failure> {
        Source::Command(command.to_owned()).ask(limit)
    }

    #[track_caller]
    fn check(command: &str, want: Result<&str, &str>) {
        let got = ask(command, Duration::from_secs(5));
        match (got, want) {
            (Ok(secret), Ok(want)) => assert_eq!(secret.0, want),
            (Err(failure), Err(want)) => assert!(failure.what.contains(want), "{failure}"),
            (got, want) => panic!("{command}: {got:?}, wanted {want:?}"),
        }
    }

    #[test]
    fn the_first_line_is_the_password() {
        check("printf 'open sesame\\nlogin: me\\n'", Ok("open sesame"));
        check("echo $HOME", Ok("$HOME"));
    }

    #[test]
    fn a_command_that_fails_says_so() {
        check("false", Err("failed"));
        check("true", Err("printed nothing"));
        check("/nonexistent/pass x", Err("could not be started"));
        check("echo 'x", Err("open quote"));
        check("  ", Err("empty"));
        let failure = ask("sleep 30", Duration::from_millis(50)).unwrap_err();
        assert!(failure.what.contains("gave no answer"), "{failure}");
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret("open sesame".into())), "…");
    }

    #[test]
    fn the_keyrings_tool_gets_host_and_user_as_words_of_their_own() {
        let (argv, keep) = keyring("news.example", "me & you; x").unwrap();
        assert!(argv.contains(&"me & you; x".to_owned()), "{argv:?}");
        assert!(keep.contains("'me & you; x'"), "{keep}");
    }

    #[tokio::test]
    async fn many_pages_at_once_ask_for_the_password_once() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("asked");
        for (end, works) in [("echo pw", true), ("false", false)] {
            let secrets = Secrets::default();
            let source = Source::Command(format!("sh -c 'echo x >> {}; {end}'", file.display()));
            let limit = Duration::from_secs(5);
            let (a, b, c) = tokio::join!(secrets.get(&source, limit), secrets.get(&source, limit), secrets.get(&source, limit));
            assert!([a, b, c].iter().all(|r| r.is_ok() == works));
            assert_eq!(std::fs::read_to_string(&file).unwrap(), "x\n");
            std::fs::remove_file(&file).unwrap();
        }
    }
}
