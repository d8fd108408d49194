//! The terminal: taken on entering, given back on every way out. The only file that names crossterm.

use crossterm::event::{self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{clipboard::CopyToClipboard, cursor, execute, queue, terminal};
use ratatui::{backend::CrosstermBackend, layout::Rect};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::Clean;
use crate::ui::{self, Code, Key, Mouse, Msg};

/// Whether the terminal is ours just now, so that giving it back twice does nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Columns of the terminal that standard output goes to.
pub fn columns() -> Option<u16> {
    terminal::size().ok().map(|(columns, _)| columns).filter(|c| *c > 0)
}

/// The terminal while the reader runs. Dropping it gives it back.
pub struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal: alternate screen, raw mode, mouse and bracketed paste. Fails where there is none.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        if std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
            return Err(io::Error::other(
                "this terminal cannot move its cursor (TERM=dumb); `wiredesk list` and `wiredesk show` work here",
            ));
        }
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::other("the reader needs a terminal; `wiredesk list` and `wiredesk show` write to pipes and files"));
        }
        give_back_on_panic();
        take(mouse)?;
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        let inner = ratatui::Terminal::new(CrosstermBackend::new(out))?;
        Ok(Self { inner, mouse })
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

    /// Gives the terminal back, stops the process as ctrl-z does, and takes the terminal again when it goes on.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take(self.mouse)?;
        self.forget()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back, however often it is called.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
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

/// The next thing that happens at the terminal, in the interface's words. Blocks; for the input thread.
pub fn next_input() -> io::Result<Option<Msg>> {
    Ok(match event::read()? {
        Event::Key(key) => translate_key(key).map(Msg::Key),
        Event::Mouse(mouse) => translate_mouse(mouse),
        Event::Resize(cols, rows) => Some(Msg::Resize { cols, rows }),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::FocusGained => Some(Msg::Focus(true)),
        Event::FocusLost => Some(Msg::Focus(false)),
    })
}

fn translate_key(key: event::KeyEvent) -> Option<Key> {
    use event::{KeyCode, KeyEventKind, KeyModifiers};
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let code = match key.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab | KeyCode::BackTab => Code::Tab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let held = |m| key.modifiers.contains(m);
    let letter = matches!(code, Code::Char(_));
    let shift = key.code == KeyCode::BackTab || (held(KeyModifiers::SHIFT) && !letter);
    Some(Key { code, ctrl: held(KeyModifiers::CONTROL), alt: held(KeyModifiers::ALT), shift })
}

fn translate_mouse(mouse: event::MouseEvent) -> Option<Msg> {
    use event::{MouseButton, MouseEventKind};
    let kind = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Mouse::Press,
        MouseEventKind::ScrollUp => Mouse::WheelUp,
        MouseEventKind::ScrollDown => Mouse::WheelDown,
        _ => return None,
    };
    Some(Msg::Mouse { kind, x: mouse.column, y: mouse.row })
}
