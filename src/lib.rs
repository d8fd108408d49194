//! # wiredesk: the map
//!
//! A wire desk for the terminal: feeds are polled into a local cache and read in four panes. One package: this library
//! holds everything, `main.rs` is thin. Pure in the middle, effects at the rim, every fact declared once.
//!
//! ```text
//! main -> cli -> app ----------------+        imports run downwards only, along the lines
//!                 |        demo      |
//!                 |          |       |
//!                poll        |       |        fetch, ingest, store, ui never import each other;
//!      +----------+----------+       |        each sees the world only as `model` types
//!    fetch      ingest     store     ui
//!      +----------+-----+----+-------+
//!                     model                   imports nothing of ours
//! ```
//!
//! `export` (articles -> bytes for elsewhere) imports `model` alone, and only app and cli import it.
//! `clock`, `config` and `packs` stand beside the picture: anyone above `model` may be handed their values.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod export;
pub mod fetch;
pub mod ingest;
pub mod model;
pub mod packs;
pub mod poll;
pub mod store;
pub mod ui;
