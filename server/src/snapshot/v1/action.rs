//! What people promised.

use serde::{Deserialize, Serialize};

use domain::action::ActionState;
use domain::incident_merge::IncidentKey;
use domain::review::actions::{ActionSection, ReviewAction};
use domain::tracker::{IssueFault, IssueState, TrackedIssue, TrackerKind};

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

words! {
    "state of an action item": ActionState {
        Open = "open",
        Done = "done",
        Dropped = "dropped",
    }
    "kind of a tracker": TrackerKind {
        GitHub = "github",
        Jira = "jira",
    }
    "state of an issue": IssueState {
        Open = "open",
        Started = "started",
        Closed = "closed",
    }
    "fault of an issue": IssueFault {
        Missing = "missing",
        Key = "key",
        Forbidden = "forbidden",
        Moved = "moved",
        Unreadable = "unreadable",
    }
}

mirror! {
    /// Which incident.
    IncidentKeyV1 = IncidentKey {
        source: String,
        external_id: String,
    }

    /// The issue that a promise's link leads to, as it was read when the meeting looked at it.
    TrackedIssueV1 = TrackedIssue {
        tracker: String,
        kind: String,
        reference: String,
        state: Option<String>,
        title: String,
        assignee: Option<String>,
        closed_at: Option<String>,
        read_at: Option<String>,
        fault: Option<String>,
    }

    /// A promise as the meeting looked at it.
    ReviewActionV1 = ReviewAction {
        id: i64,
        version: i64,
        text: String,
        owner: String,
        product: Option<String>,
        incident: Option<IncidentKeyV1>,
        link: Option<String>,
        state: String,
        status: String,
        due_on: String,
        redates: usize,
        age_days: i64,
        overdue_days: i64,
        carried: usize,
        /// Documents from before trackers were read have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issue: Option<TrackedIssueV1>,
    }
}

/// The promises of a week; documents from before they were shown have none.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct ActionSectionV1 {
    carried: Vec<ReviewActionV1>,
    made: Vec<ReviewActionV1>,
}

impl ActionSectionV1 {
    /// Whether there is nothing to tell: such documents stay as they were before there were promises.
    pub(in crate::snapshot) fn is_empty(&self) -> bool {
        self.carried.is_empty() && self.made.is_empty()
    }
}

impl Mirror<ActionSection> for ActionSectionV1 {
    fn of(value: &ActionSection) -> Self {
        Self { carried: Mirror::of(&value.carried), made: Mirror::of(&value.made) }
    }

    fn into_domain(self) -> Result<ActionSection, SnapshotError> {
        Ok(ActionSection { carried: self.carried.into_domain()?, made: self.made.into_domain()? })
    }
}
