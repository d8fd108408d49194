//! What integration tests share.

pub mod server;
pub mod tls;
