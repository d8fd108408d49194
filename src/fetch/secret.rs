//! Passwords: asked of a command (`pass show …`, `secret-tool lookup …`) without a shell, kept in memory only, shown
//! nowhere.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use super::failure::local;
use crate::model::Failure;

/// The longest first line that is taken for a password.
const LONGEST: u64 = 4096;
/// How often a command that said its line but goes on is looked after.
const LOOK: Duration = Duration::from_millis(10);

/// A text that no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What commands answered, for the life of the program.
#[derive(Default)]
pub(super) struct Secrets(Mutex<HashMap<String, Secret>>);

impl Secrets {
    /// The password that `command` gives, from memory after the first time. The command has `limit` to answer.
    pub(super) async fn get(&self, command: &str, limit: Duration) -> Result<Secret, Failure> {
        if let Some(known) = self.lock().get(command) {
            return Ok(known.clone());
        }
        let line = command.to_owned();
        let secret = tokio::task::spawn_blocking(move || ask(&line, limit))
            .await
            .map_err(|_| local("The password command could not be run.", "Start the program again."))??;
        self.lock().insert(command.to_owned(), secret.clone());
        Ok(secret)
    }

    /// The password did not open the door: ask anew next time.
    pub(super) fn forget(&self, command: &str) {
        self.lock().remove(command);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ask(command: &str, limit: Duration) -> Result<Secret, Failure> {
    let advice = "Check the feed's password command; it must print the password as its first line.";
    let argv = shell_words::split(command).map_err(|_| local("The password command has an open quote.", advice))?;
    let Some((program, arguments)) = argv.split_first() else {
        return Err(local("The password command is empty.", advice));
    };
    let by = Instant::now() + limit;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null()) // it would be written over the screen
        .spawn()
        .map_err(|e| local(format!("The password command {program} could not be started ({}).", e.kind()), advice))?;
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
    let (Ok(Ok(text)), Some(status)) = (text, status) else {
        return Err(local(format!("The password command {program} gave no answer in {} s.", limit.as_secs()), advice));
    };
    if !status.success() {
        return Err(local(format!("The password command {program} failed."), advice));
    }
    let line = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned();
    if line.is_empty() { Err(local(format!("The password command {program} printed nothing."), advice)) } else { Ok(Secret(line)) }
}

#[cfg(test)]
#[cfg(unix)] // for its commands
mod tests {
    use super::*;

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
}
