//! Tokens of programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::service_token::Scope;
use jiff::SignedDuration;
use server::access::SignIn;
use server::auth::secret;
use server::config::{Config, Overrides};
use store::NewServiceToken;

use super::house::{account, accounts, auth_at, later, page, post_with, router, router_at, signed_in};
use crate::support::{Answer, House, get_with};

async fn token(house: &House, name: &str, scopes: &[&str]) -> (i64, String) {
    let secret = format!("srr_{}", secret::random().unwrap());
    let scopes: Vec<Scope> = scopes.iter().map(|scope| scope.parse().unwrap()).collect();
    let token = NewServiceToken {
        digest: secret::digest(&secret),
        name: name.to_owned(),
        scopes,
        created_at: house.clock.now(),
        created_by: "sato".to_owned(),
        expires_at: later(house, SignedDuration::from_hours(24)),
    };
    (house.store.service_token_insert(&token).await.unwrap(), secret)
}

async fn sent(router: &axum::Router, path: &str, credential: &str) -> Answer {
    get_with(router, path, &[("authorization", credential)]).await
}

#[tokio::test]
async fn a_token_reads_what_its_scopes_say_until_it_ends() {
    let house = House::furnished().await;
    let (id, all) = token(&house, "grafana", &["read"]).await;
    let (_, one) = token(&house, "desk", &["read:telemed"]).await;
    let (_, tells) = token(&house, "pagerduty", &["ingest:pagerduty"]).await;
    let router = router(&house, &accounts());
    let status =
        async |path: &str, secret: &str| sent(&router, path, &format!("Bearer {secret}")).await.status;
    for (path, expected) in [
        ("/reviews/2026-W47.json", [200, 200, 403]),
        ("/products/telemed.json", [200, 200, 403]),
        ("/products/booking.json", [200, 404, 403]),
        ("/imports", [200, 403, 403]),
        ("/metrics", [200, 403, 403]),
        ("/admin/users", [403, 403, 403]),
    ] {
        let found = [status(path, &all).await, status(path, &one).await, status(path, &tells).await];
        assert_eq!(found.map(|status| status.as_u16()), expected, "{path}");
    }
    let used = house.store.service_token_list().await.unwrap();
    assert!(used.iter().all(|token| token.used_at == Some(house.clock.now())));
    // It writes nothing that people write.
    let headers = [
        ("authorization", format!("Bearer {all}")),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
    ];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let written = crate::support::request("POST", "/api/topic", &headers, "do=add&title=x");
    assert_eq!(crate::support::send(&router, written).await.status, 403);

    house.store.service_token_revoke(id, house.clock.now()).await.unwrap();
    assert_eq!(status("/reviews/2026-W47.json", &all).await, 401);
    let late = router_at(&house, &accounts(), later(&house, SignedDuration::from_hours(24)));
    assert_eq!(sent(&late, "/reviews/2026-W47.json", &format!("Bearer {one}")).await.status, 401);
}

#[tokio::test]
async fn a_credential_that_is_none_lets_nobody_in_whatever_else_is_sent() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    let (_, good) = token(&house, "grafana", &["read"]).await;
    let router = router(&house, &accounts());
    let cookie = signed_in(&router, "hayashi").await;
    for credential in ["Bearer srr_x", "Bearer ", "Basic aGF5YXNoaTp4", &good[4..], "Bearer srr_:token"] {
        let headers = [("authorization", credential), ("cookie", cookie.as_str())];
        assert_eq!(get_with(&router, "/reviews/2026-W47.json", &headers).await.status, 401, "{credential}");
    }
    let answer = sent(&router, "/reviews/2026-W47.json", "Bearer srr_x").await;
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
}

#[tokio::test]
async fn administrators_take_tokens_back_on_their_page() {
    let house = House::furnished().await;
    account(&house, "sato", "admin:*").await;
    let (id, secret) = token(&house, "grafana", &["read"]).await;
    let router = router(&house, &accounts());
    let admin = signed_in(&router, "sato").await;
    let listed = page(&router, "/admin/tokens?lang=en", &admin).await;
    assert!(listed.body.contains("grafana") && listed.body.contains("Take back"), "{}", listed.body);
    assert!(!listed.body.contains(&secret) && !listed.body.contains(&secret::digest(&secret)));
    assert_eq!(post_with(&router, "/api/token", &admin, &format!("id={id}")).await.status, 303);
    assert_eq!(post_with(&router, "/api/token", &admin, &format!("id={id}")).await.status, 404);
    assert!(page(&router, "/admin/tokens?lang=en", &admin).await.body.contains("taken back"));
}

#[tokio::test]
async fn a_token_tells_at_its_hook_in_the_place_of_the_signature() {
    let house = House::empty().await;
    let file = house.folder.path().join("teirei.toml");
    let hook =
        |name: &str| format!("[hooks.{name}]\nkind = \"deploy\"\nsecret = \"correct horse battery\"\n");
    std::fs::write(&file, hook("pipeline") + &hook("other")).unwrap();
    let overrides = Overrides { file: Some(file), ..Overrides::default() };
    let hooks = Config::load(&overrides, &BTreeMap::new()).unwrap().hooks;
    let auth = auth_at(&house, &accounts(), house.clock.now());
    let router = house.router_hearing(SignIn::Asked(Arc::new(auth)), house.inbox(hooks));
    let (id, tells) = token(&house, "pipeline", &["ingest:pipeline"]).await;
    let (_, reads) = token(&house, "grafana", &["read"]).await;
    let deploy = r#"{"product":"telemed","version":"v1","finished_at":"2026-11-22T01:00:00Z"}"#;
    let told = async |hook: &str, secret: &str| {
        let credential = format!("Bearer {secret}");
        let headers = [("authorization", credential.as_str()), ("content-type", "application/json")];
        let request = crate::support::request("POST", &format!("/hooks/{hook}"), &headers, deploy);
        crate::support::send(&router, request).await.status.as_u16()
    };
    assert_eq!(told("pipeline", &tells).await, 202);
    for (hook, secret) in [("other", &tells), ("pipeline", &reads), ("pipeline", &"srr_x".to_owned())] {
        assert_eq!(told(hook, secret).await, 401, "{hook}");
    }
    house.store.service_token_revoke(id, house.clock.now()).await.unwrap();
    assert_eq!(told("pipeline", &tells).await, 401);
}
