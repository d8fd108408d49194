//! What happens in the background: feeds that are due are fetched, read and filed.

pub mod schedule;
