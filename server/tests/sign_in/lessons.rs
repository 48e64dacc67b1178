//! What went wrong elsewhere, one story each: the number stands in its comment, the lesson in its name.

use serde_json::json;
use server::auth::secret;

use super::balancer;
use super::house::{account, accounts, page, post_with, router, signed_in};
use super::provider::Stage;
use crate::fake::provider::Signed;
use crate::support::program::{command, free_port};
use crate::support::{House, TODAY, get, get_with};

const SHOWN: &str = "/reviews/2026-W47.json";

/// CVE-2021-39226: a literal path matched, and the first row answered.
#[tokio::test]
async fn what_is_no_secret_finds_no_first_row() {
    let house = House::furnished().await;
    account(&house, "hayashi", "admin:*").await;
    let router = router(&house, &accounts());
    signed_in(&router, "hayashi").await;
    for word in ["", ":token", "{token}", "*", "%", "0", "1", "null", "' OR 1=1 --", "%00"] {
        let cookie = format!("teirei_session={word}");
        assert_eq!(get_with(&router, SHOWN, &[("cookie", &cookie)]).await.status, 401, "{word}");
        let bearer = format!("Bearer srr_{word}");
        assert_eq!(get_with(&router, SHOWN, &[("authorization", &bearer)]).await.status, 401, "{word}");
    }
    for path in ["/sign-in/:token", "/sign-in/%00", "/sign-in/", "/api/token", "/api/person", "/api/sign-out"]
    {
        let status = get(&router, path).await.status.as_u16();
        assert!([400, 401, 404, 405].contains(&status), "{path}: {status}");
    }
}

/// CVE-2024-1313: a key that may look was taken for one that may delete. CVE-2026-28380: any editor could delete.
#[tokio::test]
async fn who_may_look_or_edit_takes_nothing_back() {
    let house = House::furnished().await;
    let admin = account(&house, "sato", "admin:*").await;
    account(&house, "hayashi", "reviewer:*").await;
    let router = router(&house, &accounts());
    let theirs = signed_in(&router, "hayashi").await;
    for (path, form) in [
        ("/api/person", format!("id={admin}&do=disable")),
        ("/api/person", format!("id={admin}&do=sign-out")),
        ("/api/token", "id=1".to_owned()),
    ] {
        assert_eq!(post_with(&router, path, &theirs, &form).await.status, 403, "{path}");
    }
    assert_eq!(get_with(&router, "/api/person", &[("cookie", &theirs)]).await.status, 405);
}

/// CVE-2023-38646: a setup token stood where nobody has to sign in, and setup was possible after setup.
#[tokio::test]
async fn there_is_no_setup_and_nothing_secret_in_the_open() {
    let house = House::empty().await;
    let router = router(&house, &accounts());
    for path in [
        "/setup",
        "/api/setup",
        "/api/session/properties",
        "/admin/setup",
        "/sign-up",
        "/api/user",
        "/register",
    ] {
        let answer = get(&router, path).await;
        assert_ne!(answer.status, 200, "{path}");
        assert_ne!(post_with(&router, path, "", "name=a&password=b").await.status, 200, "{path}");
    }
    assert_eq!(house.store.person_list(house.clock.now()).await.unwrap(), []);
    for path in ["/sign-in", "/healthz", "/readyz"] {
        let body = get(&router, path).await.body;
        for word in ["sqlite:", "postgres:", "secret", "srr_", "argon2"] {
            assert!(!body.contains(word), "{path} has {word}");
        }
    }
}

/// CVE-2023-27524: a default secret was known to everybody, and the warning was not read.
#[test]
fn a_secret_that_others_know_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = |secret: &str| {
        format!(
            "[server]\npublic_url = \"https://srv.example\"\n[sign_in]\nissuer = \"https://login.example\"\n\
             client_id = \"teirei\"\nclient_secret = \"x\"\nroles = [\"* = viewer\"]\n{secret}"
        )
    };
    for secret in ["", "secret = \"short\"", "secret = \"CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET\""] {
        std::fs::write(folder.path().join("teirei.toml"), file(secret)).unwrap();
        let listen = format!("127.0.0.1:{}", free_port());
        let said = command(folder.path(), TODAY, &["serve", "--listen", &listen]).output().unwrap();
        let told = String::from_utf8(said.stderr).unwrap();
        assert_eq!(said.status.code(), Some(2), "{told}");
        assert!(told.contains("sign_in.secret") && told.contains("openssl rand -base64 48"), "{told}");
        assert!(!told.contains("CHANGE_ME"), "{told}");
        assert!(!folder.path().join("teirei.db").exists());
    }
}

/// CVE-2023-3128, CVE-2026-9084, CVE-2026-100684, CVE-2026-106488: people were recognised by their mail address.
#[tokio::test]
async fn an_address_makes_nobody_somebody_else() {
    let stage = Stage::new().await;
    let router = stage.router();
    // An administrator's account, and one at the provider, with the address that somebody else takes over.
    account(&stage.house, "hayashi", "admin:*").await;
    stage.signed_in(&router).await;
    stage.provider.world().claims = json!({ "sub": "8", "email": "hayashi@corp.example", "email_verified": true, "name": "hayashi",
            "preferred_username": "hayashi", "groups": ["telemed"] });
    let theirs = stage.signed_in(&router).await;
    assert_eq!(page(&router, "/admin/users", &theirs).await.status, 403);
    assert_eq!(page(&router, "/imports", &theirs).await.status, 403);
    let people = stage.house.store.person_list(stage.house.clock.now()).await.unwrap();
    let subjects: Vec<&str> = people.iter().map(|listed| listed.person.subject.as_str()).collect();
    assert_eq!((people.len(), subjects.contains(&"7"), subjects.contains(&"8")), (3, true, true));
    // An address that the provider did not verify lets nobody in at all.
    stage.provider.world().claims["email_verified"] = json!(false);
    assert_eq!(stage.sign_in(&router).await.header("location"), "/sign-in?problem=person");
}

/// GHSA-7cc2-r658-7xpf: `exploitcorp.example` ends in `corp.example`.
#[tokio::test]
async fn a_domain_that_ends_like_ours_is_not_ours() {
    let mut stage = Stage::new().await;
    stage.config.hosted_domains = vec!["corp.example".to_owned()];
    let router = stage.router();
    for (email, is_in) in [
        ("a@exploitcorp.example", false),
        ("a@corp.example.evil.example", false),
        ("a@corp.example@evil.example", false),
        ("a@evil.example@corp.example", true),
        ("a@Corp.Example", true),
    ] {
        stage.provider.world().claims["email"] = json!(email);
        let expected = if is_in { "/" } else { "/sign-in?problem=person" };
        assert_eq!(stage.sign_in(&router).await.header("location"), expected, "{email}");
    }
    stage.provider.world().claims["hd"] = json!("evil.example");
    assert_eq!(stage.sign_in(&router).await.header("location"), "/sign-in?problem=person");
}

/// CVE-2026-48558: the signature of the token was not looked at.
#[tokio::test]
async fn a_token_that_anybody_could_write_lets_nobody_in() {
    let stage = Stage::new().await;
    let router = stage.router();
    for signed in
        [Signed::NotAtAll, Signed::WithSecret, Signed::ByAnother, Signed::ByUnknown, Signed::Changed]
    {
        stage.provider.world().signed = signed;
        assert_eq!(
            stage.sign_in(&router).await.header("location"),
            "/sign-in?problem=provider",
            "{signed:?}"
        );
    }
    assert_eq!(stage.house.store.person_list(stage.house.clock.now()).await.unwrap(), []);
}

/// ALBeast: a load balancer of anybody signs with keys from the same place, and tokens say for nobody whom they are.
#[tokio::test]
async fn the_load_balancer_of_somebody_else_is_not_ours() {
    let stage = balancer::Stage::new().await;
    let router = stage.router();
    let theirs = "arn:aws:elasticloadbalancing:ap-northeast-1:999999999999:loadbalancer/app/evil/1";
    let token = stage.token(json!({ "signer": theirs }), json!({}));
    assert_eq!(balancer::sent(&router, &token).await.status, 401);
    assert_eq!(balancer::sent(&router, &stage.token(json!({}), json!({}))).await.status, 200);
}

/// CVE-2025-64484: another spelling of a header passed the proxy and was read behind it.
#[tokio::test]
async fn a_header_says_nothing_of_who_comes() {
    let house = House::furnished().await;
    account(&house, "hayashi", "admin:*").await;
    let router = router(&house, &accounts());
    let token = balancer::Stage::new().await.token(json!({}), json!({}));
    for name in
        ["x-forwarded-user", "x_forwarded_user", "x-forwarded-email", "x-webauth-user", "x-remote-user"]
    {
        assert_eq!(get_with(&router, SHOWN, &[(name, "hayashi")]).await.status.as_u16() / 100, 4, "{name}");
    }
    // Not even the header that a load balancer signs, where none is configured.
    assert_eq!(get_with(&router, SHOWN, &[(balancer::HEADER, &token)]).await.status, 401);
}

/// CVE-2026-40575: what may be seen was decided by a path that a header named.
#[tokio::test]
async fn a_header_says_nothing_of_what_is_asked_for() {
    let house = House::furnished().await;
    let router = router(&house, &accounts());
    for name in
        ["x-forwarded-uri", "x-original-url", "x-rewrite-url", "x-forwarded-path", "x-forwarded-prefix"]
    {
        for path in ["/healthz", "/sign-in", "/hooks/x"] {
            assert_eq!(get_with(&router, SHOWN, &[(name, path)]).await.status.as_u16() / 100, 4, "{name}");
        }
    }
}

/// CVE-2023-40610: who might ask an example's database could write what the whole program rests on.
#[tokio::test]
async fn a_demonstration_opens_no_data_but_its_own() {
    let house = House::furnished().await;
    account(&house, "hayashi", "admin:*").await;
    let real = format!("sqlite:{}", house.folder.path().join("teirei.db").display());
    let demo = |database: &str, folder: &std::path::Path| {
        let listen = format!("127.0.0.1:{}", free_port());
        let arguments = ["--database", database, "demo", "--listen", listen.as_str()];
        command(folder, TODAY, &arguments).output().unwrap()
    };
    // People sign in here; and there somebody called the organisation by its own name.
    let other = tempfile::tempdir().unwrap();
    let named = format!("sqlite:{}", other.path().join("teirei.db").display());
    let store = store::open(&named).await.unwrap();
    let mut catalogue = house.store.catalogue_get().await.unwrap();
    catalogue.organization.name = domain::organization::Localized::same("Corp");
    store.catalogue_replace(&catalogue, TODAY.parse().unwrap(), house.clock.now()).await.unwrap();
    for (database, folder) in [(&real, house.folder.path()), (&named, other.path())] {
        let said = demo(database, folder);
        let told = String::from_utf8(said.stderr).unwrap();
        assert_eq!(said.status.code(), Some(1), "{told}");
        assert!(told.contains("real organisation") && told.contains("teirei serve"), "{told}");
    }
}

/// What is compared with a secret takes as long for a near miss as for a far one.
#[test]
fn secrets_are_compared_as_a_whole() {
    assert!(secret::is_same("abc", "abc") && !secret::is_same("abc", "abd") && !secret::is_same("abc", "ab"));
}
