//! What the envelope says about the making of a version.

use serde::{Deserialize, Serialize};

use domain::freeze_record::{Definitions, FreezeRecord, SourceRecord};
use domain::review::requirements::{Requirement, Unmet};

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

words! {
    "requirement of a freeze": Requirement {
        SourceMissing = "source_missing",
        CostIncomplete = "cost_incomplete",
        QuestionOpen = "question_open",
        TopicOpen = "topic_open",
        ActionOverdue = "action_overdue",
        DecisionDue = "decision_due",
    }
}

mirror! {
    /// What was required and left open.
    UnmetV1 = Unmet {
        requirement: String,
        count: usize,
    }

    /// How far a source had told.
    SourceRecordV1 = SourceRecord {
        source: String,
        kind: String,
        received_at: String,
        last_day: Option<String>,
        last_instant: Option<String>,
    }
}

/// By which definitions a version was made.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct DefinitionsV1 {
    catalogue_sha256: String,
    objectives_sha256: String,
}

impl Mirror<Definitions> for DefinitionsV1 {
    fn of(value: &Definitions) -> Self {
        Self { catalogue_sha256: value.catalogue.clone(), objectives_sha256: value.objectives.clone() }
    }

    fn into_domain(self) -> Result<Definitions, SnapshotError> {
        Ok(Definitions { catalogue: self.catalogue_sha256, objectives: self.objectives_sha256 })
    }
}

/// The record of a freeze; the first release wrote none of its keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct RecordV1 {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unmet: Vec<UnmetV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<SourceRecordV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    definitions: Option<DefinitionsV1>,
}

impl Mirror<FreezeRecord> for RecordV1 {
    fn of(value: &FreezeRecord) -> Self {
        Self {
            unmet: Mirror::of(&value.unmet),
            sources: Mirror::of(&value.sources),
            definitions: Mirror::of(&value.definitions),
        }
    }

    fn into_domain(self) -> Result<FreezeRecord, SnapshotError> {
        Ok(FreezeRecord {
            unmet: self.unmet.into_domain()?,
            sources: self.sources.into_domain()?,
            definitions: self.definitions.into_domain()?,
        })
    }
}
