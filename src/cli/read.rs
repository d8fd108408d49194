//! `wiredesk`: the reader.

use super::{CliError, Context};
use crate::app;

/// Opens the reader.
pub fn run(cx: &mut Context) -> Result<(), CliError> {
    Ok(app::run(&cx.setup()?, None)?)
}
