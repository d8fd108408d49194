//! The screens, tested as a reader meets them: keys in, a drawn screen out, a made-up cache behind it.

mod cache;
mod desk;
mod feeds;
mod filter;
mod find;
mod german;
mod kept;
mod linear;
mod mouse;
mod pictures;
mod properties;
mod scene;
mod screens;
mod search;
mod share;
mod steps;

pub(super) use cache::article;
pub(super) use desk::Desk;
