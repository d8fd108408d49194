//! Every screen at the sizes that people have, as text.

use super::Desk;
use super::cache::summit;
use crate::model::Progress;
use crate::ui::Msg;

/// Prints screens, to look at them: `LOOK="j enter" SIZE=100x30 cargo test --lib ui::tests::screens::look -- --nocapture`.
#[test]
fn look() {
    let Ok(keys) = std::env::var("LOOK") else { return };
    let sizes = std::env::var("SIZE").unwrap_or_else(|_| "160x45 120x36 80x24 60x20 40x15".into());
    for size in sizes.split(' ') {
        let (cols, rows) = size.split_once('x').unwrap();
        let mut desk = Desk::open(summit()).size(cols.parse().unwrap(), rows.parse().unwrap());
        desk.send(Msg::Progress(Progress { done: 3, total: 12, new: 2, ..Progress::default() }));
        println!("{}", desk.keys(&keys).screen());
    }
}
