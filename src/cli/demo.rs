//! `wiredesk demo`: the reader on a summit replayed from inside the program.

use clap::Args;
use jiff::SignedDuration;

use super::{CliError, Context, Looks};
use crate::app::{self, Setup};
use crate::demo::{self, DAWN, DUSK};
use crate::ingest::extract::Sites;
use crate::poll::{Schedule, live::Pace};

/// Open the reader on a summit replayed from inside the program; needs no network
#[derive(Args, Debug)]
pub struct Demo {
    /// Minutes of the summit that pass in a second
    #[arg(long, value_name = "N", default_value_t = demo::Pace::default().speed)]
    pace: f64,
    /// Where in the day to begin, from 0 to 1 (if absent, shortly before the two presidents face the press)
    #[arg(long, value_name = "PART")]
    from: Option<f64>,
    /// Seconds between two polls of a feed
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    every: u64,
    #[command(flatten)]
    looks: Looks,
}

impl Demo {
    /// Runs it, in a cache of its own that begins empty.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let day = DUSK.duration_since(DAWN).as_secs_f64();
        let start = self.from.map_or(demo::Pace::default().start, |part| DAWN + SignedDuration::from_secs_f64(day * part.clamp(0.0, 1.0)));
        // Dated as if it happened now, so that the lists look as on the day.
        let pace = demo::Pace { speed: self.pace, start, launched: Some(cx.clock.now()) };
        // Of its own for each process: its server, and so every address in it, ends with it.
        let cache = cx.cache.join(format!("demo-{}", std::process::id()));
        let mut setup = Setup { folder: cx.folder(), ..Setup::new(&cache, cx.config()?, &cx.clock, cx.registry()?, Sites::default()) };
        // Said before the command or after it.
        cx.looks.set(&mut setup.config.screen);
        self.looks.set(&mut setup.config.screen);
        let every = SignedDuration::from_secs(self.every.clamp(1, 600).cast_signed());
        setup.schedule = Schedule {
            interval: every,
            floor: every,
            ceiling: every,
            backoff: every,
            refresh: SignedDuration::from_secs(1),
            page: every,
            pace: Pace { start: every, fast: every, slow: every * 3, floor: SignedDuration::from_secs(1), ..Pace::default() },
            ..Schedule::default()
        };
        setup.host_gap = std::time::Duration::ZERO;
        Ok(app::run(&setup, Some(pace))?)
    }
}
