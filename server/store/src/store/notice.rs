//! What chat channels and mailboxes are to hear of.

use async_trait::async_trait;
use domain::notice::Notice;
use jiff::Timestamp;

use crate::error::StoreError;
use crate::types::{NoticeChange, NoticeEnd};

/// Notices and how far each has come.
#[async_trait]
pub trait NoticeStore {
    /// Notices written at or after an instant, the newest first.
    async fn notice_list(&self, since: Timestamp) -> Result<Vec<Notice>, StoreError>;

    /// Keeps, rewords and settles notices; what is there already changes nothing. Answers whether anything
    /// changed.
    async fn notice_apply(&self, changes: Vec<NoticeChange>, at: Timestamp) -> Result<bool, StoreError>;

    /// Notices that wait and are due, the oldest first.
    async fn notice_due(&self, at: Timestamp) -> Result<Vec<Notice>, StoreError>;

    /// Takes a due notice to send it: counts an attempt and lets it be due again at `again_at`, in case that
    /// the sender is killed. False when another sender has it.
    async fn notice_claim(
        &self,
        notice: &Notice,
        again_at: Timestamp,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Puts a notice off; it never comes sooner by that.
    async fn notice_delay(&self, id: i64, due_at: Timestamp) -> Result<(), StoreError>;

    /// Keeps how an attempt to send a notice ended.
    async fn notice_end(&self, id: i64, end: NoticeEnd, at: Timestamp) -> Result<(), StoreError>;

    /// Lets notices that failed and still hold be sent again; answers how many.
    async fn notice_retry(&self, at: Timestamp) -> Result<u64, StoreError>;
}
