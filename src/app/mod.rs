//! The foreground: joins screen, cache and poller. The main thread owns model and terminal and never waits for disk, net
//! or lock; everything that happens reaches it through one inbox, and everything it wants done leaves it as an effect.
//!
//! | thread | owns |
//! |---|---|
//! | `main` | the interface's model and the terminal |
//! | `input` | reading the terminal |
//! | `signals` | SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGWINCH |
//! | `reader` | a read-only connection; answers questions, the latest of a kind wins |
//! | `writer` | the only read-write connection (`poll::filing`) |
//! | `net` | the runtime, with the poller |

mod alert;
mod background;
pub mod import;
mod input;
mod links;
mod look;
mod outside;
mod perform;
pub mod pictures;
mod reader;
pub mod share;
mod terminal;

pub use background::{Background, Setup, StartError};
pub use look::Look;
pub use terminal::columns;

use jiff::Timestamp;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use tokio::sync::mpsc as tokio_mpsc;

use crate::config;
use crate::demo::{self, Pace};
use crate::model::{Alert, Answer, Change, Clean, Language, Limits, Ticket};
use crate::packs;
use crate::poll::{self, Poller, filing::Filed};
use crate::store;
use crate::ui::lang::say;
use crate::ui::{self, Model, Msg};
use input::Came;
use look::{Follow, Heard};
use perform::World;
use pictures::Pictures;
use pictures::canvas::{self, Surroundings};
use pictures::listen::Answers;
use terminal::Terminal;

/// Background news is drawn at most this often; what the reader does is drawn at once.
const CALM: Duration = Duration::from_millis(50);

/// How long the first frame waits for the cache's headlines, so that it does not flash empty.
const PATIENCE: Duration = Duration::from_millis(150);

/// Everything that can reach the main thread.
#[allow(clippy::large_enum_variant)] // few are alive at a time
pub(crate) enum Happened {
    /// A key, the mouse, a resize, a paste.
    Input(Msg),
    /// The terminal said what its background is.
    Ground(Heard),
    /// The cache's answer.
    Answered(Ticket, Answer),
    /// A change was filed, or not.
    Filed(Filed),
    /// Somebody wrote to the cache.
    CacheChanged,
    /// What the reader is to be told of, unless somebody else has.
    Alerts(Vec<Alert>),
    /// Those of them that are ours to tell.
    Alert(Vec<Alert>),
    /// The poller tells.
    Polling(poll::Event),
    /// The terminal said (or did not say) what pictures it can show.
    Told(Answers),
    /// A picture that was wanted.
    Picture(ui::picture::Wanted, Result<pictures::Made, Clean>),
    /// A note for the status line.
    Notice(ui::Level, Clean),
    /// What the command said that an article was handed to.
    Piped(Result<Clean, Clean>),
    /// The world wants the program to stop for now (SIGTSTP).
    Suspend,
    /// The world wants the program to end.
    End,
}

/// Why the reader could not run.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Cache or network.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The terminal, or a thread.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// A theme that is not there.
    #[error("{0}")]
    Theme(String),
}

impl From<store::StoreError> for AppError {
    fn from(e: store::StoreError) -> Self {
        Self::Start(e.into())
    }
}

/// Runs the reader until the user quits; with a `demo`, on a cache that begins empty and a server inside the program.
pub fn run(setup: &Setup, demo: Option<Pace>) -> Result<(), AppError> {
    if demo.is_some() {
        empty(&setup.cache)?;
    }
    let look = Look::load(&setup.config.screen, &setup.folder).map_err(AppError::Theme)?;
    let mut background = Background::start_to_read(setup)?;
    // Nobody who leaves waits for stories to be found.
    background.hurry = true;
    let _server = demo.map(|pace| start_demo(&background, pace)).transpose()?;
    if background.only_read.is_none() {
        put_views(&background, &setup.config.view)?;
    }
    let (inbox, happened) = mpsc::channel();
    // Before the terminal is taken: a signal at any later moment must find somebody who gives it back.
    start_signals(inbox.clone())?;
    let mut terminal = Terminal::enter(
        setup.config.screen.mouse,
        look.follows(),
        links::wanted(setup.config.screen.links, |name| std::env::var(name).ok()),
    )?;
    let result = session(setup, look, &background, &mut terminal, inbox, &happened, demo.is_some());
    // The screen goes back before the background ends, which may take a moment.
    drop(terminal);
    drop(background);
    if demo.is_some() {
        empty(&setup.cache)?;
    }
    result
}

/// The demo's cache is its own and begins empty each time. Only what a cache consists of is removed.
fn empty(cache: &std::path::Path) -> std::io::Result<()> {
    let file = store::FILE.to_owned();
    for name in [file.clone(), file.clone() + "-wal", file + "-shm", "poll.lock".to_owned()] {
        match std::fs::remove_file(cache.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    pictures::shelf::Shelf::of(cache).clear();
    store::snapshot::clear(cache);
    // Only if nothing else is in it.
    let _ = std::fs::remove_dir(cache);
    Ok(())
}

/// The configuration's views, into the desk.
fn put_views(background: &Background, views: &[crate::config::View]) -> Result<(), AppError> {
    for view in views {
        // Checked when the configuration was read.
        let Ok(query) = view.query.parse() else { continue };
        if let Some(filed) = background.block_on(background.tools.filing.file(Change::View { name: Clean::line(&view.name), query })) {
            filed?;
        }
    }
    Ok(())
}

fn start_demo(background: &Background, pace: Pace) -> Result<demo::Server, AppError> {
    let launch = Instant::now();
    let server = background.block_on(demo::serve(demo::Replay::load(), pace, move || launch.elapsed()))?;
    for (address, settings) in server.feeds() {
        background.block_on(background.tools.subscribe_unseen(&address, &settings))?;
    }
    Ok(server)
}

fn session(
    setup: &Setup,
    look: Look,
    background: &Background,
    terminal: &mut Terminal,
    inbox: Sender<Happened>,
    happened: &Receiver<Happened>,
    demo: bool,
) -> Result<(), AppError> {
    let reader = reader::start(setup, inbox.clone())?;
    let (commands, orders) = tokio_mpsc::channel(64);
    // Who starts it looks at it.
    let _ = commands.try_send(poll::Command::Look(true));
    let (tell, mut told) = tokio_mpsc::unbounded_channel();
    match &background.only_read {
        None => {
            let mut poller = Poller::new(background.tools.clone(), tell);
            background.runtime().spawn(async move { poller.watch(orders).await });
        }
        // Nothing that a poll brings could be kept; what is wished of it is answered so.
        Some(why) => {
            let words = format!("Only reading: {} No marks are kept and nothing is polled.", why.what);
            let _ = inbox.send(Happened::Notice(ui::Level::Error, Clean::line(&words)));
            drop(orders);
        }
    }
    let to = inbox.clone();
    background.runtime().spawn(async move {
        while let Some(event) = told.recv().await {
            if to.send(Happened::Polling(event)).is_err() {
                return;
            }
        }
    });
    start_input(inbox.clone())?;
    let (cols, rows) = terminal.size()?;
    let around = Surroundings::here();
    let wish = setup.config.screen.pictures;
    let known = canvas::before_asking(wish, setup.config.screen.linear || look.theme().name() == "none", &around);
    if known.is_none() {
        terminal.ask()?;
    }
    // What this thread says itself, the reader reads too.
    let language = language(setup.config.screen.language);
    let _speaking = ui::speak(language);
    let (keys, wrong_keys) = keys(&setup.config);
    let (mut model, effects) = Model::new(ui::Options {
        theme: look.theme().clone(),
        demo,
        offers: packs::packs()
            .iter()
            .map(|p| ui::Offer { name: p.name.clone(), about: p.about.clone(), changes: packs::subscriptions(p) })
            .collect(),
        by: setup.config.list.rows,
        justify: setup.config.screen.justify,
        sizes: ui::layout::Sizes {
            desk: setup.config.screen.desk_width,
            headlines: setup.config.screen.headlines_width,
            sources: setup.config.screen.sources_height,
        },
        mouse: setup.config.screen.mouse,
        limits: Limits { floor: setup.schedule.floor, ceiling: setup.schedule.ceiling },
        linear: setup.config.screen.linear,
        motion: setup.config.screen.motion,
        keys,
        pipe: setup.config.pipe.command.clone().unwrap_or_default(),
        language,
        manner: manner(),
        ..ui::Options::new((cols, rows), setup.clock.now(), setup.clock.zone().clone())
    });
    let wrong_rules = setup.config.rules().1;
    let wrong: Vec<&String> = wrong_keys.iter().chain(&wrong_rules).chain(look.wrong()).collect();
    if let Some(first) = wrong.first() {
        let more =
            if wrong.len() > 1 { format!(" ({}: wiredesk doctor)", say!("sources-more", n = wrong.len() - 1)) } else { String::new() };
        let _ = inbox.send(Happened::Notice(ui::Level::Error, Clean::line(&format!("{first}{more}"))));
    }
    let pictures = Pictures::new(background.tools.clone(), background.runtime().handle().clone(), inbox.clone());
    let mut world = World::new(setup, look, background.tools.filing.clone(), reader, commands, inbox, pictures);
    world.perform_all(effects, &mut model, terminal)?;
    if let Some(verdict) = known {
        world.show_pictures(verdict.canvas, &mut model, terminal)?;
    }
    if first_answers(&mut model, &mut world, happened, terminal)? == Took::End {
        return Ok(());
    }
    terminal.draw(&model)?;
    // For the test that a panic gives the terminal back; not in release builds.
    let asked = std::env::var("WIREDESK_TEST_PANIC");
    debug_assert!(asked.is_err(), "asked to panic: {}", asked.unwrap_or_default());
    let ran = main_loop(setup, &mut model, &mut world, happened, terminal);
    if let Some(piped) = world.piped.take() {
        piped.end(); // as when the reader quits
    }
    ran?;
    terminal.send(&world.pictures.want(Vec::new()))?;
    // Marks that were sent are filed by the writer before it ends; nothing more is needed here.
    Ok(())
}

/// The keys as the configuration has them, and what is wrong there.
pub fn keys(config: &crate::config::Config) -> (ui::Keymap, Vec<String>) {
    let own = config.keys.rows.iter().map(|row| ui::keymap::Own {
        line: row.line,
        place: row.place.clone(),
        keys: row.keys.clone(),
        command: row.command.clone(),
    });
    let (keys, wrong) = ui::Keymap::configured(config.keys.leader.as_deref(), &own.collect::<Vec<_>>());
    (keys, wrong.into_iter().map(|words| format!("[keys] {words}")).collect())
}

/// How times and numbers are written, by the variables that say so, the first first.
fn manner() -> ui::Manner {
    ui::Manner::of(&locale("LC_TIME"))
}

/// The language of the screen's words.
fn language(wish: config::Language) -> Language {
    match wish {
        config::Language::Auto => Language::of(&locale("LC_MESSAGES")),
        config::Language::En => Language::En,
        config::Language::De => Language::De,
    }
}

/// What the environment says of a part of the locale.
fn locale(part: &str) -> String {
    ["LC_ALL", part, "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty())).unwrap_or_default()
}

/// How this terminal can show pictures and why, for `wiredesk doctor`.
pub fn pictures_here(config: &crate::config::Config) -> canvas::Verdict {
    let (wish, around) = (config.screen.pictures, Surroundings::here());
    canvas::before_asking(wish, config.screen.linear || config.screen.theme == "none", &around).unwrap_or_else(|| {
        match terminal::consult() {
            Ok((answers, cell)) => canvas::after_asking(wish, &around, &answers, cell),
            Err(e) => canvas::Verdict { canvas: None, why: format!("none: the terminal cannot be asked ({e})") },
        }
    })
}

/// Waits a moment for the cache's first answers.
fn first_answers(model: &mut Model, world: &mut World, happened: &Receiver<Happened>, terminal: &mut Terminal) -> Result<Took, AppError> {
    let until = Instant::now() + PATIENCE;
    while model.waiting() {
        match happened.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(h) => {
                if take(h, model, world, terminal)? == Took::End {
                    return Ok(Took::End);
                }
            }
            Err(_) => break,
        }
    }
    Ok(Took::Background)
}

fn main_loop(
    setup: &Setup,
    model: &mut Model,
    world: &mut World,
    happened: &Receiver<Happened>,
    terminal: &mut Terminal,
) -> Result<(), AppError> {
    let mut drawn = Instant::now();
    let mut stale = false;
    loop {
        let now = setup.clock.now();
        let mut wait = world.next_wake().unwrap_or_else(|| until_next_minute(now));
        if stale {
            wait = wait.min(CALM.saturating_sub(drawn.elapsed()));
        }
        let mut pressing = false;
        match happened.recv_timeout(wait) {
            Ok(first) => {
                for h in std::iter::once(first).chain(happened.try_iter()) {
                    stale = true;
                    match take(h, model, world, terminal)? {
                        Took::Background => {}
                        Took::Reader => pressing = true,
                        Took::End => return Ok(()),
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                let mut reminded = false;
                while let Some(number) = world.reminder() {
                    (reminded, stale) = (true, true);
                    let effects = ui::update(model, Msg::Reminded(number));
                    if world.perform_all(effects, model, terminal)? == perform::Went::Ended {
                        return Ok(());
                    }
                }
                if world.woken() || !(stale || reminded) {
                    let effects = ui::update(model, Msg::Tick(setup.clock.now()));
                    if world.perform_all(effects, model, terminal)? == perform::Went::Ended {
                        return Ok(());
                    }
                    stale = true;
                }
                pressing = true;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        if stale && (pressing || drawn.elapsed() >= CALM) {
            terminal.draw(model)?;
            drawn = Instant::now();
            stale = false;
        }
    }
}

/// What kind of thing was taken from the inbox.
#[derive(PartialEq, Eq)]
enum Took {
    Reader,
    Background,
    End,
}

fn take(happened: Happened, model: &mut Model, world: &mut World, terminal: &mut Terminal) -> Result<Took, AppError> {
    let (msg, took) = match happened {
        Happened::Input(msg) => {
            match msg {
                Msg::Resize { .. } => {
                    world.cell_resized(model, terminal)?;
                    // Of many sizes in a row only the last is seen: it may be the old one, and the screen is not what it was.
                    terminal.forget()?;
                }
                // Who comes back may have turned the lights on.
                Msg::Focus(true) => terminal.ask_ground()?,
                _ => {}
            }
            (msg, Took::Reader)
        }
        Happened::Ground(heard) => match world.look.heard(heard) {
            Follow::Show(theme) => (Msg::Theme(theme), Took::Reader),
            Follow::Ask => {
                terminal.ask_ground()?;
                return Ok(Took::Background);
            }
            Follow::Stay => return Ok(Took::Background),
        },
        Happened::Answered(ticket, answer) => {
            if let Answer::Article(Some(article)) = &answer
                && article.pending
            {
                world.want_page(article.id);
            }
            (Msg::Answer { ticket, answer }, Took::Reader)
        }
        Happened::Filed(filed) => {
            (Msg::Applied(filed.map_err(|e| Clean::line(&e.to_string())).and_then(|a| a.failure.clone().map_or(Ok(a), Err))), Took::Reader)
        }
        Happened::Told(answers) => {
            let answers = Answers { took: terminal.asked_since(), ..answers };
            let verdict = canvas::after_asking(world.pictures_wish, &Surroundings::here(), &answers, terminal.cell());
            world.show_pictures(verdict.canvas, model, terminal)?;
            return Ok(Took::Background);
        }
        Happened::Picture(wanted, result) => {
            let Some((result, before)) = world.pictures.take(&wanted, result) else { return Ok(Took::Background) };
            terminal.send(&before)?;
            (Msg::Picture(wanted, result), Took::Reader)
        }
        Happened::CacheChanged => (Msg::CacheChanged, Took::Background),
        Happened::Alerts(alerts) => {
            world.claim(alerts);
            return Ok(Took::Background);
        }
        Happened::Alert(alerts) => match world.alert(&alerts, terminal)? {
            Some(text) => (Msg::Notice { level: ui::Level::Info, text }, Took::Reader),
            None => return Ok(Took::Background),
        },
        Happened::Piped(said) => {
            world.piped = None;
            (Msg::Piped(said), Took::Reader)
        }
        Happened::Notice(level, text) => (Msg::Notice { level, text }, Took::Reader),
        Happened::Polling(poll::Event::Progress(p)) => (Msg::Progress(p), Took::Background),
        // The status line counts failures and the list of feeds explains them; a note for each would hide the rest.
        Happened::Polling(poll::Event::Polled { .. }) => return Ok(Took::Background),
        Happened::Polling(poll::Event::Cache(e)) => {
            (Msg::Notice { level: ui::Level::Error, text: Clean::line(&e.to_string()) }, Took::Reader)
        }
        Happened::End => return Ok(Took::End),
        Happened::Suspend => {
            world.perform_all(vec![ui::Effect::Suspend], model, terminal)?;
            return Ok(Took::Reader);
        }
    };
    let effects = ui::update(model, msg);
    Ok(match world.perform_all(effects, model, terminal)? {
        perform::Went::On => took,
        perform::Went::Ended => Took::End,
    })
}

fn until_next_minute(now: Timestamp) -> Duration {
    Duration::from_secs(60 - now.as_second().rem_euclid(60).unsigned_abs())
}

fn start_input(inbox: Sender<Happened>) -> std::io::Result<()> {
    std::thread::Builder::new().name("input".into()).spawn(move || {
        let give = |happened| inbox.send(happened).is_ok();
        // It ends with the program, or when the terminal is gone.
        let _ = input::read(|came| {
            give(match came {
                Came::Msg(msg) => Happened::Input(msg),
                Came::Ground(heard) => Happened::Ground(heard),
                Came::Shows(answers) => {
                    terminal::answered();
                    Happened::Told(answers)
                }
            })
        });
        give(Happened::End);
    })?;
    Ok(())
}

fn start_signals(inbox: Sender<Happened>) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGWINCH])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let happened = match signal {
                SIGTSTP => Happened::Suspend,
                SIGWINCH => match terminal::size() {
                    Ok((cols, rows)) => Happened::Input(Msg::Resize { cols, rows }),
                    Err(_) => continue,
                },
                _ => Happened::End,
            };
            if inbox.send(happened).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}
