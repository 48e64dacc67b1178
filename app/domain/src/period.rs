//! Half-open stretches of time.

use jiff::Timestamp;

/// From `start` up to but without `end`; both are instants, so a period has no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

impl Period {
    /// The elapsed seconds; 0 when the end does not lie after the start.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        (self.end.as_second() - self.start.as_second()).max(0)
    }

    /// Whether an instant lies inside.
    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    /// The part that both periods share, if it is longer than nothing.
    #[must_use]
    pub fn clip(&self, window: &Self) -> Option<Self> {
        let clipped = Self { start: self.start.max(window.start), end: self.end.min(window.end) };
        (clipped.start < clipped.end).then_some(clipped)
    }
}
