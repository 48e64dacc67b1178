//! People, sessions and tokens: nobody is mistaken for another, and what has ended opens nothing.

use domain::access::Grant;
use domain::person::grants_of;
use domain::service_token::Scope;
use domain::session::{Session, SessionTerms, SignInAttempt};
use jiff::SignedDuration;
use store::{NewServiceToken, PersonChange, StoreError, Vouched};

use crate::arena::{Arena, contract, instant};

contract!(
    a_person_is_who_an_issuer_says_whatever_the_address,
    an_account_is_made_once_and_has_a_password,
    whoever_is_shut_out_is_out_at_once_and_stays_out,
    a_session_is_found_by_its_digest_and_ends,
    a_session_takes_the_place_of_the_one_before,
    sessions_that_are_over_are_forgotten,
    one_of_several_asks_the_provider,
    whoever_was_on_the_way_comes_back_once,
    failures_are_counted_for_a_while,
    a_token_is_good_until_it_is_taken_back,
    nul_characters_are_refused_in_people
);

const AT: &str = "2026-11-20T01:00:00.123456Z";
const LATER: &str = "2026-11-20T02:00:00Z";

fn grants(text: &str) -> Vec<Grant> {
    grants_of(text).unwrap()
}

fn vouched(issuer: &str, subject: &str) -> Vouched {
    Vouched {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        name: "林 拓也".to_owned(),
        email: Some("hayashi@acme.example".to_owned()),
        grants: grants("viewer:*;editor:shop"),
    }
}

fn session(digest: &str, person: i64) -> Session {
    Session {
        digest: digest.to_owned(),
        person,
        created_at: instant(AT),
        used_at: instant(AT),
        checked_at: instant(AT),
        asked_at: instant(AT),
        renewal: Some("sealed".to_owned()),
        from: "192.0.2.7".to_owned(),
    }
}

async fn somebody(arena: &Arena) -> i64 {
    arena.store.person_put(&vouched("https://a.example", "1"), instant(AT)).await.unwrap().id
}

async fn open(arena: &Arena, session: &Session) {
    arena.store.session_insert(session, None, SessionTerms::default()).await.unwrap();
}

async fn a_person_is_who_an_issuer_says_whatever_the_address(arena: &Arena) {
    let store = &arena.store;
    let one = store.person_put(&vouched("https://a.example", "1"), instant(AT)).await.unwrap();
    // The same address and name, of another issuer or another subject, is somebody else.
    let two = store.person_put(&vouched("https://b.example", "1"), instant(AT)).await.unwrap();
    let three = store.person_put(&vouched("https://a.example", "2"), instant(AT)).await.unwrap();
    assert!(one.id != two.id && one.id != three.id && two.id != three.id);

    let revision = store.revision().await.unwrap();
    let same = store.person_put(&vouched("https://a.example", "1"), instant(LATER)).await.unwrap();
    assert_eq!(same, one);
    assert_eq!(store.revision().await.unwrap(), revision, "nothing changed");
    let renamed = Vouched { name: "林".to_owned(), email: None, ..vouched("https://a.example", "1") };
    let kept = store.person_put(&renamed, instant(LATER)).await.unwrap();
    assert_eq!((kept.id, kept.name.as_str(), kept.email, kept.created_at), (one.id, "林", None, instant(AT)));
    assert_eq!(kept.grants, grants("viewer:*;editor:shop"));
    assert_eq!(store.person_find("https://a.example", "3").await.unwrap(), None);
    assert_eq!(store.person_get(one.id).await.unwrap().map(|found| found.subject), Some("1".to_owned()));
    assert_eq!(store.person_get(99).await.unwrap(), None);
    for nameless in [vouched("", "1"), vouched("https://a.example", "")] {
        let refused = store.person_put(&nameless, instant(AT)).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
}

async fn an_account_is_made_once_and_has_a_password(arena: &Arena) {
    let store = &arena.store;
    let id = store.person_insert("hayashi", "hash", &grants("admin:*"), instant(AT)).await.unwrap();
    let again = store.person_insert("hayashi", "other", &[], instant(AT)).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    let (person, password) = store.person_find("", "hayashi").await.unwrap().unwrap();
    assert_eq!((person.id, person.is_local(), password.as_deref()), (id, true, Some("hash")));
    assert!(store.person_change(id, &PersonChange::Password("new".to_owned())).await.unwrap());
    assert!(store.person_change(id, &PersonChange::Grants(grants("viewer:shop"))).await.unwrap());
    let (person, password) = store.person_find("", "hayashi").await.unwrap().unwrap();
    assert_eq!((person.grants, password.as_deref()), (grants("viewer:shop"), Some("new")));
    assert!(!store.person_change(99, &PersonChange::Enable).await.unwrap());
    // Whoever a provider vouches for gets no password here.
    let vouched = somebody(arena).await;
    assert!(!store.person_change(vouched, &PersonChange::Password("x".to_owned())).await.unwrap());
}

async fn whoever_is_shut_out_is_out_at_once_and_stays_out(arena: &Arena) {
    let store = &arena.store;
    let id = somebody(arena).await;
    open(arena, &session("a", id)).await;
    open(arena, &session("b", id)).await;
    let listed = store.person_list(instant(AT)).await.unwrap();
    assert_eq!((listed.len(), listed[0].sessions, listed[0].from.as_deref()), (1, 2, Some("192.0.2.7")));
    assert_eq!(listed[0].person.signed_in_at, Some(instant(AT)));
    assert!(store.person_change(id, &PersonChange::Disable(instant(LATER))).await.unwrap());
    assert_eq!(store.session_get("a").await.unwrap(), None);
    assert_eq!(store.person_list(instant(AT)).await.unwrap()[0].sessions, 0);
    // The provider still knows them; that lets nobody in again.
    let again = store.person_put(&vouched("https://a.example", "1"), instant(LATER)).await.unwrap();
    assert_eq!(again.disabled_at, Some(instant(LATER)));
    assert!(store.person_change(id, &PersonChange::Enable).await.unwrap());
    let (person, _) = store.person_find("https://a.example", "1").await.unwrap().unwrap();
    assert_eq!(person.disabled_at, None);
}

async fn a_session_is_found_by_its_digest_and_ends(arena: &Arena) {
    let store = &arena.store;
    let id = somebody(arena).await;
    open(arena, &session("digest", id)).await;
    for other in ["", "diges", "digest ", "%", "DIGEST", "\0"] {
        let found = store.session_get(other).await;
        assert!(!matches!(found, Ok(Some(_))), "{other:?}: {found:?}");
    }
    let (found, person) = store.session_get("digest").await.unwrap().unwrap();
    assert_eq!((&found, person.id), (&session("digest", id), id));
    let revision = store.revision().await.unwrap();
    store.session_use("digest", instant(LATER)).await.unwrap();
    // What is noted late does not turn the clock back.
    store.session_use("digest", instant(AT)).await.unwrap();
    assert_eq!(store.session_get("digest").await.unwrap().unwrap().0.used_at, instant(LATER));
    assert_eq!(store.revision().await.unwrap(), revision, "no page shows it");
    store.session_delete("digest").await.unwrap();
    assert_eq!(store.session_get("digest").await.unwrap(), None);

    open(arena, &session("one", id)).await;
    open(arena, &session("two", id)).await;
    assert_eq!(store.session_delete_all(id).await.unwrap(), 2);
    assert_eq!(store.session_get("one").await.unwrap(), None);
}

async fn a_session_takes_the_place_of_the_one_before(arena: &Arena) {
    let store = &arena.store;
    let id = somebody(arena).await;
    open(arena, &session("old", id)).await;
    let terms = SessionTerms::default();
    store.session_insert(&session("new", id), Some("old"), terms).await.unwrap();
    assert_eq!(store.session_get("old").await.unwrap(), None);
    assert!(store.session_get("new").await.unwrap().is_some());
}

async fn sessions_that_are_over_are_forgotten(arena: &Arena) {
    let store = &arena.store;
    let id = somebody(arena).await;
    open(arena, &session("old", id)).await;
    let later = instant(AT).checked_add(SignedDuration::from_hours(12)).unwrap();
    open(arena, &Session { created_at: later, used_at: later, ..session("new", id) }).await;
    assert_eq!(store.session_get("old").await.unwrap(), None);
    assert!(store.session_get("new").await.unwrap().is_some());
}

async fn one_of_several_asks_the_provider(arena: &Arena) {
    let store = &arena.store;
    let id = somebody(arena).await;
    open(arena, &session("digest", id)).await;
    assert!(store.session_claim("digest", instant(AT), instant(LATER)).await.unwrap());
    assert!(!store.session_claim("digest", instant(AT), instant(LATER)).await.unwrap());
    assert!(!store.session_claim("nobody", instant(AT), instant(LATER)).await.unwrap());
    store.session_check("digest", instant(LATER), "next").await.unwrap();
    let (found, _) = store.session_get("digest").await.unwrap().unwrap();
    assert_eq!((found.checked_at, found.renewal.as_deref()), (instant(LATER), Some("next")));
}

async fn whoever_was_on_the_way_comes_back_once(arena: &Arena) {
    let store = &arena.store;
    let attempt = |digest: &str, at: &str| SignInAttempt {
        digest: digest.to_owned(),
        state: "state".to_owned(),
        nonce: "nonce".to_owned(),
        verifier: "verifier".to_owned(),
        back: "/reviews/2026-W47".to_owned(),
        created_at: instant(at),
    };
    store.sign_in_attempt_insert(&attempt("a", AT), instant(AT)).await.unwrap();
    assert_eq!(store.sign_in_attempt_take("b").await.unwrap(), None);
    assert_eq!(store.sign_in_attempt_take("a").await.unwrap(), Some(attempt("a", AT)));
    assert_eq!(store.sign_in_attempt_take("a").await.unwrap(), None);
    store.sign_in_attempt_insert(&attempt("a", AT), instant(AT)).await.unwrap();
    store.sign_in_attempt_insert(&attempt("c", LATER), instant(LATER)).await.unwrap();
    assert_eq!(store.sign_in_attempt_take("a").await.unwrap(), None, "it was forgotten");
}

async fn failures_are_counted_for_a_while(arena: &Arena) {
    let store = &arena.store;
    let what = ["account hayashi".to_owned(), "address 192.0.2.7".to_owned()];
    store.sign_in_failure_insert(&what, instant(AT), instant(AT)).await.unwrap();
    store.sign_in_failure_insert(&what[1..], instant(LATER), instant(AT)).await.unwrap();
    let count = async |what: &str, since| {
        store.sign_in_failure_count(what, instant(since), instant(LATER)).await.unwrap()
    };
    let before = store.sign_in_failure_count(&what[1], instant(AT), instant(AT)).await.unwrap();
    assert_eq!(before, 1, "what is still to come by a clock that was put back does not count");
    assert_eq!(
        (count(&what[0], AT).await, count(&what[1], AT).await, count(&what[1], LATER).await),
        (1, 2, 1)
    );
    store.sign_in_failure_insert(&[], instant(LATER), instant(LATER)).await.unwrap();
    assert_eq!(count(&what[0], AT).await, 0, "it was forgotten");
}

async fn a_token_is_good_until_it_is_taken_back(arena: &Arena) {
    let store = &arena.store;
    let token = NewServiceToken {
        digest: "digest".to_owned(),
        name: "grafana".to_owned(),
        scopes: vec!["read:shop".parse().unwrap(), Scope::Ingest("pagerduty".to_owned())],
        created_at: instant(AT),
        created_by: "hayashi".to_owned(),
        expires_at: instant("2027-02-18T01:00:00Z"),
    };
    let id = store.service_token_insert(&token).await.unwrap();
    let second = NewServiceToken { digest: "other".to_owned(), ..token.clone() };
    let same_name = store.service_token_insert(&second).await;
    assert!(matches!(same_name, Err(StoreError::Conflict { .. })), "{same_name:?}");
    let found = store.service_token_get("digest").await.unwrap().unwrap();
    assert_eq!((found.id, &found.scopes, found.used_at), (id, &token.scopes, None));
    assert_eq!(store.service_token_get("diges").await.unwrap(), None);
    store.service_token_use(id, instant(LATER)).await.unwrap();
    assert!(store.service_token_revoke(id, instant(LATER)).await.unwrap());
    assert!(!store.service_token_revoke(id, instant(LATER)).await.unwrap());
    let found = store.service_token_get("digest").await.unwrap().unwrap();
    assert_eq!((found.used_at, found.revoked_at), (Some(instant(LATER)), Some(instant(LATER))));
    store.service_token_insert(&second).await.unwrap();
    let listed = store.service_token_list().await.unwrap();
    assert_eq!(listed.iter().map(|token| token.id).collect::<Vec<_>>(), [2, 1]);
}

async fn nul_characters_are_refused_in_people(arena: &Arena) {
    let store = &arena.store;
    let nul = Vouched { name: "a\0b".to_owned(), ..vouched("https://a.example", "1") };
    let refused = store.person_put(&nul, instant(AT)).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    assert_eq!(store.person_find("", "a\0b").await.unwrap(), None);
    assert_eq!(store.person_list(instant(AT)).await.unwrap(), []);
}
