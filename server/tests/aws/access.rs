//! Getting in, and what is said when AWS refuses.

use super::office::{Office, SMALL, TODAY, world};
use crate::fake::{PAYER, ROLE, token_service::ROLE_KEY};

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_assumed_with_its_external_id() {
    let mut world = world(TODAY, SMALL);
    world.external_id = Some("hunter2");
    let office = Office::open(world).await;
    let role = format!("role_arn = \"{ROLE}\"\n");
    office.configure(&format!("{role}external_id = \"wrong\"\n"));
    let said = office.sync(TODAY).await;
    let error = said.report()["error"].as_str().unwrap().to_owned();
    assert_eq!(said.code, Some(1));
    assert!(error.starts_with(&format!("the role {ROLE} cannot be assumed: ")), "{error}");
    assert!(error.contains("sts:AssumeRole") && error.contains("with the configured external id"), "{error}");
    assert!(!said.out.contains("wrong") && !said.err.contains("wrong"), "a secret is never printed");

    office.write("external-id", "hunter2\n");
    office.configure(&format!("{role}external_id_file = \"external-id\"\n"));
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.report()["billing_account"], "777700002222");
    let signed_by = office.aws.world().signed_by.clone();
    assert!(
        signed_by.starts_with(ROLE_KEY) && signed_by.ends_with("/us-east-1/ce/aws4_request"),
        "{signed_by}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_billing_view_is_named_on_every_page() {
    let mut world = world(TODAY, SMALL);
    world.page = 60;
    world.refusals.insert(
        "ListAccounts",
        ("AccessDeniedException", "not authorized to perform: organizations:ListAccounts"),
    );
    let office = Office::open(world).await;
    let view = "arn:aws:billing::555500003333:billingview/custom-1";
    office.configure(&format!("billing_view_arn = \"{view}\"\n"));
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.report()["billing_account"], "555500003333");
    assert_eq!(said.report()["issues"][0]["rule"], "cost/aws-accounts", "names come from the bill");
    let world = office.aws.world();
    assert!(world.log.iter().any(|(body, _)| body["NextPageToken"].is_string()));
    assert!(world.log.iter().all(|(body, _)| body["BillingViewArn"] == view));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_what_to_do() {
    let office = Office::open(world(TODAY, SMALL)).await;
    for (code, message, sentence) in [
        (
            "AccessDeniedException",
            "User: arn:aws:iam::1:user/teirei is not authorized to perform: ce:GetCostAndUsage",
            "\"Action\": [\n    \"ce:GetCostAndUsage\",",
        ),
        (
            "AccessDeniedException",
            "User not enabled for cost explorer access",
            "open it once in the billing console",
        ),
        (
            "AccessDeniedException",
            "Linked account doesn't have access to cost explorer.",
            "allow it in the management account",
        ),
        ("DataUnavailableException", "Data is not available.", "they come within 24 hours"),
    ] {
        office.aws.world().refusals.insert("GetCostAndUsage", (code, message));
        let said = office.run(TODAY, &["sync"]).await;
        assert_eq!(said.code, Some(1), "{message}");
        assert!(said.err.contains(sentence), "{message}: {}", said.err);
    }
    assert_eq!(office.aws.world().answered(), 0, "refusals are not paid for");
    office.write("credentials", "[other]\n");
    let said = office.run(TODAY, &["sync"]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("AWS takes no credentials of this machine"), "{}", said.err);
    let said = office.run(TODAY, &["sync", "gcp"]).await;
    assert!(said.err.contains("no source of that name is configured; there are aws"), "{}", said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn check_names_what_is_missing_and_the_mend() {
    let mut world = world(TODAY, SMALL);
    world.tags = vec![("team", "Inactive")];
    let office = Office::open(world).await;
    office.configure("tag_key = \"team\"\nmixed_accounts = [\"100000000004\"]\n");
    let said = office.run(TODAY, &["check"]).await;
    assert_eq!(said.code, Some(1), "{}", said.err);
    for line in [
        format!("ok   aws: credentials are taken: arn:aws:iam::{PAYER}:user/teirei, bill of {PAYER}"),
        "ok   aws: Cost Explorer answers".to_owned(),
        "look aws: the tag team is not activated: activate it in the management account".to_owned(),
        "ok   aws: Organizations tells its accounts".to_owned(),
    ] {
        assert!(said.out.contains(&line), "{line}: {}", said.out);
    }
    office.aws.world().tags = vec![("team", "Active")];
    office.aws.world().refusals.insert("ListAccounts", ("AWSOrganizationsNotInUseException", ""));
    office
        .aws
        .world()
        .refusals
        .insert("GetCostAndUsage", ("AccessDeniedException", "Linked account has no access"));
    let said = office.run(TODAY, &["check"]).await;
    for line in [
        "look aws: this is a member account without access to Cost Explorer",
        "ok   aws: the tag team is activated",
        "look aws: AWS Organizations is not in use",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    let days = office.store().await.request_days("2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!((days[0].asked, days[0].answered), (4, 3), "what a check asks is counted, too");
}

/// A profile of single sign-on waits for a person; the sentence names what lends its session instead.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_of_single_sign_on_is_refused_with_the_mend() {
    let office = Office::open(world(TODAY, SMALL)).await;
    office.write(
        "credentials",
        "[people]\nsso_start_url = https://example.awsapps.com/start\nsso_region = ap-northeast-1\n\
         sso_account_id = 123456789012\nsso_role_name = Billing\n",
    );
    office.configure("profile = \"people\"\n");
    let said = office.run(TODAY, &["sync"]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.err.contains("AWS IAM Identity Center"), "{}", said.err);
    assert!(said.err.contains("credential_process = aws configure export-credentials"), "{}", said.err);
}

/// The way out leads through the proxy that the environment names: a tunnel is asked for, so that TLS stays whole.
#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_environment_is_asked_for_a_tunnel() {
    use std::io::{BufRead, BufReader, Write};
    let office = Office::open(world(TODAY, SMALL)).await;
    office.write(
        "teirei.toml",
        "[sources.aws]\nkind = \"aws-cost-explorer\"\ncredentials_file = \"credentials\"\n",
    );
    let door = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = door.local_addr().unwrap();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = door.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").unwrap();
        line
    });
    let mut command = office.command(TODAY, &["sync"]);
    command.env("HTTPS_PROXY", format!("http://{address}")).env_remove("NO_PROXY").env_remove("no_proxy");
    let said = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(asked.join().unwrap().trim_end(), "CONNECT sts.us-east-1.amazonaws.com:443 HTTP/1.1");
}
