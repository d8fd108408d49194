//! The parts under test, by themselves: `ingest` and the `model` that it imports, without the network, the cache and the
//! screen. What the library leaves out here is built in a minute, and again after each fix.
#![allow(dead_code)] // what only the other parts use

#[path = "../../../src/ingest/mod.rs"]
pub mod ingest;
#[path = "../../../src/model/mod.rs"]
pub mod model;
