//! The parts under test, by themselves: `ingest`, `ui` and `config` with the `model` that they import, without the network
//! and the cache. What the library leaves out here is built in a minute or two, and again after each fix.
#![allow(dead_code, unused_imports)] // what only the other parts use

#[path = "../../../src/config.rs"]
pub mod config;
#[path = "../../../src/ingest/mod.rs"]
pub mod ingest;
#[path = "../../../src/model/mod.rs"]
pub mod model;
#[path = "../../../src/ui/mod.rs"]
pub mod ui;

// The made-up cache that the screen's own tests have, and the day that stands in it.
#[path = "../../../src/ui/tests/cache.rs"]
pub mod cache;
#[path = "../../../src/ui/tests/scene.rs"]
pub mod scene;
