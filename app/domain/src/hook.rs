//! What pages tell of webhooks: how much came, what waits, what could not be used.

use jiff::Timestamp;

/// What came by one webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookState {
    /// The name of the source.
    pub source: String,
    /// How many different messages came.
    pub messages: i64,
    /// How many of them are not read yet.
    pub waiting: i64,
    /// When the last one came; UTC.
    pub received_at: Timestamp,
}

/// Why a message, or a part of it, could not be used; worded by its reader, in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookFault {
    /// The rule that it breaks.
    pub rule: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

/// A fault and the message that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookRemark {
    /// The name of the source.
    pub source: String,
    /// The number of the message in the log.
    pub number: i64,
    /// When it came; UTC.
    pub received_at: Timestamp,
    /// What is wrong.
    pub fault: HookFault,
}

/// A message of a webhook, or an answer, from which an incident follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncidentMessage {
    /// Its number in the log.
    pub number: i64,
    /// When it came; UTC.
    pub received_at: Timestamp,
    /// When it was read, which is when a version of the incident that follows from it was kept; UTC.
    pub read_at: Timestamp,
}

/// How far a source of incidents was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollState {
    /// The name of the source.
    pub source: String,
    /// The source that its incidents carry: the webhook it repairs, or itself.
    pub log: String,
    /// Until when all changes were asked for; UTC.
    pub changed_through: Timestamp,
    /// Back to when all incidents were asked for; UTC.
    pub history_from: Option<Timestamp>,
    /// When the incidents of the last weeks were last asked for, changed or not; UTC.
    pub swept_at: Option<Timestamp>,
    /// When a run last came to its end; UTC.
    pub finished_at: Option<Timestamp>,
    /// How many requests the last run made, also one that was cut.
    pub requests: i64,
    /// When the last run was cut and why, in English; `None` when it came to its end.
    pub failure: Option<(Timestamp, String)>,
}

/// After how many hours without a run that came to its end a source that is asked is late.
pub const POLL_LATE_HOURS: i64 = 24;

impl PollState {
    /// Whether no run came to its end for [`POLL_LATE_HOURS`]; of one that never did, since it was first asked.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        (now.as_second() - self.heard_at().as_second()) / 3600 >= POLL_LATE_HOURS
    }

    /// Until when the source was heard; of one of which no run came to its end, until it was first asked.
    #[must_use]
    pub fn heard_at(&self) -> Timestamp {
        self.finished_at.unwrap_or(self.changed_through)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn a_source_that_is_asked_is_late_after_a_day() {
        let finished: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let state = PollState {
            source: "pd".to_owned(),
            log: "pagerduty".to_owned(),
            changed_through: finished,
            history_from: None,
            swept_at: None,
            finished_at: Some(finished),
            requests: 1,
            failure: None,
        };
        assert!(!state.is_late(finished + 23.hours()));
        assert!(state.is_late(finished + 24.hours()));
        let never = PollState { finished_at: None, ..state };
        assert!(!never.is_late(finished + 23.hours()) && never.is_late(finished + 24.hours()));
    }
}
