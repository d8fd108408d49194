//! The only reader of the system time. Everything else is handed the time, so that a test can hold it still.

use jiff::{Timestamp, tz::TimeZone};

/// Where the time comes from: the system, or one fixed moment (`WIREDESK_NOW`, RFC 3339, for tests and screenshots).
#[derive(Clone, Debug)]
pub struct Clock {
    fixed: Option<Timestamp>,
    zone: TimeZone,
}

impl Clock {
    /// The system's clock and zone; `WIREDESK_NOW` holds it still.
    pub fn system() -> Self {
        let fixed = std::env::var("WIREDESK_NOW").ok().and_then(|s| s.parse().ok());
        Self { fixed, zone: TimeZone::system() }
    }

    /// One moment, for ever.
    pub fn fixed(now: Timestamp, zone: TimeZone) -> Self {
        Self { fixed: Some(now), zone }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }

    /// The zone that times are shown in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}
