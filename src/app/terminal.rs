//! The terminal: taken on entering, given back on every way out. The only file that names crossterm.

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange, EnableMouseCapture,
};
use crossterm::style::Print;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{clipboard::CopyToClipboard, cursor, execute, queue, terminal};
use ratatui::{backend::CrosstermBackend, layout::Rect};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::Clean;
use crate::ui;

/// Whether the terminal is ours just now, so that giving it back twice does nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether it was told to say when its colours change.
static FOLLOWED: AtomicBool = AtomicBool::new(false);

/// Tell when the colours change to dark or light (DEC mode 2031), or no longer.
const TELL: &str = "\x1b[?2031h";
const TELL_NO_MORE: &str = "\x1b[?2031l";
/// Which of both is it, and what colour is the background? Answers come among the keys, or never.
const ASK: &str = "\x1b[?996n\x1b]11;?\x1b\\";

/// Columns of the terminal that standard output goes to.
pub fn columns() -> Option<u16> {
    terminal::size().ok().map(|(columns, _)| columns).filter(|c| *c > 0)
}

/// The terminal while the reader runs. Dropping it gives it back.
pub struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: bool,
    /// Its background is followed.
    ground: bool,
}

impl Terminal {
    /// Takes the terminal: alternate screen, raw mode, mouse and bracketed paste; asks for its `ground` if that is to be
    /// followed. Fails where there is none.
    pub fn enter(mouse: bool, ground: bool) -> io::Result<Self> {
        if std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
            return Err(io::Error::other(
                "this terminal cannot move its cursor (TERM=dumb); `wiredesk list` and `wiredesk show` work here",
            ));
        }
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::other("the reader needs a terminal; `wiredesk list` and `wiredesk show` write to pipes and files"));
        }
        give_back_on_panic();
        let ground = ground && can_tell_ground();
        take(mouse, ground)?;
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        let inner = ratatui::Terminal::new(CrosstermBackend::new(out))?;
        Ok(Self { inner, mouse, ground })
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.inner.size()?;
        Ok((size.width, size.height))
    }

    /// Draws one frame; a terminal that knows synchronized updates shows it at once.
    pub fn draw(&mut self, model: &ui::Model) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        self.inner.draw(|frame| ui::view(model, frame))?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen, so that the next frame draws all of it.
    pub fn forget(&mut self) -> io::Result<()> {
        // Not `clear`: that asks the terminal where its cursor is, and the input thread would take the answer.
        let size = self.inner.size()?;
        self.inner.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Puts `text` on the clipboard by OSC 52, which works over ssh too. The text is clean: it cannot end the sequence.
    pub fn copy(&mut self, text: &Clean) -> io::Result<()> {
        execute!(self.inner.backend_mut(), CopyToClipboard::to_clipboard_from(text.as_str().as_bytes()))
    }

    /// Asks for the background once more, if it is followed.
    pub fn ask_ground(&mut self) -> io::Result<()> {
        if self.ground { execute!(self.inner.backend_mut(), Print(ASK)) } else { Ok(()) }
    }

    /// Gives the terminal back, stops the process as ctrl-z does, and takes the terminal again when it goes on.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take(self.mouse, self.ground)?;
        self.forget()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool, ground: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    if ground {
        FOLLOWED.store(true, Ordering::SeqCst);
        execute!(out, EnableFocusChange, Print(TELL), Print(ASK))?;
    }
    Ok(())
}

/// Gives the terminal back, however often it is called.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        if FOLLOWED.swap(false, Ordering::SeqCst) {
            let _ = execute!(out, Print(TELL_NO_MORE), DisableFocusChange);
        }
        let _ = execute!(out, EndSynchronizedUpdate, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
        let _ = terminal::disable_raw_mode();
        let _ = out.flush();
    }
}

/// A panic gives the terminal back before its words are written, so that they can be read.
fn give_back_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // A panic elsewhere is one lost task, told as such; the screen stays.
        if std::thread::current().name() == Some("main") {
            give_back();
            before(info);
        }
    }));
}

/// Columns and rows now.
pub fn size() -> io::Result<(u16, u16)> {
    terminal::size()
}

/// Whether a terminal can be asked for its background without harm: it answers, or passes over what it does not know.
fn can_tell_ground() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    !term.is_empty() && !["linux", "vt", "eterm", "dumb", "cons"].iter().any(|mute| term.starts_with(mute))
}
