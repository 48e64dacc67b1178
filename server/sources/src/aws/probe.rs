//! What `teirei check` asks of a source, and what it found.

use aws_sdk_costexplorer::types::CostAllocationTagStatus;
use domain::allocation::COST_CATEGORY_PREFIX;
use jiff::ToSpan;
use jiff::civil::Date;

use super::access::Aws;
use super::error::AwsError;
use super::explorer::Window;

/// One thing that was looked at: fine or not, and a sentence with the mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether nothing needs to be done.
    pub is_fine: bool,
    /// The sentence.
    pub text: String,
}

pub(super) fn fine(text: String) -> Finding {
    Finding { is_fine: true, text }
}

pub(super) fn look(text: String) -> Finding {
    Finding { is_fine: false, text }
}

impl Aws {
    /// Looks whether everything a run needs is there; at most two priced requests.
    pub async fn probe(&self, today: Date) -> Vec<Finding> {
        let mut findings = Vec::new();
        let whose =
            self.identity.as_deref().or(self.options.access.role_arn.as_deref()).unwrap_or("the identity");
        findings.push(fine(format!("credentials are taken: {whose}, bill of {}", self.billing_account)));
        let window = Window { start: today.saturating_sub(3.days()), end: today.saturating_sub(2.days()) };
        findings.push(match self.month_totals(window).await {
            Ok(_) => fine("Cost Explorer answers".to_owned()),
            Err(error) => look(error.to_string()),
        });
        // Cost categories need no activation, and no free question tells whether one exists.
        let tag = self.options.mixed.tag_key.as_ref().filter(|key| !key.starts_with(COST_CATEGORY_PREFIX));
        if let Some(key) = tag {
            findings.push(match self.tag_is_active(key).await {
                Ok(Some(true)) => fine(format!("the tag {key} is activated for cost allocation")),
                Ok(Some(false)) => look(format!(
                    "the tag {key} is not activated: activate it in the management account (Billing, Cost allocation \
                     tags); costs carry it from about 24 hours later on, earlier ones after a backfill there"
                )),
                Ok(None) => look(format!(
                    "no cost carries the tag {key}: look at its spelling (case counts), and whether any resource has it"
                )),
                Err(error) => look(error.to_string()),
            });
        }
        if self.options.organizations {
            findings.push(match self.accounts_look().await {
                Ok(()) => fine("Organizations tells its accounts".to_owned()),
                Err(error) => look(error.to_string()),
            });
        }
        findings
    }

    /// Whether a tag is activated for cost allocation; `None` when AWS has never seen it.
    async fn tag_is_active(&self, key: &str) -> Result<Option<bool>, AwsError> {
        self.meter.reserve().await?;
        let asked = self.explorer.list_cost_allocation_tags().tag_keys(key).send().await;
        let answer = asked.map_err(|error| AwsError::of(&error))?;
        self.meter.answered().await?;
        let found = answer.cost_allocation_tags().iter().find(|tag| tag.tag_key() == key);
        Ok(found.map(|tag| *tag.status() == CostAllocationTagStatus::Active))
    }
}
