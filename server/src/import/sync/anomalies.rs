//! Asking AWS for its own anomalies: now and then, and never in the way of the bill.

use domain::rejection::{Gravity, Issue};
use jiff::SignedDuration;
use jiff::civil::Date;
use sources::aws::{ANOMALIES_ACTION, AwsError, first_day_told};

use super::Run;
use crate::import::ImportError;

/// The rule of a remark on anomalies that AWS does not tell.
pub(super) const ANOMALIES_RULE: &str = "cost/aws-anomalies";

impl Run<'_> {
    /// Asks for anomalies where that is wanted and due. Only a cap that is reached ends the run; what AWS
    /// refuses is a remark, because the bill does not need it.
    pub(super) async fn anomalies(&mut self, today: Date) -> Result<(), ImportError> {
        let Some(hours) = self.config.anomalies_every_hours else { return Ok(()) };
        let name = &self.config.name;
        let last = self.store.cloud_anomaly_checked(name).await?;
        let now = self.clock.now();
        if last.is_some_and(|last| now.duration_since(last) < SignedDuration::from_hours(hours)) {
            return Ok(());
        }
        match self.aws.anomalies(today).await {
            Ok(found) => {
                let from = first_day_told(today);
                self.report.changed |= self.store.cloud_anomaly_replace(name, from, found, now).await?;
                Ok(())
            }
            Err(error @ AwsError::Meter(_)) => Err(error.into()),
            Err(error) => {
                self.report.issues.push(about_anomalies(&error));
                Ok(())
            }
        }
    }
}

fn about_anomalies(error: &AwsError) -> Issue {
    let (what, mend) = match error {
        AwsError::Denied { what } => (
            format!("AWS does not tell its own anomalies: {what}."),
            format!(
                "Allow {ANOMALIES_ACTION} to the identity, or take anomalies_every_hours out; the bill needs neither."
            ),
        ),
        other => (
            format!("AWS does not tell its own anomalies: {other}."),
            "The bill does not need them; they are asked for again in the next run.".to_owned(),
        ),
    };
    Issue {
        file: "AWS Cost Anomaly Detection".to_owned(),
        line: None,
        column: None,
        rule: ANOMALIES_RULE,
        what,
        mend,
        gravity: Gravity::Warning,
    }
}
