//! A load balancer of AWS that signs in and says so in a header.

use std::collections::BTreeMap;

use axum::Router;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::config::{BalancerConfig, SignInConfig};

use super::house::{accounts, later, router, router_at};
use crate::fake::provider::{key, keys_at, pem, token};
use crate::support::{Answer, House, get_with};

pub const HEADER: &str = "x-amzn-oidc-data";
const ARN: &str = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/teirei/1";
const KEY: &str = "12345678-90ab-cdef-1234-567890abcdef";
const ISSUER: &str = "https://login.example";
const SHOWN: &str = "/reviews/2026-W47";

/// A house behind a load balancer.
pub struct Stage {
    pub house: House,
    pub config: SignInConfig,
    key: Vec<u8>,
}

impl Stage {
    pub async fn new() -> Self {
        let (house, key) = (House::furnished().await, key());
        let keys = keys_at(BTreeMap::from([(KEY.to_owned(), pem(&key))])).await;
        let config = SignInConfig {
            accounts: false,
            balancer: Some(BalancerConfig {
                arn: ARN.to_owned(),
                issuer: ISSUER.to_owned(),
                keys: format!("{keys}/{{kid}}"),
            }),
            roles: vec![("*".to_owned(), "viewer".parse().unwrap())],
            ..accounts()
        };
        Self { house, config, key }
    }

    /// What the load balancer signs, with changes.
    pub fn token(&self, header: Value, claims: Value) -> String {
        self.signed(header, claims, &self.key)
    }

    fn signed(&self, header: Value, claims: Value, by: &[u8]) -> String {
        let ends = self.house.clock.now().as_second() + 120;
        let mut head = json!({ "alg": "ES256", "typ": "JWT", "kid": KEY, "signer": ARN, "iss": ISSUER,
            "client": "teirei", "exp": ends });
        let mut body = json!({ "sub": "7", "email": "hayashi@corp.example", "email_verified": "true",
            "name": "林 拓也", "exp": ends, "iss": ISSUER });
        for (to, changes) in [(&mut head, header), (&mut body, claims)] {
            for (name, value) in changes.as_object().unwrap() {
                to[name] = value.clone();
            }
        }
        token(&head, &body, by)
    }

    pub fn router(&self) -> Router {
        router(&self.house, &self.config)
    }
}

pub async fn sent(router: &Router, token: &str) -> Answer {
    get_with(router, SHOWN, &[(HEADER, token)]).await
}

#[tokio::test]
async fn whoever_the_load_balancer_vouches_for_comes_in() {
    let stage = Stage::new().await;
    let router = stage.router();
    let shown =
        get_with(&router, SHOWN, &[(HEADER, &stage.token(json!({}), json!({}))), ("accept", "text/html")])
            .await;
    assert!(shown.status == 200 && shown.body.contains("林 拓也"));
    let people = stage.house.store.person_list(stage.house.clock.now()).await.unwrap();
    assert_eq!((people.len(), people[0].person.issuer.as_str()), (1, ISSUER));
    // An administrator's word goes before the load balancer's.
    let out = store::PersonChange::Disable(stage.house.clock.now());
    stage.house.store.person_change(people[0].person.id, &out).await.unwrap();
    assert_eq!(sent(&router, &stage.token(json!({}), json!({}))).await.status, 401);
}

#[tokio::test]
async fn what_another_signed_or_what_has_ended_lets_nobody_in() {
    let stage = Stage::new().await;
    let router = stage.router();
    let good = || stage.token(json!({}), json!({}));
    assert_eq!(sent(&router, &good()).await.status, 200);
    let another = key();
    for (what, token) in [
        ("another key", stage.signed(json!({}), json!({}), &another)),
        ("another signer", stage.token(json!({ "signer": format!("{ARN}2") }), json!({}))),
        ("no signer", stage.token(json!({ "signer": null }), json!({}))),
        ("another issuer", stage.token(json!({ "iss": "https://evil.example" }), json!({}))),
        ("another issuer inside", stage.token(json!({}), json!({ "iss": "https://evil.example" }))),
        ("an unknown key", stage.token(json!({ "kid": "02345678-90ab-cdef-1234-567890abcdef" }), json!({}))),
        ("a key that is a path", stage.token(json!({ "kid": format!("../{KEY}") }), json!({}))),
        ("no key", stage.token(json!({ "kid": null }), json!({}))),
        ("no end", stage.token(json!({}), json!({ "exp": null }))),
        ("no subject", stage.token(json!({}), json!({ "sub": null }))),
        ("no algorithm", stage.token(json!({ "alg": "none" }), json!({}))),
        ("an unverified address", stage.token(json!({}), json!({ "email_verified": "false" }))),
        ("no token", "x".to_owned()),
    ] {
        assert_eq!(sent(&router, &token).await.status, 401, "{what}");
    }
    let late = router_at(&stage.house, &stage.config, later(&stage.house, SignedDuration::from_mins(4)));
    assert_eq!(sent(&late, &good()).await.status, 401);
}

#[tokio::test]
async fn no_other_header_is_believed_and_none_twice() {
    let stage = Stage::new().await;
    let router = stage.router();
    let good = stage.token(json!({}), json!({}));
    for headers in [
        vec![(HEADER, good.as_str()), (HEADER, good.as_str())],
        vec![(HEADER, good.as_str()), ("x_amzn_oidc_data", good.as_str())],
        vec![("x_amzn_oidc_data", good.as_str())],
        vec![("x-amzn-oidc-identity", "7"), ("x-amzn-oidc-accesstoken", good.as_str())],
        vec![("x-forwarded-user", "hayashi"), ("x-forwarded-email", "hayashi@corp.example")],
        vec![("x-auth-request-user", "hayashi"), ("x-webauth-user", "admin"), ("remote-user", "admin")],
    ] {
        assert_eq!(get_with(&router, SHOWN, &headers).await.status, 401, "{headers:?}");
    }
}
