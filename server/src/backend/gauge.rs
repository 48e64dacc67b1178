//! What machines are told of the data: how far sources, hooks and notices are.

use app::backend::AppError;
use domain::cost::ControlTotal;
use domain::coverage::SourceState;
use domain::hook::{HookState, PollState};
use domain::notice::Notice;

use super::pages::notices_from;
use super::{LiveBackend, internal};

/// How far everything is at one moment.
#[derive(Clone, Debug)]
pub struct Gauges {
    /// The revision of the database.
    pub revision: i64,
    /// How far each source has told its story.
    pub sources: Vec<SourceState>,
    /// The bill as it was delivered.
    pub totals: Vec<ControlTotal>,
    /// What came to each hook.
    pub hooks: Vec<HookState>,
    /// How far sources of incidents were asked.
    pub polls: Vec<PollState>,
    /// What chats and mailboxes are to hear, of the last weeks.
    pub notices: Vec<Notice>,
}

impl LiveBackend {
    /// How far everything is.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn gauges(&self) -> Result<Gauges, AppError> {
        let moment = self.moment().await?;
        let read = async {
            Ok::<_, store::StoreError>(Gauges {
                revision: moment.revision,
                sources: self.store.source_states().await?,
                totals: self.store.cost_control_totals().await?,
                hooks: self.store.hook_state_list().await?,
                polls: self.store.poll_state_list().await?,
                notices: self.store.notice_list(notices_from(moment.as_of)).await?,
            })
        };
        read.await.map_err(|error| internal(&error))
    }
}
