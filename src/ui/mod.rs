//! The interface as data.

pub mod typeset;
