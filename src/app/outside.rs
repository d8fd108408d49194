//! Programs of the reader's choice: started without a shell, with nothing to read and nowhere to write.

use std::process::{Command, Stdio};

/// Starts `argv`, waited for by a thread of this name: unwaited it would stay as a zombie for as long as the reader runs.
/// Why it could not be started, in words.
pub fn start(argv: &[String], thread: &str) -> Result<(), String> {
    let (program, args) = argv.split_first().ok_or("no command is named")?;
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("{program}: {e}"))?;
    let _ = std::thread::Builder::new().name(thread.into()).spawn(move || child.wait());
    Ok(())
}
