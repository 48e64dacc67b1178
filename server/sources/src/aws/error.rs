//! What can go wrong with AWS; each message says what to do.

use std::error::Error;

use aws_sdk_costexplorer::error::{ProvideErrorMetadata, SdkError};

use super::explorer::MeterError;

/// What the credentials or the role need to be allowed; printed for copying.
pub const IAM_STATEMENT: &str = r#"{
  "Effect": "Allow",
  "Action": [
    "ce:GetCostAndUsage",
    "ce:GetAnomalies",
    "ce:ListCostAllocationTags",
    "organizations:DescribeOrganizationalUnit",
    "organizations:ListAccounts",
    "organizations:ListTagsForResource"
  ],
  "Resource": "*"
}"#;

/// Why AWS did not answer, or not usefully.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AwsError {
    /// No credentials, or ones that AWS does not take.
    #[error(
        "AWS takes no credentials of this machine: {what}; give it a role (instance profile, ECS task, EKS), \
         set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file with credentials_file and a profile with profile"
    )]
    Credentials {
        /// What the credential chain said.
        what: String,
    },
    /// The profile signs in through single sign-on.
    #[error(
        "the profile signs in through AWS IAM Identity Center (single sign-on), which waits for a person in a browser: \
         give Teirei a role of the machine, or write a profile of its own with credential_process = \
         aws configure export-credentials --profile NAME --format process, and name that one in profile"
    )]
    SignOn,
    /// The role cannot be assumed.
    #[error(
        "the role {role} cannot be assumed: {what}; its trust policy has to allow sts:AssumeRole to the identity \
         Teirei runs as{external}, and that identity needs sts:AssumeRole on the role"
    )]
    Role {
        /// The role's ARN.
        role: String,
        /// What STS said.
        what: String,
        /// The word about the external id, where one is configured.
        external: &'static str,
    },
    /// The identity may not do something.
    #[error(
        "AWS does not allow it: {what}. Add this statement to the policy of the identity:\n{IAM_STATEMENT}"
    )]
    Denied {
        /// AWS' own words, which name the identity and the action.
        what: String,
    },
    /// Cost Explorer was never switched on, or not for this identity.
    #[error(
        "Cost Explorer is not enabled for this identity: open it once in the billing console of the management \
         account (data come after about 24 hours), and activate IAM access to billing information there"
    )]
    NotEnabled,
    /// A member account without the payer's permission.
    #[error(
        "this is a member account without access to Cost Explorer: allow it in the management account (Billing, Cost \
         Management preferences, linked account access), or set role_arn to a role of the management account, or \
         billing_view_arn to a billing view shared with this account"
    )]
    Member,
    /// There are no data (yet).
    #[error(
        "Cost Explorer has no data: if it was enabled just now, they come within 24 hours; run the sync again then"
    )]
    NoData,
    /// The bill is older than Cost Explorer keeps it.
    #[error("Cost Explorer no longer has the bill of these days: {what}; import them from an export instead")]
    Expired {
        /// AWS' own words.
        what: String,
    },
    /// The billing view cannot be used.
    #[error(
        "the billing view cannot be used: {what}; look at its state and its share in the management account"
    )]
    View {
        /// AWS' own words.
        what: String,
    },
    /// AWS slows the caller down, also after several tries.
    #[error("AWS slows requests down (throttling); what is stored stays, run the sync again in some minutes")]
    Throttled,
    /// A page could not be asked for.
    #[error("the pages of an answer do not fit together: {what}; what is stored stays, run the sync again")]
    Pages {
        /// What AWS said or did.
        what: String,
    },
    /// AWS failed, also after several tries.
    #[error(
        "AWS failed with status {status}, also when asked again; what is stored stays, run the sync again later"
    )]
    Server {
        /// The HTTP status.
        status: u16,
    },
    /// Nobody answers.
    #[error("AWS cannot be reached: {what}; look at the network and the configured endpoint")]
    Unreachable {
        /// What the connection said.
        what: String,
    },
    /// The account belongs to no organisation.
    #[error(
        "AWS Organizations is not in use, or not seen from this account: set organizations = \"off\" for this source, \
         and name the accounts in the catalogue"
    )]
    NoOrganization,
    /// The answer is not what the interface promises.
    #[error("AWS answered something unexpected: {what}; please report it")]
    Answer {
        /// What was unexpected.
        what: String,
    },
    /// The configuration asks for something impossible.
    #[error("AWS refuses the question: {what}; look at the configuration of this source")]
    Question {
        /// AWS' own words.
        what: String,
    },
    /// No more requests today, or they cannot be counted.
    #[error(transparent)]
    Meter(#[from] MeterError),
}

/// The innermost words of an error, which are the ones that say something.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

impl AwsError {
    /// What it means that no credentials were found.
    pub(super) fn of_credentials(what: String) -> Self {
        // Without the part of the SDK for it, a profile of single sign-on is told by the name of that part.
        if what.contains("enabled: sso") { Self::SignOn } else { Self::Credentials { what } }
    }

    /// What a failed call of the SDK means.
    pub(super) fn of<E>(error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let what = || innermost(error);
        match error {
            SdkError::ServiceError(failure) => {
                let (code, message) = (failure.err().code(), failure.err().message());
                Self::of_answer(code, message, failure.raw().status().as_u16())
            }
            SdkError::TimeoutError(_) => Self::Unreachable { what: "no answer in time".to_owned() },
            SdkError::ResponseError(failure) => match failure.raw().status().as_u16() {
                status @ 500.. => Self::Server { status },
                _ => Self::Answer { what: what() },
            },
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                // A connection that ends too early counts as neither; what is left are credentials.
                Some(connector)
                    if connector.is_timeout() || connector.is_io() || what().contains("connection") =>
                {
                    Self::Unreachable { what: what() }
                }
                _ => Self::Credentials { what: what() },
            },
            _ => Self::Question { what: what() },
        }
    }

    /// What an error answer means: its code, its message, its HTTP status.
    fn of_answer(code: Option<&str>, message: Option<&str>, status: u16) -> Self {
        let (code, message) = (code.unwrap_or_default(), message.unwrap_or_default());
        let what = if message.is_empty() { code.to_owned() } else { message.to_owned() };
        let lower = message.to_lowercase();
        match code {
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => {
                if lower.contains("not enabled for cost explorer") {
                    Self::NotEnabled
                } else if lower.contains("linked account") || lower.contains("member account") {
                    Self::Member
                } else {
                    Self::Denied { what: what.trim_end_matches('.').to_owned() }
                }
            }
            "DataUnavailableException" => Self::NoData,
            "BillExpirationException" => Self::Expired { what },
            "BillingViewHealthStatusException" | "ResourceNotFoundException" => Self::View { what },
            "LimitExceededException"
            | "ThrottlingException"
            | "Throttling"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "RequestTimeout"
            | "SlowDown" => Self::Throttled,
            "InvalidNextTokenException" | "RequestChangedException" => Self::Pages { what },
            "AWSOrganizationsNotInUseException" => Self::NoOrganization,
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "InvalidAccessKeyId"
            | "InvalidToken"
            | "TokenRefreshRequired"
            | "RequestTimeTooSkewed"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException" => Self::Credentials { what },
            _ if status >= 500 => Self::Server { status },
            _ => Self::Question { what },
        }
    }

    /// Whether asking again later, with nothing changed, may well succeed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Throttled
                | Self::Pages { .. }
                | Self::Server { .. }
                | Self::Unreachable { .. }
                | Self::NoData
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_is_the_one_in_the_documents() {
        assert!(include_str!("../../../../docs/sources.md").contains(IAM_STATEMENT));
        let actions = IAM_STATEMENT.lines().filter(|line| line.trim_start().starts_with("\"ce:"));
        let policy = include_str!("../../../../docs/examples/aws-policy.json");
        assert!(actions.into_iter().all(|action| policy.contains(action.trim())));
    }

    #[test]
    fn every_documented_error_says_what_to_do() {
        for (code, message, status, expected) in [
            (
                "AccessDeniedException",
                "User: arn:aws:iam::1:user/t is not authorized to perform: ce:GetCostAndUsage.",
                400,
                "Add this statement to the policy of the identity:\n{\n  \"Effect\": \"Allow\"",
            ),
            (
                "AccessDeniedException",
                "User not enabled for cost explorer access",
                400,
                "open it once in the billing",
            ),
            (
                "AccessDeniedException",
                "Linked account doesn't have access to cost explorer.",
                400,
                "set role_arn",
            ),
            ("DataUnavailableException", "", 400, "within 24 hours"),
            ("BillExpirationException", "old", 400, "import them from an export"),
            ("BillingViewHealthStatusException", "UNHEALTHY", 400, "billing view cannot be used: UNHEALTHY"),
            ("ResourceNotFoundException", "no view", 400, "billing view cannot be used: no view"),
            ("LimitExceededException", "Rate limit exceeded", 400, "run the sync again in some minutes"),
            ("TooManyRequestsException", "", 429, "run the sync again in some minutes"),
            ("InvalidNextTokenException", "bad token", 400, "do not fit together: bad token"),
            ("RequestChangedException", "changed", 400, "do not fit together: changed"),
            ("AWSOrganizationsNotInUseException", "", 400, "organizations = \"off\""),
            ("ExpiredTokenException", "expired", 400, "takes no credentials of this machine: expired"),
            ("ValidationException", "bad date", 400, "refuses the question: bad date"),
            ("", "", 503, "failed with status 503"),
        ] {
            let code = Some(code).filter(|code| !code.is_empty());
            let text = AwsError::of_answer(code, Some(message), status).to_string();
            assert!(text.contains(expected), "{code:?} {message}: {text}");
        }
    }
}
