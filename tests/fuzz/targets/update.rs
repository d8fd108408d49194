//! Any bytes as what happens to the screen, keys and all else: it is drawn after each, and stays whole.
#![no_main]

mod desk;

use desk::{Desk, Rest, message};
use libfuzzer_sys::fuzz_target;
use wiredesk::ui::Keymap;

/// More messages than this find nothing that fewer do not.
const MOST: usize = 120;

fuzz_target!(|data: &[u8]| {
    let mut rest = Rest(data);
    let mut desk = Desk::new(&mut rest, Keymap::default());
    desk.check();
    for _ in 0..MOST {
        let Some(msg) = message(&mut rest) else { break };
        desk.send(msg);
        desk.check();
    }
});
