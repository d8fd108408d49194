//! The terminal: taken on entering, given back on every way out. The only file that names crossterm.

use crossterm::event::{self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{clipboard::CopyToClipboard, cursor, execute, queue, terminal};
use ratatui::{backend::CrosstermBackend, layout::Rect};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::pictures::canvas::PATIENCE_MS;
use super::pictures::listen::{Answers, Late, Listener, QUESTION};
use crate::model::Clean;
use crate::ui::{self, Code, Key, Mouse, Msg};

/// Whether the terminal is ours just now, so that giving it back twice does nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the terminal owes answers.
static ASKED: AtomicBool = AtomicBool::new(false);

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

    /// Asks the terminal which pictures it can show. The input thread hears the answers ([`Input::listen`]).
    pub fn ask(&mut self) -> io::Result<()> {
        // From here on crossterm knows of resizes; it must not begin to read before the answers have come.
        let _ = event::poll(Duration::ZERO)?;
        ASKED.store(true, Ordering::SeqCst);
        self.send(QUESTION)
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
        hear_out();
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take(self.mouse)?;
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
    let sent = out.write_all(QUESTION.as_bytes()).and_then(|()| out.flush());
    let answers = Input::default().listen(|_| ());
    terminal::disable_raw_mode()?;
    sent.map(|()| (answers, cell()))
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

/// What comes from the terminal; for the input thread.
#[derive(Debug, Default)]
pub struct Input {
    /// A terminal that was asked and did not answer in time may do so later.
    late: Option<Late>,
}

impl Input {
    /// Hears the terminal's answers, and keys that are typed meanwhile, until the last answer has come or will not come.
    pub fn listen(&mut self, mut typed: impl FnMut(Key)) -> Answers {
        let began = Instant::now();
        let mut listener = Listener::default();
        let mut bytes = [0; 1024];
        let patience = Duration::from_millis(PATIENCE_MS);
        while !listener.answers.ended {
            let left = patience.saturating_sub(began.elapsed());
            // What has begun may end; what follows an escape at once belongs to it.
            let left = if listener.midway() { Duration::from_millis(30) } else { left };
            match readable(left) {
                Ok(true) => match rustix::io::read(io::stdin(), &mut bytes) {
                    Ok(n) if n > 0 => listener.hear(&bytes[..n]).into_iter().for_each(&mut typed),
                    Err(rustix::io::Errno::INTR) => {}
                    _ => break,
                },
                Ok(false) => {
                    listener.pause().into_iter().for_each(&mut typed);
                    if began.elapsed() >= patience {
                        break;
                    }
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => break,
            }
        }
        ASKED.store(false, Ordering::SeqCst);
        if !listener.answers.ended {
            self.late = Some(Late::default());
        }
        Answers { took: began.elapsed(), ..listener.answers }
    }

    /// The next thing that happens, in the interface's words. Blocks.
    pub fn next(&mut self) -> io::Result<Option<Msg>> {
        let msg = next_input()?;
        let swallowed = |late: &mut Late| matches!(&msg, Some(Msg::Key(key)) if late.swallows(key));
        Ok(if self.late.as_mut().is_some_and(swallowed) { None } else { msg })
    }
}

fn readable(within: Duration) -> rustix::io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    let within = Timespec::try_from(within).map_err(|_| rustix::io::Errno::INVAL)?;
    Ok(poll(&mut fds, Some(&within))? > 0)
}

fn next_input() -> io::Result<Option<Msg>> {
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
