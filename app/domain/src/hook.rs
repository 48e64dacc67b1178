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
