//! `wiredesk`: the reader.

use super::{CliError, Context};
use crate::app::{self, Setup};

/// Opens the reader.
pub fn run(cx: &mut Context) -> Result<(), CliError> {
    let setup = Setup::new(&cx.cache, &cx.config, &cx.clock, cx.registry()?);
    app::run(&setup, None).map_err(|e| CliError::Failed(e.to_string()))
}
