//! Digests and notices by e-mail, handed to a real SMTP server: with and without TLS, signed in, refused, silent.

use super::office::Office;
use crate::fake::mail::MailServer;

/// A company that sends digests by e-mail alone, with W46 frozen on Friday, 20 November, at ten.
async fn frozen(server: &MailServer, security: &str, more: &str) -> Office {
    let office = Office::open().await;
    office.tell("2026-11-20T10:00:00").await;
    office.write(
        "teirei.toml",
        &format!(
            "[server]\npublic_url = \"https://teirei.example\"\n[channels.sre]\nkind = \"email\"\nserver = \"localhost:{}\"\n\
             security = \"{security}\"\nfrom = \"Teirei <teirei@example.com>\"\n\
             to = [\"SRE <sre@example.com>\", \"tanaka@example.com\"]\ndigest = \"on\"\n{more}",
            server.port
        ),
    );
    assert_eq!(office.run(&["review", "freeze", "2026-W46", "--by", "Tanaka"]).await.code, Some(0));
    office
}

/// The user that the server knows, with the password in a file.
fn signing_in(office: &Office) -> String {
    office.write("password", "hunter2\n");
    format!("username = \"teirei\"\npassword_file = \"{}/password\"\n", office.folder.path().display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_one_mail_of_text_html_and_the_picture() {
    let server = MailServer::start("plain");
    let office = frozen(&server, "none", "").await;
    assert_eq!(office.fates("2026-11-20T10:00:00").await, ["sent"]);
    assert!(office.fates("2026-11-20T10:05:00").await.is_empty());
    let [mail] = &server.mails()[..] else { panic!("one mail") };
    assert_eq!(mail["subject"], "週次レビュー 2026年 第46週: 凍結しました(版1)");
    assert_eq!(mail["from"], "Teirei <teirei@example.com>");
    assert_eq!(mail["readers"], serde_json::json!(["sre@example.com", "tanaka@example.com"]));
    assert_eq!((&mail["language"], &mail["automatic"]), (&"ja".into(), &"auto-generated".into()));
    let shape = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
    assert_eq!(mail["shape"], serde_json::json!(shape));
    let (text, html) = (mail["text"].as_str().unwrap(), mail["html"].as_str().unwrap());
    for words in [
        "凍結済み: 版1 · 11/20 10:00 JST · Tanaka",
        "内容のハッシュ: ",
        "この回で決まったアクションはありません。",
    ] {
        assert!(text.contains(words) && html.contains(words), "{words}: {text}");
    }
    assert!(
        text.contains("Teireiで開く: https://teirei.example/reviews/2026-W46?lang=ja&version=1"),
        "{text}"
    );
    assert!(html.contains("src=\"cid:preview\"") && mail["image_id"] == "<preview>");
    assert_eq!(mail["image_begins"], "89504e470d0a1a0a", "a PNG");
    assert!(mail["image_bytes"].as_u64().unwrap() < 300_000);
    let id = mail["id"].as_str().unwrap();
    assert!(id.ends_with("@example.com>") && id.len() == "<@example.com>".len() + 32, "{id}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_answers_is_a_fault_or_tried_again_under_the_same_id() {
    let server = MailServer::start("plain");
    let office = frozen(&server, "none", "").await;
    server.will(&[
        "data 451 4.7.1 sre@example.com is greylisted",
        "late 421 4.3.2 closing",
        "rcpt 450 4.2.1 busy",
    ]);
    for (at, fate) in [
        ("2026-11-20T10:00:00", Some("answered 451 4.7.1, again at 2026-11-20T10:01:00")),
        ("2026-11-20T10:00:59", None),
        ("2026-11-20T10:01:00", Some("answered 421 4.3.2, again at 2026-11-20T10:03:00")),
        ("2026-11-20T10:03:00", Some("answered 450 4.2.1, again at 2026-11-20T10:07:00")),
        ("2026-11-20T10:07:00", Some("sent")),
        ("2026-11-20T12:00:00", None),
    ] {
        assert_eq!(office.fates(at).await, Vec::from_iter(fate.map(str::to_owned)), "{at}");
    }
    let mails = server.mails();
    assert_eq!(mails.len(), 2, "the one that was taken and refused after all, and the last");
    assert_eq!(mails[0]["id"], mails[1]["id"]);

    let office = frozen(&server, "none", "").await;
    server.will(&["rcpt 550 5.1.1 sre@example.com: no such user"]);
    let said = office.run(&["notify"]).await;
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.out.contains("failed: answered 550 5.1.1"), "{}", said.out);
    assert!(!said.out.contains("sre@example.com") && !said.err.contains("sre@example.com"));
    assert!(office.fates("2026-11-20T12:00:00").await.is_empty(), "it is not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_left_and_an_absent_one_named() {
    let server = MailServer::start("plain");
    let office = frozen(&server, "none", "").await;
    server.will(&["silence"]);
    let fates = office.fates("2026-11-20T10:00:00").await;
    assert_eq!(fates, ["no answer within 30 seconds, again at 2026-11-20T10:01:00"]);
    drop(server);
    let fates = office.fates("2026-11-20T10:01:00").await;
    assert!(fates[0].starts_with("no connection: "), "{fates:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_starttls_and_over_tls_it_signs_in_and_trusts_whom_the_machine_trusts() {
    for security in ["starttls", "tls"] {
        let server = MailServer::start(security);
        let office = frozen(&server, security, "").await;
        let written = std::fs::read_to_string(office.folder.path().join("teirei.toml")).unwrap();
        office.write("teirei.toml", &format!("{written}{}", signing_in(&office)));
        let said = office.run(&["notify"]).await;
        assert!(said.out.contains("no connection: invalid peer certificate"), "{security}: {}", said.out);
        assert!(server.mails().is_empty());
        // The claim of that attempt is over when the server is trusted.
        let authority = server.authority();
        let said = office.run_trusting("2026-11-21", &authority, &["notify"]).await;
        assert!(said.out.contains("sent"), "{security}: {}{}", said.out, said.err);
        let [mail] = &server.mails()[..] else { panic!("one mail") };
        assert_eq!((&mail["encrypted"], &mail["signed_in"]), (&true.into(), &true.into()));

        office.write("password", "wrong\n");
        let again = ["review", "freeze", "2026-W46", "--reason", "late bill"];
        assert_eq!(office.run_on("2026-11-21", &again).await.code, Some(0));
        let said = office.run_trusting("2026-11-21", &authority, &["notify"]).await;
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert!(said.out.contains("failed: answered 535 5.7.8"), "{security}: {}", said.out);
        assert!(!said.out.contains("hunter2"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_a_server_that_offers_no_encryption_where_it_is_wanted() {
    let server = MailServer::start("plain");
    let office = frozen(&server, "starttls", "").await;
    let said = office.run(&["notify"]).await;
    assert!(said.out.contains("the mail could not be handed over: "), "{}", said.out);
    assert!(server.mails().is_empty());
}
