//! Every file of `fixtures/demo`, embedded. A test compares this list with the folder; `UPDATE=1` rewrites it.

macro_rules! embed {
    ($($name:literal)*) => { &[$(($name, include_bytes!(concat!("../../fixtures/demo/", $name)))),*] };
}

/// Name and bytes.
pub(super) const FILES: &[(&str, &[u8])] = embed![
    "base.png"
    "cemetery.png"
    "de-10-auftakt.md"
    "de-30-ankunft.md"
    "de-50-kein-durchbruch.md"
    "en-30-arrival.md"
    "en-50-no-deal.md"
    "en-58-cemetery.md"
    "lecterns.png"
    "outlets.toml"
    "runway.png"
];
