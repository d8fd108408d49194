//! `wiredesk demo`: the reader on a summit replayed from inside the program.

use clap::Args;
use std::time::Duration;

use super::{CliError, Context};
use crate::app::{self, Setup};
use crate::demo::Pace;
use crate::poll::Schedule;

/// Open the reader on a summit replayed from inside the program; needs no network
#[derive(Args, Debug)]
pub struct Demo {
    /// Minutes of the summit that pass in a second
    #[arg(long, value_name = "N", default_value_t = Pace::default().speed)]
    pace: f64,
    /// Where in the day to begin, from 0 to 1
    #[arg(long, value_name = "PART", default_value_t = Pace::default().start)]
    from: f64,
    /// Seconds between two polls of a feed
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    every: u64,
}

impl Demo {
    /// Runs it, in a cache of its own that begins empty.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let pace = Pace { speed: self.pace.clamp(0.0, 600.0), start: self.from.clamp(0.0, 1.0) };
        let cache = cx.cache.join("demo");
        let mut setup = Setup::new(&cache, &cx.config, &cx.clock, cx.registry()?);
        let every = Duration::from_secs(self.every.clamp(1, 600));
        setup.schedule = Schedule { interval: every, floor: every, ceiling: every };
        setup.host_gap = Duration::ZERO;
        app::run(&setup, Some(pace)).map_err(|e| CliError::Failed(e.to_string()))
    }
}
