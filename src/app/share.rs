//! What leaves the reader: a text to the clipboard, an article to a command or into a file. Each on a thread of its own, told
//! of when it is done; the screen never waits for it.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use crate::model::Clean;

/// How often a command under way is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long what a command wrote last may take to arrive.
const REST: Duration = Duration::from_millis(200);
/// So much of what a command writes is kept.
const KEPT: usize = 64 << 10;
/// Names tried for one file.
const TRIES: u32 = 1000;

/// The program that fills the system's clipboard, as arguments: by what the surroundings say, if it is there.
pub fn clipboard(env: impl Fn(&str) -> Option<String>, there: impl Fn(&str) -> bool) -> Option<&'static [&'static str]> {
    const TOOLS: &[(&str, &[&str])] = &[
        ("WAYLAND_DISPLAY", &["wl-copy"]),
        ("DISPLAY", &["xclip", "-selection", "clipboard", "-in"]),
        ("DISPLAY", &["xsel", "--clipboard", "--input"]),
        ("WSL_DISTRO_NAME", &["clip.exe"]),
        ("TMUX", &["tmux", "load-buffer", "-w", "-"]),
        ("TERMUX_VERSION", &["termux-clipboard-set"]),
    ];
    if cfg!(target_os = "macos") {
        return Some(&["pbcopy"]);
    }
    let fits = |(name, argv): &&(&str, &[&str])| env(name).is_some_and(|v| !v.is_empty()) && there(argv[0]);
    TOOLS.iter().find(fits).map(|(_, argv)| *argv)
}

/// The same for this very process.
pub fn clipboard_here() -> Option<&'static [&'static str]> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    clipboard(|name| std::env::var(name).ok(), |program| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Hands a text to the system's clipboard, if there is one beside the terminal's.
pub fn copy(text: String) {
    let Some(argv) = clipboard_here() else { return };
    let mut command = Command::new(argv[0]);
    command.args(&argv[1..]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // What goes wrong is not told: the terminal has the text already, which is all that most need.
    let Ok(mut child) = command.spawn() else { return };
    let _ = std::thread::Builder::new().name("clipboard".into()).spawn(move || {
        if let Some(mut to) = child.stdin.take() {
            let _ = to.write_all(text.as_bytes());
        }
        child.wait()
    });
}

/// A command that an article was handed to; dropping it, or sending, stops it.
pub struct Piped(Sender<()>, std::thread::JoinHandle<()>);

impl Piped {
    /// Stops the command.
    pub fn stop(self) {
        drop(self.0);
    }

    /// Stops it and waits until it is gone: a moment.
    pub fn end(self) {
        drop(self.0);
        let _ = self.1.join();
    }
}

/// Runs a command line without a shell, with `input` on its standard input; `tell` hears the first line of what it wrote, or why
/// it failed.
pub fn pipe(line: &str, input: Vec<u8>, limit: Duration, tell: impl FnOnce(Result<Clean, Clean>) + Send + 'static) -> Result<Piped, Clean> {
    let wrong = |words: String| Clean::capped(&words, 300);
    let argv = shell_words::split(line).map_err(|e| wrong(format!("{line}: {e}")))?;
    let (program, args) = argv.split_first().ok_or_else(|| wrong("no command is named".into()))?;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|e| wrong(format!("{program}: {e}")))?;
    let (stop, stopped) = mpsc::channel();
    let name = program.clone();
    let thread = std::thread::Builder::new()
        .name("pipe".into())
        .spawn(move || tell(attend(child, &name, input, limit, &stopped)))
        .map_err(|e| wrong(e.to_string()))?;
    Ok(Piped(stop, thread))
}

fn attend(mut child: Child, name: &str, input: Vec<u8>, limit: Duration, stopped: &Receiver<()>) -> Result<Clean, Clean> {
    let spawn = |run: Box<dyn FnOnce() + Send>| std::thread::Builder::new().name("pipe-io".into()).spawn(run).map(drop);
    if let Some(mut to) = child.stdin.take() {
        // A command that reads nothing closes its end: no fault.
        let _ = spawn(Box::new(move || drop(to.write_all(&input))));
    }
    let (out, err) = (gather(child.stdout.take(), spawn), gather(child.stderr.take(), spawn));
    let end = Instant::now() + limit;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => {}
            Err(e) => return Err(Clean::capped(&format!("{name}: {e}"), 300)),
        }
        let why = match stopped.recv_timeout(LOOK) {
            Err(RecvTimeoutError::Timeout) if Instant::now() < end => continue,
            Err(RecvTimeoutError::Timeout) => format!("stopped after {} s", limit.as_secs()),
            _ => "stopped".into(),
        };
        let _ = child.kill();
        let _ = child.wait();
        return Err(Clean::capped(&format!("{name}: {why}"), 300));
    };
    // Whoever it started may hold its ends open for as long as they like.
    let first = |from: Receiver<Vec<u8>>| {
        let bytes = from.recv_timeout(REST).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.lines().map(|line| Clean::capped(line, 200)).find(|line| !line.is_empty())
    };
    let (out, err) = (first(out), first(err));
    if status.success() {
        return Ok(out.unwrap_or_else(|| Clean::line(&format!("{name}: done"))));
    }
    let code = status.code().map_or("was killed".to_owned(), |code| format!("ended with {code}"));
    Err(match err.or(out) {
        Some(words) => Clean::capped(&format!("{name} {code}: {words}"), 300),
        None => Clean::capped(&format!("{name} {code}"), 300),
    })
}

/// What comes from `from` until it ends; the first of it is kept, the rest read so that nobody waits for us.
fn gather(from: Option<impl Read + Send + 'static>, spawn: impl Fn(Box<dyn FnOnce() + Send>) -> io::Result<()>) -> Receiver<Vec<u8>> {
    let (tell, told) = mpsc::channel();
    if let Some(mut from) = from {
        let read = move || {
            let mut kept = Vec::new();
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                kept.extend_from_slice(&buffer[..n.min(KEPT.saturating_sub(kept.len()))]);
            }
            let _ = tell.send(kept);
        };
        let _ = spawn(Box::new(read));
    }
    told
}

/// Writes a new file into `folder`, which is made if need be: wholly or not at all, and never over one that is there. Its path.
pub fn write_new(folder: &Path, stem: &str, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".wiredesk-{}-{}.part", std::process::id(), draft_number()));
    let written = OpenOptions::new().write(true).create_new(true).open(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| place(&draft, folder, stem, ending, bytes));
    let _ = fs::remove_file(&draft);
    placed
}

fn draft_number() -> u32 {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn place(draft: &Path, folder: &Path, stem: &str, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    for n in 1..=TRIES {
        let name = if n == 1 { format!("{stem}.{ending}") } else { format!("{stem} ({n}).{ending}") };
        let path = folder.join(name);
        // A link is made only where nothing stands, unlike a renaming.
        match fs::hard_link(draft, &path) {
            Ok(()) => return Ok(path),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            // A file system without links: the name is taken first.
            Err(_) => match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    if let Err(e) = file.write_all(bytes) {
                        let _ = fs::remove_file(&path);
                        return Err(e);
                    }
                    return Ok(path);
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            },
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{}: too many files of that name", folder.join(stem).display())))
}

/// Where exported articles go: the configuration's folder (`~/` is the home), else the downloads, else the home.
pub fn folder(wanted: Option<&Path>) -> PathBuf {
    if let Some(path) = wanted {
        return at_home(path);
    }
    let user = directories::UserDirs::new();
    user.map_or_else(|| PathBuf::from("."), |u| u.download_dir().unwrap_or(u.home_dir()).to_owned())
}

/// A path as a reader writes it: `~/` is the home.
pub fn at_home(path: &Path) -> PathBuf {
    let user = directories::UserDirs::new();
    match (path.strip_prefix("~"), user) {
        (Ok(rest), Some(user)) => user.home_dir().join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clipboard_that_is_there_is_taken() {
        let with = |names: &'static [&'static str], programs: &'static [&'static str]| {
            clipboard(|name| names.contains(&name).then(|| "x".into()), |p| programs.contains(&p)).map(|argv| argv[0])
        };
        if cfg!(target_os = "macos") {
            return;
        }
        assert_eq!(with(&["WAYLAND_DISPLAY", "DISPLAY"], &["wl-copy", "xclip"]), Some("wl-copy"));
        assert_eq!(with(&["WAYLAND_DISPLAY", "DISPLAY"], &["xsel"]), Some("xsel"));
        assert_eq!(with(&["TMUX"], &["tmux", "xclip"]), Some("tmux"), "a program without its display is of no use");
        assert_eq!(with(&[], &["wl-copy"]), None);
    }

    #[cfg(unix)]
    fn piped(line: &str, input: &str, limit: u64) -> Result<Clean, Clean> {
        let (tell, told) = mpsc::channel();
        let _job = pipe(line, input.into(), Duration::from_millis(limit), move |said| drop(tell.send(said)))?;
        told.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn a_command_gets_the_article_and_says_its_first_line() {
        assert_eq!(piped("cat", "\nGipfel\nin Anchorage", 20_000), Ok("Gipfel".into()));
        assert_eq!(piped("true", "x", 20_000), Ok("true: done".into()), "who reads nothing has not failed");
        assert_eq!(piped("sh -c 'echo no printer >&2; exit 3'", "x", 20_000), Err("sh ended with 3: no printer".into()));
        assert!(piped("/no/such/command", "x", 20_000).unwrap_err().contains("No such file"));
        assert!(piped("a 'b", "x", 20_000).is_err(), "an open quote");
        let large = "x".repeat(1 << 20);
        assert_eq!(piped("sh -c 'cat | wc -c'", &large, 20_000), Ok("1048576".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_takes_too_long_is_stopped() {
        assert_eq!(piped("sleep 600", "x", 50), Err("sleep: stopped after 0 s".into()));
        let (tell, told) = mpsc::channel();
        let job = pipe("sleep 600", Vec::new(), Duration::from_secs(600), move |said| drop(tell.send(said))).unwrap();
        job.stop();
        assert_eq!(told.recv_timeout(Duration::from_secs(20)).unwrap(), Err("sleep: stopped".into()));
    }

    #[test]
    fn a_file_is_never_written_over_and_nothing_is_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new");
        let first = write_new(&folder, "a", "md", b"one").unwrap();
        let second = write_new(&folder, "a", "md", b"two").unwrap();
        assert_eq!((first.file_name().unwrap(), second.file_name().unwrap()), ("a.md".as_ref(), "a (2).md".as_ref()));
        assert_eq!((fs::read(&first).unwrap(), fs::read(&second).unwrap()), (b"one".to_vec(), b"two".to_vec()));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no draft stays");
    }
}
