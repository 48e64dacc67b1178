//! STS: who somebody is, and acting as a role.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{PAYER, ROLE, World, between};

/// The access key of whoever acts as the role.
pub const ROLE_KEY: &str = "ASIAFICTIONALROLE";

pub fn answer(world: &World, form: &str) -> Response {
    let field = |name: &str| {
        between(&format!("&{form}&"), &format!("&{name}="), "&").replace("%3A", ":").replace("%2F", "/")
    };
    let (status, body) = match field("Action").as_str() {
        "GetCallerIdentity" => (
            StatusCode::OK,
            format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                 <Arn>arn:aws:iam::{PAYER}:user/teirei</Arn><UserId>AIDA</UserId><Account>{PAYER}</Account>\
                 </GetCallerIdentityResult></GetCallerIdentityResponse>"
            ),
        ),
        "AssumeRole"
            if field("RoleArn") == ROLE && world.external_id.is_none_or(|id| field("ExternalId") == id) =>
        {
            (
                StatusCode::OK,
                format!(
                    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
                 <AccessKeyId>{ROLE_KEY}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session\
                 </SessionToken><Expiration>2199-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser>\
                 <Arn>{ROLE}/teirei</Arn><AssumedRoleId>AROA:teirei</AssumedRoleId></AssumedRoleUser>\
                 </AssumeRoleResult></AssumeRoleResponse>"
                ),
            )
        }
        action => (
            StatusCode::FORBIDDEN,
            format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>AccessDenied</Code><Message>User: arn:aws:iam::{PAYER}:user/teirei is not authorized to perform: \
                 sts:{action}</Message></Error></ErrorResponse>"
            ),
        ),
    };
    (status, [(header::CONTENT_TYPE, "text/xml")], body).into_response()
}
