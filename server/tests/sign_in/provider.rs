//! A provider of OpenID Connect: it is believed when it tells the truth, and only then.

use axum::Router;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::config::{ProviderConfig, Secret, SignInConfig};

use super::house::{accounts, cookies, later, page, router, router_at};
use crate::fake::between;
use crate::fake::provider::{CLIENT, CLIENT_SECRET, FakeProvider, Signed};
use crate::support::{Answer, House};

const SHOWN: &str = "/reviews/2026-W47";

/// A house whose people come from a provider.
pub struct Stage {
    pub house: House,
    pub provider: FakeProvider,
    pub config: SignInConfig,
}

impl Stage {
    pub async fn new() -> Self {
        let house = House::furnished().await;
        let provider = FakeProvider::start(house.clock.now().as_second()).await;
        let config = SignInConfig {
            accounts: false,
            provider: Some(ProviderConfig {
                issuer: provider.url.clone(),
                client_id: CLIENT.to_owned(),
                client_secret: Secret::new(CLIENT_SECRET),
                scopes: vec!["email".to_owned()],
                label: "corp".to_owned(),
                secrets: vec![Secret::new("kX9v2QwLr7TnB4ZsJ6YhP1MfC8DgA3Ue")],
            }),
            roles: vec![
                ("sre".to_owned(), "reviewer".parse().unwrap()),
                ("telemed".to_owned(), "editor:telemed".parse().unwrap()),
            ],
            ..accounts()
        };
        Self { house, provider, config }
    }

    pub fn router(&self) -> Router {
        router(&self.house, &self.config)
    }

    pub fn later(&self, minutes: i64) -> Router {
        let at = later(&self.house, SignedDuration::from_mins(minutes));
        self.provider.world().now = at.as_second();
        router_at(&self.house, &self.config, at)
    }

    /// Leaves for the provider; answers the cookie and the state, and has the provider know the code `code`.
    pub async fn leave(&self, router: &Router, back: &str) -> (String, String) {
        let left = page(router, &format!("/sign-in/provider?back={back}"), "").await;
        let at = left.header("location").to_owned();
        assert_eq!(left.status, 303, "{}", left.body);
        assert!(at.starts_with(&format!("{}/authorize?", self.provider.url)), "{at}");
        let word = |name: &str| between(&at, &format!("{name}="), "&").to_owned();
        assert_eq!(
            (word("response_type"), word("code_challenge_method")),
            ("code".to_owned(), "S256".to_owned())
        );
        assert_eq!(word("scope"), "openid%20email%20offline_access");
        let known = (word("code_challenge"), word("nonce"));
        self.provider.world().codes.insert("code".to_owned(), known);
        (cookies(&left), word("state"))
    }

    /// Signs in at the provider.
    pub async fn sign_in(&self, router: &Router) -> Answer {
        let (cookie, state) = self.leave(router, "").await;
        page(router, &format!("/sign-in/return?code=code&state={state}"), &cookie).await
    }

    /// Signs in and answers the cookie of the session.
    pub async fn signed_in(&self, router: &Router) -> String {
        let answer = self.sign_in(router).await;
        assert_eq!(answer.header("location"), "/", "{}", answer.body);
        cookies(&answer)
    }
}

#[tokio::test]
async fn whoever_the_provider_vouches_for_comes_in_and_back_to_the_permalink() {
    let stage = Stage::new().await;
    let router = stage.router();
    let form = page(&router, "/sign-in?back=%2Fproducts%2Ftelemed%3Fweek%3D2026-W46&lang=en", "").await;
    assert!(form.body.contains("Sign in with corp"), "{}", form.body);
    let (cookie, state) = stage.leave(&router, "%2Fproducts%2Ftelemed%3Fweek%3D2026-W46").await;
    assert!(cookie.starts_with("teirei_sign_in=") && !cookie.contains(&state));
    let back = page(&router, &format!("/sign-in/return?code=code&state={state}"), &cookie).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, "/products/telemed?week=2026-W46"));
    assert_eq!(back.header("cache-control"), "no-store");
    let session = cookies(&back);
    assert!(session.starts_with("teirei_session=") && !session.contains("teirei_sign_in"), "{session}");
    let shown = page(&router, SHOWN, &session).await;
    assert!(shown.status == 200 && shown.body.contains("林 拓也"));
    let people = stage.house.store.person_list(stage.house.clock.now()).await.unwrap();
    let person = &people[0].person;
    assert_eq!((person.issuer.as_str(), person.subject.as_str()), (stage.provider.url.as_str(), "7"));
    // The provider's own word is kept sealed.
    let tables = crate::support::program::rows(&stage.house.folder.path().join("teirei.db")).await;
    assert!(!format!("{tables:?}").contains("refresh-1"));
}

#[tokio::test]
async fn a_provider_that_lies_lets_nobody_in() {
    let stage = Stage::new().await;
    let router = stage.router();
    let now = stage.house.clock.now().as_second();
    let well = Signed::Well;
    for (signed, lies, problem) in [
        (well, json!({ "nonce": "another" }), "provider"),
        (well, json!({ "nonce": null }), "provider"),
        (well, json!({ "aud": "another" }), "provider"),
        (well, json!({ "aud": [CLIENT, "another"] }), "provider"),
        (well, json!({ "iss": "https://evil.example" }), "provider"),
        (well, json!({ "exp": now - 61 }), "provider"),
        (well, json!({ "exp": "9999999999" }), "provider"),
        (well, json!({ "iat": now + 600 }), "provider"),
        (well, json!({ "nbf": now + 600 }), "provider"),
        (well, json!({ "sub": null }), "provider"),
        (Signed::NotAtAll, json!({}), "provider"),
        (Signed::WithSecret, json!({}), "provider"),
        (Signed::ByAnother, json!({}), "provider"),
        (Signed::ByUnknown, json!({}), "provider"),
        (Signed::Changed, json!({}), "provider"),
        (well, json!({ "email_verified": false }), "person"),
        (well, json!({ "email_verified": null }), "person"),
        (well, json!({ "email": null }), "person"),
        (well, json!({ "groups": ["sales"] }), "person"),
    ] {
        (stage.provider.world().signed, stage.provider.world().lies) = (signed, lies.clone());
        let answer = stage.sign_in(&router).await;
        let place = format!("{signed:?} {lies}");
        assert_eq!(answer.header("location"), format!("/sign-in?problem={problem}"), "{place}");
        assert_eq!(cookies(&answer), "", "{place}");
        assert!(answer.body.is_empty(), "{place}");
    }
    assert_eq!(stage.house.store.person_list(stage.house.clock.now()).await.unwrap(), []);
    stage.provider.world().lies = json!({});
    stage.provider.world().signed = Signed::Well;
    stage.signed_in(&router).await;
}

#[tokio::test]
async fn whoever_comes_back_left_from_this_browser_once_and_lately() {
    let stage = Stage::new().await;
    let router = stage.router();
    let stray = async |router: &Router, query: &str, cookie: &str| {
        let answer = page(router, &format!("/sign-in/return?{query}"), cookie).await;
        assert_eq!(
            (answer.header("location"), cookies(&answer).as_str()),
            ("/sign-in?problem=stray", ""),
            "{query}"
        );
    };
    let (cookie, state) = stage.leave(&router, "").await;
    stray(&router, &format!("code=code&state={state}"), "").await;
    stray(&router, &format!("code=code&state={state}"), "teirei_sign_in=another").await;
    stray(&router, "code=code&state=another", &cookie).await;
    // A wrong state has used the way up.
    stray(&router, &format!("code=code&state={state}"), &cookie).await;

    let (cookie, state) = stage.leave(&router, "").await;
    let right = format!("code=code&state={state}");
    let good = page(&router, &format!("/sign-in/return?{right}"), &cookie).await;
    assert_eq!(good.header("location"), "/");
    stray(&router, &right, &cookie).await;

    let (cookie, state) = stage.leave(&router, "").await;
    stray(&stage.later(10), &format!("code=code&state={state}"), &cookie).await;
    let (cookie, state) = stage.leave(&router, "").await;
    stray(&router, &format!("error=access_denied&state={state}"), &cookie).await;
}

#[tokio::test]
async fn the_provider_alone_knows_the_proof_of_a_code() {
    let stage = Stage::new().await;
    let router = stage.router();
    let (cookie, state) = stage.leave(&router, "").await;
    // Somebody else's code, with another proof: PKCE.
    stage.provider.world().codes.insert("stolen".to_owned(), ("another".to_owned(), "nonce".to_owned()));
    let answer = page(&router, &format!("/sign-in/return?code=stolen&state={state}"), &cookie).await;
    assert_eq!(answer.header("location"), "/sign-in?problem=provider");
}

#[tokio::test]
async fn whoever_leaves_is_out_within_five_minutes() {
    let stage = Stage::new().await;
    let cookie = stage.signed_in(&stage.router()).await;
    stage.provider.world().knows = false;
    assert_eq!(page(&stage.later(4), SHOWN, &cookie).await.status, 200);
    let router = stage.later(5);
    assert_eq!(page(&router, SHOWN, &cookie).await.status, 303);
    stage.provider.world().knows = true;
    assert_eq!(page(&router, SHOWN, &cookie).await.status, 303, "what has ended does not begin again");
    let grants = stage.provider.world().asked.clone();
    assert_eq!(grants, ["authorization_code", "refresh_token"], "the provider is asked once in five minutes");
}

#[tokio::test]
async fn several_requests_at_once_ask_the_provider_once_and_nobody_slips_through() {
    let stage = Stage::new().await;
    let cookie = stage.signed_in(&stage.router()).await;
    let router = stage.later(6);
    let (one, two, three) = tokio::join!(
        page(&router, SHOWN, &cookie),
        page(&router, SHOWN, &cookie),
        page(&router, SHOWN, &cookie)
    );
    assert_eq!([one.status, two.status, three.status].map(|status| status.as_u16()), [200, 200, 200]);
    assert_eq!(
        stage.provider.world().asked.len(),
        2,
        "a second refresh would end the session at the provider"
    );
    stage.provider.world().knows = false;
    let router = stage.later(12);
    let (one, two) = tokio::join!(page(&router, SHOWN, &cookie), page(&router, SHOWN, &cookie));
    assert_eq!([one.status, two.status].map(|status| status.as_u16()), [303, 303]);
}

#[tokio::test]
async fn what_groups_may_do_follows_the_provider() {
    let stage = Stage::new().await;
    let cookie = stage.signed_in(&stage.router()).await;
    assert_eq!(page(&stage.later(1), "/imports", &cookie).await.status, 200);
    stage.provider.world().claims["groups"] = json!(["telemed"]);
    let router = stage.later(6);
    assert_eq!(page(&router, "/imports", &cookie).await.status, 403);
    assert_eq!(page(&router, "/products/telemed", &cookie).await.status, 200);
    stage.provider.world().claims["groups"] = json!([]);
    assert_eq!(page(&stage.later(12), "/products/telemed", &cookie).await.status, 303);
}

#[tokio::test]
async fn a_provider_that_is_silent_for_a_while_ends_nothing_and_for_long_everything() {
    let stage = Stage::new().await;
    let cookie = stage.signed_in(&stage.router()).await;
    stage.provider.world().is_down = true;
    for minutes in [5, 29] {
        assert_eq!(page(&stage.later(minutes), SHOWN, &cookie).await.status, 200, "{minutes}");
    }
    let router = stage.later(30);
    assert_eq!(page(&router, SHOWN, &cookie).await.status, 303);
    let answer = page(&router, "/sign-in/provider", "").await;
    assert_eq!(answer.header("location"), "/sign-in?problem=silent");
    stage.provider.world().is_down = false;
    assert_eq!(page(&stage.later(31), SHOWN, &cookie).await.status, 200);
}

#[tokio::test]
async fn without_a_refresh_token_the_provider_is_asked_who_it_is() {
    let stage = Stage::new().await;
    stage.provider.world().refreshes = false;
    assert_eq!(stage.sign_in(&stage.router()).await.header("location"), "/sign-in?problem=provider");
    stage.provider.world().userinfo = Some(json!({ "sub": "8" }));
    assert_eq!(stage.sign_in(&stage.router()).await.header("location"), "/sign-in?problem=provider");
    let who = stage.provider.world().claims.clone();
    stage.provider.world().userinfo = Some(who);
    let cookie = stage.signed_in(&stage.router()).await;
    assert_eq!(page(&stage.later(6), SHOWN, &cookie).await.status, 200);
    stage.provider.world().knows = false;
    assert_eq!(page(&stage.later(12), SHOWN, &cookie).await.status, 303);
}

/// What the provider says of somebody at its other address never takes the place of what it signed.
#[tokio::test]
async fn what_is_signed_goes_before_what_is_said() {
    let stage = Stage::new().await;
    let said: Value = json!({ "sub": "7", "email_verified": true, "groups": ["sre"] });
    stage.provider.world().userinfo = Some(said);
    stage.provider.world().lies = json!({ "email_verified": false });
    assert_eq!(stage.sign_in(&stage.router()).await.header("location"), "/sign-in?problem=person");
}
