//! What integration tests share: a scripted server, a hermetic home, the built program, a terminal around it.

pub mod home;
pub mod pty;
pub mod screen;
pub mod server;
pub mod svg;
pub mod tls;
