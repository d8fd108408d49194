//! Effect → world: what the screen asks for is done here, without ever waiting for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};
use tokio::sync::mpsc as tokio_mpsc;

use super::pictures::{Pictures, canvas::Canvas};
use super::reader::{Ask, Asked};
use super::terminal::Terminal;
use super::{AppError, Happened, Look, Setup, alert, import, outside, share};
use crate::clock::Clock;
use crate::config;
use crate::export;
use crate::ingest::attribute::Agencies;
use crate::model::{Address, Alert, Article, ArticleId, Change, Clean, Format};
use crate::poll::{self, filing::Filing};
use crate::ui::lang::{put, say};
use crate::ui::{self, Effect, Level, Model, Msg};

/// Whether the program goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// It does.
    On,
    /// The user quit.
    Ended,
}

/// All that effects reach.
pub struct World {
    clock: Clock,
    filing: Filing,
    ask: Ask,
    poller: tokio_mpsc::Sender<poll::Command>,
    inbox: Sender<Happened>,
    config: config::Config,
    registry: Arc<Agencies>,
    /// The command under way that an article was handed to.
    pub piped: Option<share::Piped>,
    /// The pictures in the text.
    pub pictures: Pictures,
    /// How the reader wants them.
    pub pictures_wish: config::Pictures,
    /// When the screen wants to be woken, soonest first.
    wakes: BTreeSet<Instant>,
    /// And of what it wants to be reminded.
    reminders: BTreeSet<(Instant, u64)>,
    /// The article whose page was asked for last, so that it is asked for once.
    page: Option<ArticleId>,
    /// How the screen looks.
    pub look: Look,
}

impl World {
    /// The world of one session.
    pub fn new(
        setup: &Setup,
        look: Look,
        filing: Filing,
        ask: Ask,
        poller: tokio_mpsc::Sender<poll::Command>,
        inbox: Sender<Happened>,
        pictures: Pictures,
    ) -> Self {
        Self {
            clock: setup.clock.clone(),
            filing,
            ask,
            poller,
            inbox,
            config: setup.config.clone(),
            registry: setup.registry.clone(),
            piped: None,
            pictures,
            pictures_wish: setup.config.screen.pictures,
            wakes: BTreeSet::new(),
            reminders: BTreeSet::new(),
            page: None,
            look,
        }
    }

    /// Until the screen wants to be woken.
    pub fn next_wake(&self) -> Option<Duration> {
        let first = self.wakes.first().copied().into_iter().chain(self.reminders.first().map(|(at, _)| *at)).min();
        first.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// A reminder that is due; asked until there is none.
    pub fn reminder(&mut self) -> Option<u64> {
        let due = self.reminders.first().is_some_and(|(at, _)| *at <= Instant::now());
        if due { self.reminders.pop_first().map(|(_, number)| number) } else { None }
    }

    /// Whether that time has come; asked once.
    pub fn woken(&mut self) -> bool {
        let now = Instant::now();
        let before = self.wakes.len();
        self.wakes.retain(|at| *at > now);
        self.wakes.len() < before
    }

    /// An article that waits for its page was opened: that page comes first.
    pub fn want_page(&mut self, id: ArticleId) {
        if self.page != Some(id) && self.poller.try_send(poll::Command::Page(id)).is_ok() {
            self.page = Some(id);
        }
    }

    /// Performs `effects` in order.
    pub fn perform_all(&mut self, effects: Vec<Effect>, model: &mut Model, terminal: &mut Terminal) -> Result<Went, AppError> {
        for effect in effects {
            if self.perform(effect, model, terminal)? == Went::Ended {
                return Ok(Went::Ended);
            }
        }
        Ok(Went::On)
    }

    fn perform(&mut self, effect: Effect, model: &mut Model, terminal: &mut Terminal) -> Result<Went, AppError> {
        match effect {
            Effect::Ask { ticket, question, class } => {
                // A reader thread that is gone is told by its last answer; there is nothing to wait for.
                let _ = self.ask.send(Asked { ticket, question, class });
            }
            Effect::Change(change) => {
                if let Change::Save { ids, saved: true } = &change {
                    self.pictures.keep(ids.clone());
                }
                let inbox = self.inbox.clone();
                // What is followed may have changed with it.
                let follows = matches!(change, Change::Follow(_) | Change::Undo | Change::Redo).then(|| self.poller.clone());
                self.filing.send(change, move |filed| {
                    let _ = inbox.send(Happened::Filed(filed));
                    if let Some(poller) = follows {
                        // If it has its hands full it will look by itself.
                        let _ = poller.try_send(poll::Command::Followed);
                    }
                });
            }
            Effect::Refresh(feed) => {
                let scope = feed.map_or(poll::Scope::All, |id| poll::Scope::Feeds(vec![id]));
                match self.poller.try_send(poll::Command::Refresh(scope)) {
                    Ok(()) => {}
                    Err(tokio_mpsc::error::TrySendError::Full(_)) => self.notice(Level::Info, "A poll is under way already."),
                    Err(tokio_mpsc::error::TrySendError::Closed(_)) => {
                        self.notice(Level::Error, "Nothing is polled: the cache cannot be written.")
                    }
                }
            }
            Effect::Look(looks) => {
                // Told late it only goes on for a while.
                let _ = self.poller.try_send(poll::Command::Look(looks));
            }
            Effect::Open(address) => self.open(&address),
            Effect::OpenReader(address) => self.open_reader(&address),
            Effect::Copy(lines) => {
                let text = lines.iter().map(Clean::as_str).collect::<Vec<_>>().join("\n");
                terminal.copy(&text)?;
                share::copy(text);
            }
            Effect::Pipe { article, command } => self.pipe(&article, &command),
            Effect::StopPipe => {
                if let Some(piped) = self.piped.take() {
                    piped.stop();
                }
            }
            Effect::Export { article, format } => self.export(article, format),
            Effect::Import(path) => self.import(&path),
            Effect::Pictures(wanted) => terminal.send(&self.pictures.want(wanted))?,
            Effect::Redraw => {
                terminal.send(&self.pictures.again())?;
                terminal.forget()?;
            }
            Effect::Suspend => {
                terminal.suspend()?;
                terminal.send(&self.pictures.again())?;
                let (cols, rows) = terminal.size()?;
                let mut effects = ui::update(model, Msg::Resize { cols, rows });
                effects.extend(ui::update(model, Msg::Tick(self.clock.now())));
                return self.perform_all(effects, model, terminal);
            }
            Effect::Wake(after_ms) => {
                let at = Instant::now() + Duration::from_millis(after_ms);
                self.wakes.insert(at);
            }
            Effect::Remind(number, after_ms) => {
                self.reminders.insert((Instant::now() + Duration::from_millis(after_ms), number));
            }
            Effect::Quit => {
                if let Some(piped) = self.piped.take() {
                    piped.end();
                }
                return Ok(Went::Ended);
            }
        }
        Ok(Went::On)
    }

    /// From now on pictures are drawn like this.
    pub fn show_pictures(&mut self, canvas: Option<Canvas>, model: &mut Model, terminal: &mut Terminal) -> Result<(), AppError> {
        terminal.send(&self.pictures.on(canvas))?;
        let effects = ui::update(model, Msg::Pictures(canvas.map(|c| c.cell)));
        self.perform_all(effects, model, terminal).map(|_| ())
    }

    /// The window has another size, and with another font its cells do too: what was made for the old ones would not fit.
    pub fn cell_resized(&mut self, model: &mut Model, terminal: &mut Terminal) -> Result<(), AppError> {
        let Some((canvas, cell)) = self.pictures.canvas().zip(terminal.cell()) else { return Ok(()) };
        if canvas.of_pixels() && canvas.cell != cell {
            self.show_pictures(Some(Canvas { cell, ..canvas }), model, terminal)?;
        }
        Ok(())
    }

    fn notice(&self, level: Level, text: &str) {
        let _ = self.inbox.send(Happened::Notice(level, Clean::line(text)));
    }

    /// Opens an address in the browser: the configuration's command, $BROWSER, or the system's own. Never a shell: the
    /// command is split first, and the address is one argument that begins with `http`.
    fn open(&self, address: &Address) {
        let wanted = self.config.open.browser.clone().or_else(|| std::env::var("BROWSER").ok().filter(|b| !b.trim().is_empty()));
        let result = match wanted {
            Some(line) => launch(&line, address),
            None => open::that_detached(address.as_str()).map_err(|e| e.to_string()),
        };
        match result {
            Ok(()) => self.notice(Level::Info, &format!("opened {}", address.site())),
            Err(e) => {
                self.notice(Level::Error, &format!("Could not open a browser: {e}. Name one in the configuration: [open] browser = \"…\"."))
            }
        }
    }
}

impl World {
    /// Opens an address in the configuration's other program.
    fn open_reader(&self, address: &Address) {
        let Some(line) = &self.config.open.reader else {
            return self.notice(Level::Error, "No reader is named: [open] reader = \"…\" in the configuration names one.");
        };
        match launch(line, address) {
            Ok(()) => self.notice(Level::Info, &format!("opened {}", address.site())),
            Err(e) => self.notice(Level::Error, &format!("Could not open the reader: {e}")),
        }
    }

    fn pipe(&mut self, article: &Article, command: &str) {
        let format = Format::named(&self.config.pipe.format).unwrap_or(Format::Text);
        let bytes = export::one(article, format, self.clock.zone(), self.clock.now());
        let inbox = self.inbox.clone();
        let tell = move |said| drop(inbox.send(Happened::Piped(said)));
        match share::pipe(command, bytes, self.config.pipe.time_limit.0, tell) {
            Ok(piped) => self.piped = Some(piped),
            Err(words) => drop(self.inbox.send(Happened::Piped(Err(words)))),
        }
    }

    /// Reads another reader's file away from the screen; its news is asked for at once.
    fn import(&self, path: &str) {
        let path = share::at_home(Path::new(path.trim_matches(['"', '\''])));
        let (filing, registry, now) = (self.filing.clone(), self.registry.clone(), self.clock.now());
        let (inbox, poller) = (self.inbox.clone(), self.poller.clone());
        let run = move || {
            let (level, words) = match import::import(&path, &filing, &registry, now) {
                Ok(sums) => {
                    if sums.added > 0 {
                        // If it has its hands full it asks them with the next round.
                        let _ = poller.try_send(poll::Command::Refresh(poll::Scope::All));
                    }
                    (Level::Info, sums.words())
                }
                Err(e) => (Level::Error, format!("{}: {e}", path.display())),
            };
            let _ = inbox.send(Happened::Notice(level, Clean::line(&words)));
        };
        let _ = std::thread::Builder::new().name("import".into()).spawn(run);
    }

    fn export(&self, article: Box<Article>, format: Format) {
        let (zone, now) = (self.clock.zone().clone(), self.clock.now());
        let folder = share::folder(self.config.export.folder.as_deref());
        let inbox = self.inbox.clone();
        let run = move || {
            let bytes = export::one(&article, format, &zone, now);
            let (level, words) = match share::write_new(&folder, &export::file_name(&article, &zone), format.ending(), &bytes) {
                Ok(path) => (Level::Info, format!("exported to {}", path.display())),
                Err(e) => (Level::Error, format!("{}: {e}", folder.display())),
            };
            let _ = inbox.send(Happened::Notice(level, Clean::line(&words)));
        };
        let _ = std::thread::Builder::new().name("export".into()).spawn(run);
    }
}

impl World {
    /// Claims alerts before they are told, so that no two programs tell one.
    pub fn claim(&self, alerts: Vec<Alert>) {
        let corrections = self.config.alert.corrections;
        let (ours, claimed) = mpsc::channel();
        let mut all = Some(claimed);
        let last = alerts.len().saturating_sub(1);
        for (at, alert) in alerts.into_iter().enumerate() {
            let (tell, ours) = (self.inbox.clone(), ours.clone());
            // They are filed in their order; the last one speaks for all.
            let all = if at == last { all.take() } else { None };
            self.filing.send(Change::Alerted { article: alert.article, version: alert.version }, move |filed| {
                if filed.is_ok_and(|applied| applied.count > 0) && (corrections || !alert.corrects()) {
                    let _ = ours.send(alert);
                }
                let told: Vec<Alert> = all.iter().flat_map(mpsc::Receiver::try_iter).collect();
                if !told.is_empty() {
                    let _ = tell.send(Happened::Alert(told));
                }
            });
        }
    }

    /// Tells alerts outside the screen; what the screen says of them.
    pub fn alert(&self, alerts: &[Alert], terminal: &mut Terminal) -> Result<Option<Clean>, AppError> {
        terminal.send(&alert::sequences(&self.config.alert, alerts, |name| std::env::var(name).ok()))?;
        if let Some(line) = &self.config.alert.command
            && let Err(e) = alert::run(line, alerts)
        {
            self.notice(Level::Error, &format!("Could not run the alert's command: {e}"));
        }
        let more = if alerts.len() > 1 { format!(" ({})", say!("sources-more", n = alerts.len() - 1)) } else { String::new() };
        Ok(alerts.first().map(|a| Clean::line(&format!("{}: {} · {}{more}", a.why, put(&a.words()), a.outlet))))
    }
}

fn launch(line: &str, address: &Address) -> Result<(), String> {
    let mut argv = shell_words::split(line).map_err(|e| format!("`{line}`: {e}"))?;
    let mut placed = false;
    for arg in &mut argv {
        for mark in ["%u", "%s"] {
            if arg.contains(mark) {
                *arg = arg.replace(mark, address.as_str());
                placed = true;
            }
        }
    }
    if !placed {
        argv.push(address.as_str().to_owned());
    }
    outside::start(&argv, "opener")
}
