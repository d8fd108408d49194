//! The one integration binary: what the parts do together and over real sockets. A file a subject; `support` is shared.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may fail as tests do

mod architecture;
mod demo_pages;
mod documents;
mod fetch;
mod fuzz;
mod manners;
mod news;
mod pages;
mod pictures;
mod program;
mod support;
mod takeover;
