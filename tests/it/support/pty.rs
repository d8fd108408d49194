//! The built program in a real pseudo-terminal, its screen read by a terminal emulator. Tests wait for text, never for
//! time.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::home::Home;

/// After this long a text that has not come will not come.
const PATIENCE: Duration = Duration::from_secs(20);

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap()
}

/// How the terminal answers when it is asked what pictures it can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// It answers nothing at all.
    Silent,
    /// It knows its cells and attributes, but no pictures.
    Characters,
    /// Kitty's.
    Kitty,
    /// Sixel. The emulator draws their pixels as [`PIXEL`].
    Sixel,
}

/// A cell covered by a sixel picture.
pub const PIXEL: char = '▒';
/// A cell that shows a piece of a kitty picture.
pub const PLACEHOLDER: char = '\u{10eeee}';
/// Width and height of a cell in pixels.
const CELL: (usize, usize) = (8, 16);

impl Shows {
    /// What it answers to the questions in `bytes`, in their order.
    fn answer(self, bytes: &[u8]) -> Vec<u8> {
        let questions: [(&[u8], &str); 3] = [
            (b"\x1b_Gi=31,", if self == Shows::Kitty { "\x1b_Gi=31;OK\x1b\\" } else { "" }),
            (b"\x1b[16t", "\x1b[6;16;8t"),
            (b"\x1b[c", if self == Shows::Sixel { "\x1b[?62;4;22c" } else { "\x1b[?62;22c" }),
        ];
        let asked = |q: &[u8]| self != Shows::Silent && bytes.windows(q.len()).any(|w| w == q);
        questions.iter().filter(|(q, _)| asked(q)).flat_map(|(_, a)| a.bytes()).collect()
    }
}

struct Seen {
    parser: vt100::Parser,
    /// The end of a sequence that has not come yet.
    half: Vec<u8>,
    raw: Vec<u8>,
    ended: bool,
}

impl Seen {
    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.half.extend_from_slice(bytes);
        // A sixel picture becomes characters that anything written over it replaces, as it replaces pixels.
        while let Some(start) = self.half.windows(2).position(|w| w == b"\x1bP") {
            let Some(length) = self.half[start..].windows(2).position(|w| w == b"\x1b\\") else { return };
            let picture: Vec<u8> = self.half.drain(..start + length + 2).collect();
            self.parser.process(&picture[..start]);
            self.parser.process(pixels(&picture[start..]).as_bytes());
        }
        let keep = usize::from(self.half.ends_with(b"\x1b"));
        let rest = self.half.len() - keep;
        let done: Vec<u8> = self.half.drain(..rest).collect();
        self.parser.process(&done);
    }

    /// Whether a frame (a synchronized update) is on its way: a terminal shows nothing of it before it is whole.
    fn drawing(&self) -> bool {
        let last = |sequence: &[u8]| self.raw.windows(sequence.len()).rposition(|w| w == sequence);
        !self.ended && last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
    }
}

/// The cells of a sixel picture, by its raster attributes (`"1;1;width;height`).
fn pixels(sixel: &[u8]) -> String {
    let text = String::from_utf8_lossy(sixel);
    let numbers = text.split('"').nth(1).unwrap().split(|c: char| !c.is_ascii_digit() && c != ';').next().unwrap();
    let sides: Vec<usize> = numbers.split(';').map(|n| n.parse().unwrap()).collect();
    let (cols, rows) = (sides[2].div_ceil(CELL.0), sides[3].div_ceil(CELL.1));
    let row = format!("{}\x1b[{cols}D\x1b[1B", PIXEL.to_string().repeat(cols));
    format!("\x1b7{}\x1b8", row.repeat(rows))
}

/// A terminal with the program in it.
pub struct Pty {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    master: Box<dyn MasterPty + Send>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Box<dyn Child + Send + Sync>,
}

impl Pty {
    /// Starts the program at this size.
    pub fn start(home: &Home, args: &[&str], cols: u16, rows: u16) -> Self {
        Self::start_with(home, args, cols, rows, &[])
    }

    /// Starts it with further environment.
    pub fn start_with(home: &Home, args: &[&str], cols: u16, rows: u16, env: &[(&str, &str)]) -> Self {
        Self::start_in(Shows::Characters, home, args, cols, rows, env)
    }

    /// Starts it in a terminal that shows pictures so.
    pub fn start_in(shows: Shows, home: &Home, args: &[&str], cols: u16, rows: u16, env: &[(&str, &str)]) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_wiredesk"));
        command.args(args);
        command.env_clear();
        for (k, v) in home.env() {
            command.env(k, v);
        }
        command.env("TERM", "xterm-256color");
        for (k, v) in env {
            command.env(k, v);
        }
        command.cwd(home.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Arc::new((
            Mutex::new(Seen { parser: vt100::Parser::new(cells(rows), cells(cols), 0), half: Vec::new(), raw: Vec::new(), ended: false }),
            Condvar::new(),
        ));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let (to, answers) = (seen.clone(), keys.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                let n = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = to.0.lock().unwrap();
                let before = seen.raw.len().saturating_sub(12);
                seen.take(&buffer[..n]);
                // A question is answered once, when its last byte has come.
                let fresh = seen.raw.len() - n - before;
                let told = shows.answer(&seen.raw[before..before + fresh]).len();
                let answer = shows.answer(&seen.raw[before..]).split_off(told);
                if !answer.is_empty() {
                    let mut keys = answers.lock().unwrap();
                    let _ = keys.write_all(&answer).and_then(|()| keys.flush());
                }
                seen.ended = n == 0;
                to.1.notify_all();
                if n == 0 {
                    return;
                }
            }
        });
        Self { seen, master: pair.master, keys, child }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        let mut to = self.keys.lock().unwrap();
        to.write_all(keys.as_bytes()).unwrap();
        to.flush().unwrap();
    }

    /// Another size.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// What is on the screen.
    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// Looks at the screen.
    pub fn with<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.seen.0.lock().unwrap().parser.screen())
    }

    /// Whether the program has the alternate screen.
    pub fn alternate(&self) -> bool {
        self.seen.0.lock().unwrap().parser.screen().alternate_screen()
    }

    /// Waits until the screen satisfies `come`, and gives it.
    #[track_caller]
    pub fn until(&self, what: &str, come: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let contents = seen.parser.screen().contents();
            if !seen.drawing() && come(&contents) {
                return contents;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waited in vain for {what}; the screen was:\n{contents}");
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until the screen's cells satisfy `come`: colours arrive in portions as text does.
    #[track_caller]
    pub fn until_cells(&self, what: &str, come: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        while seen.drawing() || !come(seen.parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waited in vain for {what}; the screen was:\n{}", seen.parser.screen().contents());
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until the screen satisfies `come` with its frame (a synchronized update) drawn to the end, and gives it.
    #[track_caller]
    pub fn frame(&self, what: &str, come: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let contents = seen.parser.screen().contents();
            if seen.raw.ends_with(b"\x1b[?2026l") && come(&contents) {
                return contents;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waited in vain for {what}; the screen was:\n{contents}");
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Every byte that came.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw.clone()
    }

    /// How often the program has sent this sequence.
    pub fn sent(&self, sequence: &str) -> usize {
        let seen = self.seen.0.lock().unwrap();
        seen.raw.windows(sequence.len()).filter(|w| *w == sequence.as_bytes()).count()
    }

    /// Has the program draw its screen from nothing, and gives that.
    pub fn redrawn(&mut self) -> String {
        const CLEAR: &[u8] = b"\x1b[2J";
        let from = self.seen.0.lock().unwrap().raw.len();
        self.send("\x0c");
        let end = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let raw = &seen.raw[from..];
            // Cleared, and a frame (a synchronized update) drawn to its end after that.
            let cleared = raw.windows(CLEAR.len()).rposition(|w| w == CLEAR);
            if cleared.is_some_and(|at| raw[at..].ends_with(b"\x1b[?2026l")) {
                return seen.parser.screen().contents();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waited in vain for a new frame");
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits for a text.
    #[track_caller]
    pub fn see(&self, text: &str) -> String {
        self.until(&format!("`{text}`"), |s| s.contains(text))
    }

    /// Sends the program a signal by its number.
    pub fn signal(&self, signal: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
    }

    /// Waits until the program is stopped: a signal to go on that comes before that is lost.
    #[track_caller]
    pub fn stopped(&self) {
        let pid = self.child.process_id().unwrap().to_string();
        let end = Instant::now() + PATIENCE;
        let state = || std::process::Command::new("ps").args(["-o", "state=", "-p", &pid]).output().unwrap().stdout;
        while !state().starts_with(b"T") {
            assert!(Instant::now() < end, "the program did not stop");
        }
    }

    /// Waits for the program's end, and for all that it wrote.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        while !seen.ended {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the program did not end; the screen was:\n{}", seen.parser.screen().contents());
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        drop(seen);
        self.child.wait().unwrap()
    }

    /// Nothing of the reader is left in the terminal: alternate screen, mouse, bracketed paste, hidden cursor.
    #[track_caller]
    pub fn restored(&self) {
        let seen = self.seen.0.lock().unwrap();
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is still shown");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
