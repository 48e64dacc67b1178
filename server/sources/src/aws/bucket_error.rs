//! What can go wrong with an export in S3; each message says what to do.

use std::error::Error;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use super::bucket::BucketPlace;
use super::error::AwsError;
use crate::focus::{AWS_FOCUS_EXPORT, FocusError};

/// Why an export in S3 could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// Credentials, the role, the network, throttling: whatever is the same for all of AWS.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The manifest, or what it names, cannot be used.
    #[error(transparent)]
    Export(#[from] FocusError),
    /// The identity may not do something.
    #[error(
        "S3 does not allow {action} in {place}: {what}. Add this statement to the policy of the identity (and allow it in \
         the bucket's own policy where the bucket belongs to another account):\n{}",
        statement(place)
    )]
    Denied {
        /// Such as `s3:GetObject`.
        action: &'static str,
        /// Where.
        place: BucketPlace,
        /// AWS' own words.
        what: String,
    },
    /// The key that the objects are encrypted with may not be used.
    #[error(
        "the objects in {place} are encrypted with a key that the identity may not use: {what}. Allow kms:Decrypt on that \
         key, in the identity's policy and in the key's own"
    )]
    Encrypted {
        /// Where.
        place: BucketPlace,
        /// AWS' own words.
        what: String,
    },
    /// There is no such bucket.
    #[error("there is no bucket {bucket}: look at location, and whether endpoint is the right one")]
    NoBucket {
        /// Its name.
        bucket: String,
    },
    /// There is no such object any more.
    #[error(
        "{key} is not there: AWS may be writing the export anew just now; run the sync again in some minutes, and look \
         whether a lifecycle rule deletes objects below data/"
    )]
    NoObject {
        /// Its key.
        key: String,
    },
    /// The bucket is in another region.
    #[error("the bucket {bucket} is in another region: set region = \"{region}\" for this source")]
    Region {
        /// Its name.
        bucket: String,
        /// The region that AWS names, or what to write where it names none.
        region: String,
    },
    /// The object lies in an archive.
    #[error(
        "{key} is archived and cannot be read: restore it, and let no lifecycle rule archive objects of the export"
    )]
    Archived {
        /// Its key.
        key: String,
    },
    /// The object was written anew since it was listed.
    #[error("{key} was written anew while it was being read; what is stored stays, run the sync again")]
    Renewed {
        /// Its key.
        key: String,
    },
    /// An object breaks off again and again.
    #[error("{file} breaks off: {what}; what is stored stays, run the sync again")]
    Cut {
        /// The file.
        file: String,
        /// What the connection said.
        what: String,
    },
    /// The copy cannot be kept while it is read.
    #[error(
        "{file} cannot be kept while it is read: {source}; look at the room in the folder for temporary files (TMPDIR)"
    )]
    Disk {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A legacy report lies there.
    #[error("{place} holds a legacy AWS Cost and Usage Report: {AWS_FOCUS_EXPORT}")]
    Legacy {
        /// Where.
        place: String,
    },
    /// An export lies further down.
    #[error("{place} is not the export's own folder: set location = \"{found}\"")]
    Deeper {
        /// Where.
        place: String,
        /// The folder of an export below it.
        found: String,
    },
    /// Nothing of an export lies there.
    #[error(
        "{place} has no metadata/BILLING_PERIOD=…/…-Manifest.json: location is s3://bucket/prefix/export-name as the \
         export was created; a new one is delivered within 24 hours"
    )]
    NoManifest {
        /// Where.
        place: String,
    },
}

/// What the identity needs to be allowed, to be copied.
fn statement(place: &BucketPlace) -> String {
    let BucketPlace { bucket, prefix } = place;
    let below = if prefix.is_empty() { "*".to_owned() } else { format!("{prefix}/*") };
    format!(
        r#"[
  {{
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::{bucket}",
    "Condition": {{ "StringLike": {{ "s3:prefix": "{below}" }} }}
  }},
  {{
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::{bucket}/{below}"
  }}
]"#
    )
}

/// What was asked when something went wrong.
#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    List,
    /// An object, by its key.
    Object(&'a str),
}

impl BucketError {
    /// What a failed call of the SDK means.
    pub(super) fn of<E>(error: &SdkError<E>, place: &BucketPlace, asked: Asked<'_>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let SdkError::ServiceError(failure) = error else { return AwsError::of(error).into() };
        let (code, message) = (failure.err().code(), failure.err().message().unwrap_or_default());
        let header = failure.raw().headers().get("x-amz-bucket-region");
        let status = failure.raw().status().as_u16();
        let told = Told { code: code.unwrap_or_default(), message, region: header, status };
        Self::of_answer(told, place, asked).unwrap_or_else(|| AwsError::of(error).into())
    }

    /// What an error answer of S3 means; `None` for what all of AWS' services answer.
    fn of_answer(told: Told<'_>, place: &BucketPlace, asked: Asked<'_>) -> Option<Self> {
        let what = if told.message.is_empty() { told.code } else { told.message };
        let what = what.trim_end_matches('.').to_owned();
        let bucket = place.bucket.clone();
        let (action, key) = match asked {
            Asked::List => ("s3:ListBucket", String::new()),
            Asked::Object(key) => ("s3:GetObject", key.to_owned()),
        };
        Some(match told.code {
            "AccessDenied" | "AllAccessDisabled" | "Forbidden" if told.message.contains("kms:") => {
                Self::Encrypted { place: place.clone(), what }
            }
            "AccessDenied" | "AllAccessDisabled" | "Forbidden" => {
                Self::Denied { action, place: place.clone(), what }
            }
            "NoSuchBucket" | "InvalidBucketName" => Self::NoBucket { bucket },
            "NoSuchKey" => Self::NoObject { key },
            "InvalidObjectState" => Self::Archived { key },
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException" => {
                let named =
                    told.message.split_once("expecting '").and_then(|(_, rest)| rest.split_once('\''));
                let region = told.region.or(named.map(|(region, _)| region));
                Self::Region { bucket, region: region.unwrap_or("the bucket's region").to_owned() }
            }
            "PreconditionFailed" => Self::Renewed { key },
            _ if told.status == 412 => Self::Renewed { key },
            _ if told.status == 403 && told.code.is_empty() => {
                Self::Denied { action, place: place.clone(), what: "403".to_owned() }
            }
            _ => return None,
        })
    }

    /// Whether it is about one billing period, so that the others can be read all the same.
    #[must_use]
    pub fn is_about_period(&self) -> bool {
        matches!(
            self,
            Self::Export(_)
                | Self::NoObject { .. }
                | Self::Archived { .. }
                | Self::Renewed { .. }
                | Self::Cut { .. }
        )
    }
}

/// An error answer as it came.
#[derive(Clone, Copy)]
struct Told<'a> {
    code: &'a str,
    message: &'a str,
    /// The region that its header names.
    region: Option<&'a str>,
    status: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_is_the_one_in_the_documents() {
        let place = BucketPlace::parse("s3://example-billing/finance/focus").unwrap();
        assert!(include_str!("../../../../docs/sources.md").contains(&statement(&place)));
    }

    #[test]
    fn every_documented_error_says_what_to_do() {
        let place = BucketPlace::parse("s3://bill/finance/focus").unwrap();
        let list = Asked::List;
        let object = Asked::Object("finance/focus/data/x");
        for (code, message, region, status, asked, expected) in [
            ("AccessDenied", "Access Denied", None, 403, list, "does not allow s3:ListBucket in s3://bill"),
            ("AccessDenied", "Access Denied", None, 403, object, "\"arn:aws:s3:::bill/finance/focus/*\""),
            (
                "AccessDenied",
                "not authorized to perform: kms:Decrypt",
                None,
                403,
                object,
                "Allow kms:Decrypt",
            ),
            ("NoSuchBucket", "", None, 404, list, "there is no bucket bill"),
            ("NoSuchKey", "", None, 404, object, "finance/focus/data/x is not there"),
            ("InvalidObjectState", "", None, 403, object, "archived"),
            ("PermanentRedirect", "", Some("ap-northeast-1"), 301, list, "region = \"ap-northeast-1\""),
            (
                "AuthorizationHeaderMalformed",
                "the region 'us-east-1' is wrong; expecting 'eu-west-1'",
                None,
                400,
                list,
                "region = \"eu-west-1\"",
            ),
            ("PreconditionFailed", "", None, 412, object, "written anew"),
        ] {
            let text = BucketError::of_answer(Told { code, message, region, status }, &place, asked)
                .unwrap()
                .to_string();
            assert!(text.contains(expected), "{code}: {text}");
        }
        let told = Told { code: "SlowDown", message: "", region: None, status: 503 };
        assert!(BucketError::of_answer(told, &place, list).is_none(), "as for all of AWS");
    }
}
