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

struct Seen {
    parser: vt100::Parser,
    ended: bool,
}

/// A terminal with the program in it.
pub struct Pty {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Pty {
    /// Starts the program at this size.
    pub fn start(home: &Home, args: &[&str], cols: u16, rows: u16) -> Self {
        Self::start_with(home, args, cols, rows, &[])
    }

    /// Starts it with further environment.
    pub fn start_with(home: &Home, args: &[&str], cols: u16, rows: u16, env: &[(&str, &str)]) -> Self {
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
        let seen = Arc::new((Mutex::new(Seen { parser: vt100::Parser::new(cells(rows), cells(cols), 0), ended: false }), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let to = seen.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                let n = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = to.0.lock().unwrap();
                seen.parser.process(&buffer[..n]);
                seen.ended = n == 0;
                to.1.notify_all();
                if n == 0 {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { seen, master: pair.master, keys, child }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
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
            if come(&contents) {
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
        while !come(seen.parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waited in vain for {what}; the screen was:\n{}", seen.parser.screen().contents());
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
