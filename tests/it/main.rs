//! The one integration binary: what the parts do together and over real sockets. A file a subject; `support` is shared.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests may fail as tests do

mod alerts;
mod architecture;
mod coverage;
mod credits;
mod demo_groups;
mod demo_pages;
mod documents;
mod faults;
mod fetch;
mod further_pages;
mod fuzz;
mod groups;
mod hostile;
mod inspect;
mod language;
mod long;
mod manners;
mod metadata;
mod mouse;
mod news;
mod pages;
mod pages_again;
mod pictures;
mod program;
mod rules;
mod settings;
mod share;
mod slips;
mod support;
mod takeover;
mod versions;
mod watch;
