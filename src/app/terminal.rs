//! The terminal: taken on entering, given back on every way out. The only file that names crossterm.

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange, EnableMouseCapture,
};
use crossterm::style::Print;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{clipboard::CopyToClipboard, cursor, execute, queue, terminal};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::Rect;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::input::{self, Came};
use super::links::Links;
use super::pictures::canvas::PATIENCE_MS;
use super::pictures::listen::{Answers, QUESTION};
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

/// Whether the terminal owes answers.
static ASKED: AtomicBool = AtomicBool::new(false);

/// The terminal while the reader runs. Dropping it gives it back.
pub struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: bool,
    /// Its own links, if it knows them.
    links: Option<Links>,
    /// Its background is followed.
    ground: bool,
    /// When it was asked for its pictures.
    asked: Option<Instant>,
}

impl Terminal {
    /// Takes the terminal: alternate screen, raw mode, mouse and bracketed paste; asks for its `ground` if that is to be
    /// followed; `links` are marked for it to open. Fails where there is none.
    pub fn enter(mouse: bool, ground: bool, links: bool) -> io::Result<Self> {
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
        Ok(Self { inner, mouse, links: links.then(Links::default), ground, asked: None })
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.inner.size()?;
        Ok((size.width, size.height))
    }

    /// Asks the terminal which pictures it can show. The input thread hears the answers.
    pub fn ask(&mut self) -> io::Result<()> {
        ASKED.store(true, Ordering::SeqCst);
        self.asked = Some(Instant::now());
        self.send(QUESTION)
    }

    /// How long ago it was asked.
    pub fn asked_since(&self) -> Duration {
        self.asked.map_or(Duration::ZERO, |at| at.elapsed())
    }

    /// Sends what is no text: pictures for the terminal to keep, or to forget.
    pub fn send(&mut self, sequences: &str) -> io::Result<()> {
        if sequences.is_empty() {
            return Ok(());
        }
        self.inner.backend_mut().write_all(sequences.as_bytes())?;
        io::Write::flush(self.inner.backend_mut())
    }

    /// Width and height of a cell in pixels, if the operating system knows.
    pub fn cell(&self) -> Option<(u16, u16)> {
        cell()
    }

    /// Draws one frame; a terminal that knows synchronized updates shows it at once.
    pub fn draw(&mut self, model: &ui::Model) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        let frame = self.inner.draw(|frame| ui::view(model, frame))?;
        let runs = self.links.as_mut().map(|links| links.after(frame.buffer, ui::links(model))).unwrap_or_default();
        if !runs.is_empty() {
            let out = self.inner.backend_mut();
            queue!(out, cursor::SavePosition)?;
            for run in &runs {
                if let Some(address) = &run.address {
                    queue!(out, Print(format_args!("\x1b]8;;{}\x1b\\", address.as_str())))?;
                }
                out.draw(run.cells.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
                if run.address.is_some() {
                    queue!(out, Print("\x1b]8;;\x1b\\"))?;
                }
            }
            queue!(out, cursor::RestorePosition)?;
        }
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen, so that the next frame draws all of it.
    pub fn forget(&mut self) -> io::Result<()> {
        // Not `clear`: that asks the terminal where its cursor is, and the input thread would take the answer.
        if let Some(links) = &mut self.links {
            links.forget();
        }
        let size = self.inner.size()?;
        self.inner.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Puts `text` on the clipboard by OSC 52, which works over ssh too. The sequence holds it
    /// encoded, so that it cannot end it.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.inner.backend_mut(), CopyToClipboard::to_clipboard_from(text.as_bytes()))
    }

    /// Asks for the background once more, if it is followed.
    pub fn ask_ground(&mut self) -> io::Result<()> {
        if self.ground { execute!(self.inner.backend_mut(), Print(ASK)) } else { Ok(()) }
    }

    /// Gives the terminal back, stops the process as ctrl-z does, and takes the terminal again when it goes on.
    pub fn suspend(&mut self) -> io::Result<()> {
        hear_out();
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take(self.mouse, self.ground)?;
        self.forget()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        hear_out();
        give_back();
    }
}

/// Lets answers that are still on their way arrive, or the shell would find them on its command line.
fn hear_out() {
    let end = Instant::now() + Duration::from_millis(200);
    while ASKED.load(Ordering::SeqCst) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The terminal has answered; the input thread says so.
pub fn answered() {
    ASKED.store(false, Ordering::SeqCst);
}

fn cell() -> Option<(u16, u16)> {
    let size = terminal::window_size().ok()?;
    let side = |pixels: u16, cells: u16| pixels.checked_div(cells).filter(|n| *n > 0);
    Some((side(size.width, size.columns)?, side(size.height, size.rows)?))
}

/// Asks the terminal outside the reader, for `wiredesk doctor`: what it answers, and the size of a cell as the operating
/// system knows it.
pub fn consult() -> io::Result<(Answers, Option<(u16, u16)>)> {
    terminal::enable_raw_mode()?;
    let mut out = io::stdout();
    let asked = Instant::now();
    let sent = out.write_all(QUESTION.as_bytes()).and_then(|()| out.flush());
    let (tell, told) = std::sync::mpsc::channel();
    // It ends with the program if nothing comes.
    let hear = move || input::read(|came| if let Came::Shows(answers) = came { tell.send(answers).is_ok() } else { true });
    let thread = std::thread::Builder::new().name("input".into()).spawn(hear);
    let answers = told.recv_timeout(Duration::from_millis(PATIENCE_MS)).unwrap_or_default();
    terminal::disable_raw_mode()?;
    thread?;
    sent.map(|()| (Answers { took: asked.elapsed(), ..answers }, cell()))
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
