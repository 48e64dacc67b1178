//! What can go wrong with CloudWatch and Application Signals; each message says what to do.

use std::error::Error;

use aws_sdk_cloudwatch::error::{ProvideErrorMetadata, SdkError};

use super::error::AwsError;

/// What counts of CloudWatch need to be allowed; printed for copying.
pub const METRICS_STATEMENT: &str = r#"{
  "Effect": "Allow",
  "Action": "cloudwatch:GetMetricData",
  "Resource": "*"
}"#;

/// What Application Signals needs to be allowed; printed for copying.
pub const SIGNALS_STATEMENT: &str = r#"{
  "Effect": "Allow",
  "Action": [
    "application-signals:BatchGetServiceLevelObjectiveBudgetReport",
    "application-signals:GetServiceLevelObjective",
    "application-signals:ListServiceLevelObjectiveExclusionWindows",
    "application-signals:ListServiceLevelObjectives",
    "cloudwatch:GetMetricData"
  ],
  "Resource": "*"
}"#;

/// Why service levels could not be asked of AWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetricsError {
    /// Credentials, the role, the network, throttling: whatever is the same for all of AWS.
    #[error(transparent)]
    Aws(AwsError),
    /// The identity may not do something.
    #[error(
        "AWS does not allow it: {what}. Add this statement to the policy of the identity:\n{}",
        asked.statement()
    )]
    Denied {
        /// Whom that was asked.
        asked: MetricsService,
        /// AWS' own words, which name the identity and the action.
        what: String,
    },
    /// Application Signals knows nothing of it (any more).
    #[error(
        "Application Signals does not know {name}: {what}; it may have been deleted just now, or lie in another region"
    )]
    Missing {
        /// The name or the ARN that was asked for.
        name: String,
        /// AWS' own words.
        what: String,
    },
}

/// Whom service levels are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsService {
    /// CloudWatch' metrics.
    CloudWatch,
    /// Application Signals.
    ApplicationSignals,
}

impl MetricsService {
    /// The statement that its source needs.
    #[must_use]
    pub fn statement(self) -> &'static str {
        match self {
            Self::CloudWatch => METRICS_STATEMENT,
            Self::ApplicationSignals => SIGNALS_STATEMENT,
        }
    }
}

impl From<AwsError> for MetricsError {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

impl MetricsError {
    /// What a failed call of the SDK means.
    pub(super) fn of<E>(error: &SdkError<E>, asked: MetricsService) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        if let SdkError::ServiceError(failure) = error {
            let (code, message) = (failure.err().code().unwrap_or_default(), failure.err().message());
            let what = message.filter(|message| !message.is_empty()).unwrap_or(code);
            let what = what.trim_end_matches('.').to_owned();
            match code {
                "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => {
                    return Self::Denied { asked, what };
                }
                "ResourceNotFoundException" => return Self::Missing { name: String::new(), what },
                "InvalidNextToken" => return Self::Aws(AwsError::Pages { what }),
                _ => {}
            }
        }
        Self::Aws(AwsError::of(error))
    }

    /// The same, about something of that name.
    pub(super) fn about(self, name: &str) -> Self {
        match self {
            Self::Missing { what, .. } => Self::Missing { name: name.to_owned(), what },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_are_those_in_the_documents() {
        let document = include_str!("../../../../docs/sources-aws-slo.md");
        assert!(document.contains(METRICS_STATEMENT) && document.contains(SIGNALS_STATEMENT));
    }

    #[test]
    fn a_refusal_gives_the_statement_of_its_own_service() {
        let denied = |asked| MetricsError::Denied { asked, what: "not authorized".to_owned() }.to_string();
        let metrics = denied(MetricsService::CloudWatch);
        assert!(metrics.contains("cloudwatch:GetMetricData") && !metrics.contains("application-signals"));
        assert!(denied(MetricsService::ApplicationSignals).contains("BatchGetServiceLevelObjectiveBudget"));
    }
}
