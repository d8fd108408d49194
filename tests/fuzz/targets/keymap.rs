//! Any lines as the reader's own keys, and any keys typed after that: what a key is called is that key again, and no binding
//! makes another unreachable without a word.
#![no_main]

mod desk;

use desk::{Desk, Rest, message};
use libfuzzer_sys::fuzz_target;
use wiredesk::ui::{Key, Keymap, Msg, keymap::Own};

/// Keys typed.
const MOST: usize = 40;

fuzz_target!(|data: &[u8]| {
    // Lines of `place|keys|command` up to the first NUL; the first line is the leader.
    let end = data.iter().position(|b| *b == 0).unwrap_or(data.len());
    let text = String::from_utf8_lossy(&data[..end]);
    let mut lines = text.lines();
    let leader = lines.next().filter(|l| !l.is_empty());
    let own: Vec<Own> = lines
        .take(30)
        .enumerate()
        .map(|(line, row)| {
            let mut parts = row.splitn(3, '|').map(str::to_owned);
            let place = parts.next().filter(|p| !p.is_empty());
            Own { line: line + 2, place, keys: parts.next().unwrap_or_default(), command: parts.next().unwrap_or_default() }
        })
        .collect();
    for word in text.split(|c: char| c.is_whitespace() || c == '|') {
        if let Ok(key) = word.parse::<Key>() {
            assert_eq!(key.to_string().parse(), Ok(key), "{word:?} is called {key}");
        }
    }
    let (keys, wrong) = Keymap::configured(leader, &own);
    assert!(wrong.len() <= own.len() + 1);
    let mut rest = Rest(data.get(end + 1..).unwrap_or_default());
    let mut desk = Desk::new(&mut rest, keys);
    for _ in 0..MOST {
        let Some(msg) = message(&mut rest) else { break };
        if matches!(msg, Msg::Key(_)) {
            desk.send(msg);
        }
    }
    desk.check();
});
