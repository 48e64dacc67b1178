//! Getting in, and what is said when S3 refuses or something else lies there.

use super::bill::{EXPORT, deliver, month, packed, quarter};
use super::desk::Desk;
use crate::fake::bucket::Shelf;
use crate::fake::{ROLE, token_service::ROLE_KEY};

async fn desk() -> Desk {
    let mut shelf = Shelf::new();
    quarter(&mut shelf);
    Desk::open(shelf).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_assumed() {
    let desk = desk().await;
    desk.configure(EXPORT, &format!("region = \"ap-northeast-1\"\nrole_arn = \"{ROLE}\"\n"));
    let said = desk.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let signed_by = desk.s3.shelf().signed_by.clone();
    assert!(
        signed_by.starts_with(ROLE_KEY) && signed_by.ends_with("/ap-northeast-1/s3/aws4_request"),
        "{signed_by}"
    );
    desk.configure(EXPORT, "role_arn = \"arn:aws:iam::1:role/other\"\n");
    let said = desk.sync().await;
    assert!(said.err.contains("the role arn:aws:iam::1:role/other cannot be assumed"), "{}", said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_what_to_do() {
    let desk = desk().await;
    for (operation, status, code, message, sentences) in [
        (
            "ListObjectsV2",
            403,
            "AccessDenied",
            "User: arn:aws:iam::1:user/t is not authorized to perform: s3:ListBucket",
            vec!["S3 does not allow s3:ListBucket", "\"Resource\": \"arn:aws:s3:::example-billing\""],
        ),
        (
            "GetObject",
            403,
            "AccessDenied",
            "Access Denied",
            vec!["S3 does not allow s3:GetObject", "\"arn:aws:s3:::example-billing/finance/focus/*\""],
        ),
        (
            "GetObject",
            403,
            "AccessDenied",
            "not authorized to perform: kms:Decrypt",
            vec!["Allow kms:Decrypt"],
        ),
        ("GetObject", 403, "InvalidObjectState", "archived", vec!["is archived", "lifecycle"]),
        ("GetObject", 404, "NoSuchKey", "no", vec!["is not there", "run the sync again"]),
        (
            "ListObjectsV2",
            400,
            "ExpiredToken",
            "The provided token has expired.",
            vec!["has expired", "credentials"],
        ),
        (
            "ListObjectsV2",
            403,
            "InvalidAccessKeyId",
            "The key does not exist",
            vec!["AWS takes no credentials"],
        ),
        (
            "ListObjectsV2",
            301,
            "PermanentRedirect",
            "another endpoint",
            vec!["in another region: set region"],
        ),
        ("ListObjectsV2", 503, "SlowDown", "Reduce", vec!["run the sync again in some minutes"]),
    ] {
        desk.s3.shelf().refusals.clear();
        desk.s3.shelf().refusals.insert(operation, (status, code, message));
        let said = desk.run(&["sync"]).await;
        assert_eq!(said.code, Some(1), "{code}");
        for sentence in sentences {
            assert!(said.err.contains(sentence), "{code}: {sentence}: {}", said.err);
        }
    }
    desk.s3.shelf().refusals.clear();
    desk.configure(EXPORT, "");
    let said = desk.run(&["sync"]).await;
    assert!(said.err.contains("set region = \"ap-northeast-1\""), "{}", said.err);
    desk.write(
        "teirei.toml",
        &format!(
            "[sources.bill]\nkind = \"focus-export\"\nlocation = \"s3://nobodys/x\"\nregion = \"ap-northeast-1\"\n\
             endpoint = \"{}\"\ncredentials_file = \"credentials\"\n",
            desk.s3.url
        ),
    );
    let said = desk.run(&["sync"]).await;
    assert!(said.err.contains("there is no bucket nobodys"), "{}", said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_export_is_named_and_so_is_the_mend() {
    let mut shelf = Shelf::new();
    quarter(&mut shelf);
    shelf.put("old/report/20261101-20261201/report-Manifest.json", "{}");
    shelf.put("old/report/20261101-20261201/1-2-3/report-1.csv.gz", "x");
    shelf.put("empty/readme.txt", "x");
    let cur = "identity_line_item_id,line_item_unblended_cost,bill_payer_account_id\na,1,2\n";
    for (path, bytes) in super::bill::laid_out("2026-11", vec![("1.csv.gz".to_owned(), packed(cur))]) {
        shelf.put(&format!("cur2/{path}"), bytes);
    }
    let desk = Desk::open(shelf).await;
    for (prefix, sentences) in [
        ("finance", vec!["set location = \"s3://example-billing/finance/focus\""]),
        ("old/report", vec!["legacy AWS Cost and Usage Report", "“FOCUS 1.2 with AWS columns”"]),
        ("empty", vec!["has no metadata/BILLING_PERIOD="]),
        ("cur2", vec!["AWS CUR 2.0 export without line_item_currency_code", "“FOCUS 1.2 with AWS columns”"]),
    ] {
        desk.configure(prefix, "region = \"ap-northeast-1\"\n");
        let said = desk.run(&["sync"]).await;
        assert_eq!(said.code, Some(1), "{prefix}: {}", said.out);
        for sentence in sentences {
            assert!(said.err.contains(sentence), "{prefix}: {}", said.err);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_goes_through_it() {
    let desk = desk().await;
    let said = desk.run(&["check"]).await;
    for line in [
        "ok   bill: s3://example-billing/finance/focus has 3 billing periods, the newest is 2026-11",
        "ok   bill: the 2 files of 2026-11 may be read",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    deliver(&mut desk.s3.shelf(), "2026-11", super::bill::in_two(&month("2026-11", 22)));
    desk.s3.shelf().objects.remove(&format!("{EXPORT}/data/BILLING_PERIOD=2026-11/focus-00002.csv.gz"));
    let said = desk.run(&["check"]).await;
    assert!(
        said.out.contains("look bill: focus-00002.csv.gz, which focus-Manifest.json names, is missing"),
        "{}",
        said.out
    );
}
