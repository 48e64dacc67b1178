//! What a token says of somebody, and whether that lets them in.

use domain::access::Grant;
use jiff::Timestamp;
use serde_json::{Map, Value};
use store::Vouched;

use super::jws::TokenFault;
use crate::config::SignInConfig;

/// How far clocks may go apart, in seconds.
const LEEWAY: i64 = 60;

/// The most characters of a name that is kept beside what somebody writes.
const LONGEST_NAME: usize = 80;

/// The longest subject (OpenID Connect Core 2).
const LONGEST_SUBJECT: usize = 255;

/// The issuer whose accounts may be anybody's.
pub const GOOGLE: &str = "https://accounts.google.com";

/// What a token says.
pub type Claims = Map<String, Value>;

/// Why somebody whom the provider knows is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The provider does not say that the mail address is theirs.
    #[error("the provider did not verify the mail address")]
    Unverified,
    /// The address is of another organisation.
    #[error("the mail address is of another domain")]
    Domain,
    /// None of their groups may do anything here.
    #[error("none of their groups may do anything here")]
    Role,
}

/// Checks what every token has to say: who made it, for whom, and until when.
///
/// # Errors
/// [`TokenFault::Claim`], the first one that is not what it has to be.
pub fn check(claims: &Claims, issuer: &str, now: Timestamp) -> Result<(), TokenFault> {
    let word = |name: &str| claims.get(name).and_then(Value::as_str);
    if word("iss") != Some(issuer) {
        return Err(TokenFault::Claim("iss"));
    }
    let now = now.as_second();
    let ends = second(claims, "exp").ok_or(TokenFault::Claim("exp"))?;
    if ends.saturating_add(LEEWAY) <= now {
        return Err(TokenFault::Claim("exp"));
    }
    for begins in ["nbf", "iat"] {
        let is_there = claims.contains_key(begins);
        if is_there && second(claims, begins).is_none_or(|begins| begins > now.saturating_add(LEEWAY)) {
            return Err(TokenFault::Claim(begins));
        }
    }
    let subject = word("sub").filter(|subject| !subject.is_empty() && subject.len() <= LONGEST_SUBJECT);
    subject.map(|_| ()).ok_or(TokenFault::Claim("sub"))
}

/// Checks that a token is meant for us alone.
///
/// # Errors
/// [`TokenFault::Claim`].
pub fn check_audience(claims: &Claims, client: &str) -> Result<(), TokenFault> {
    let party = claims.get("azp");
    let is_party = |party: &Value| party.as_str() == Some(client);
    let is_ours = match claims.get("aud") {
        Some(Value::String(one)) => one == client,
        // A token for several is ours only where it was given to us.
        Some(Value::Array(all)) => {
            all.iter().any(is_party) && (all.len() == 1 || party.is_some_and(is_party))
        }
        _ => false,
    };
    if !is_ours {
        return Err(TokenFault::Claim("aud"));
    }
    if party.is_some_and(|party| !is_party(party)) { Err(TokenFault::Claim("azp")) } else { Ok(()) }
}

/// A time in a claim. Whole seconds, or a number with a fraction that some write; nothing else is a time.
fn second(claims: &Claims, name: &str) -> Option<i64> {
    let number = claims.get(name)?.as_number()?;
    number.as_i64().or_else(|| number.to_string().split_once('.')?.0.parse().ok())
}

/// Who somebody is and what their groups grant.
///
/// # Errors
/// [`Refusal`], why they are not let in.
pub fn vouched(claims: &Claims, issuer: &str, config: &SignInConfig) -> Result<Vouched, Refusal> {
    let word = |name: &str| claims.get(name).and_then(Value::as_str).filter(|word| !word.is_empty());
    let email = word("email");
    if email.is_none() || !is_true(claims.get(&config.email_verified_claim)) {
        return Err(Refusal::Unverified);
    }
    if !config.hosted_domains.is_empty() {
        let fits = |domain: &String| email.is_some_and(|email| is_of_domain(email, domain));
        // A private account at Google may have an address of any domain; only the claim says whose account it is.
        let may_lack = issuer != GOOGLE;
        let is_hosted = |domain: &String| match claims.get("hd") {
            Some(hosted) => hosted.as_str().is_some_and(|hosted| folded(hosted) == folded(domain)),
            None => may_lack,
        };
        if !config.hosted_domains.iter().any(|domain| fits(domain) && is_hosted(domain)) {
            return Err(Refusal::Domain);
        }
    }
    let grants = grants(claims, config);
    if grants.is_empty() {
        return Err(Refusal::Role);
    }
    let subject = word("sub").unwrap_or_default();
    let name = word("name").or_else(|| word("preferred_username")).or(email).unwrap_or(subject);
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    Ok(Vouched {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        name: if name.trim().is_empty() { subject.to_owned() } else { name.trim().to_owned() },
        email: email.map(str::to_owned),
        grants,
    })
}

/// What the groups grant; `*` is everybody.
fn grants(claims: &Claims, config: &SignInConfig) -> Vec<Grant> {
    let groups: Vec<&str> = match claims.get(&config.groups_claim) {
        Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(group)) => vec![group.as_str()],
        _ => Vec::new(),
    };
    let is_theirs = |group: &str| group == "*" || groups.contains(&group);
    config.roles.iter().filter(|(group, _)| is_theirs(group)).map(|(_, grant)| grant.clone()).collect()
}

/// Whether a claim says yes; some write it as a text or a number.
fn is_true(claim: Option<&Value>) -> bool {
    match claim {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(word)) => word == "true" || word == "1",
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        _ => false,
    }
}

/// Whether a mail address is of exactly this domain: what stands behind its last `@`, whatever the case.
#[must_use]
pub fn is_of_domain(email: &str, domain: &str) -> bool {
    email.rsplit_once('@').is_some_and(|(name, own)| !name.is_empty() && folded(own) == folded(domain))
}

fn folded(domain: &str) -> String {
    domain.to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://login.example";

    fn config(domains: &[&str], roles: &[(&str, &str)]) -> SignInConfig {
        SignInConfig {
            hosted_domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            roles: roles.iter().map(|(group, grant)| ((*group).to_owned(), grant.parse().unwrap())).collect(),
            groups_claim: "groups".to_owned(),
            email_verified_claim: "email_verified".to_owned(),
            ..SignInConfig::default()
        }
    }

    fn claims(change: Value) -> Claims {
        let mut claims = json!({ "iss": ISSUER, "sub": "7", "aud": "teirei", "exp": 1_000, "iat": 700,
            "email": "hayashi@corp.example", "email_verified": true, "name": "林 拓也" });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object().unwrap().clone()
    }

    /// GHSA-7cc2-r658-7xpf: `exploitcorp.com` ended in `corp.com` and was let in.
    #[test]
    fn a_domain_is_equal_or_another_one() {
        for (email, fits) in [
            ("a@corp.example", true),
            ("a@CORP.Example", true),
            ("a@b@corp.example", true),
            ("a@exploitcorp.example", false),
            ("a@corp.example.evil.example", false),
            ("a@sub.corp.example", false),
            ("a@corp.example@evil.example", false),
            ("a@corp.example ", false),
            ("corp.example", false),
            ("@corp.example", false),
            ("", false),
        ] {
            assert_eq!(is_of_domain(email, "corp.example"), fits, "{email}");
            let domains = config(&["corp.example"], &[("*", "viewer")]);
            let found = vouched(&claims(json!({ "email": email })), ISSUER, &domains);
            assert_eq!(found.is_ok(), fits, "{email}: {found:?}");
        }
    }

    #[test]
    fn at_google_the_claim_of_the_domain_has_to_be_there() {
        let domains = config(&["corp.example"], &[("*", "viewer")]);
        let at = |issuer: &str, hosted: Value| vouched(&claims(json!({ "hd": hosted })), issuer, &domains);
        assert!(at(GOOGLE, json!("corp.example")).is_ok() && at(ISSUER, json!("Corp.Example")).is_ok());
        for hosted in [json!("exploitcorp.example"), json!(""), json!(["corp.example"]), Value::Null] {
            assert_eq!(at(GOOGLE, hosted.clone()), Err(Refusal::Domain), "{hosted}");
            assert_eq!(at(ISSUER, hosted), Err(Refusal::Domain));
        }
        assert_eq!(vouched(&claims(json!({})), GOOGLE, &domains), Err(Refusal::Domain));
    }

    #[test]
    fn a_mail_address_that_nobody_verified_lets_nobody_in() {
        let everybody = config(&[], &[("*", "viewer")]);
        for (verified, fits) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(1), true),
            (json!(false), false),
            (json!("false"), false),
            (json!("yes"), false),
            (json!(null), false),
            (json!([true]), false),
        ] {
            let found = vouched(&claims(json!({ "email_verified": verified })), ISSUER, &everybody);
            assert_eq!(found.is_ok(), fits, "{verified}");
        }
        let without = claims(json!({ "email": null }));
        assert_eq!(vouched(&without, ISSUER, &everybody), Err(Refusal::Unverified));
    }

    #[test]
    fn groups_grant_what_is_configured_and_nothing_else() {
        let roles = config(&[], &[("sre", "reviewer"), ("shop", "editor:shop")]);
        let granted = |groups: Value| {
            let found = vouched(&claims(json!({ "groups": groups })), ISSUER, &roles);
            found.map(|found| domain::person::grants_text(&found.grants))
        };
        assert_eq!(granted(json!(["shop", "other"])).as_deref(), Ok("editor:shop"));
        assert_eq!(granted(json!(["sre", "shop"])).as_deref(), Ok("reviewer:*;editor:shop"));
        assert_eq!(granted(json!("sre")).as_deref(), Ok("reviewer:*"));
        for none in [json!([]), json!(["SRE", "sre "]), json!({ "sre": true }), json!(null), json!("*")] {
            assert_eq!(granted(none.clone()), Err(Refusal::Role), "{none}");
        }
    }

    #[test]
    fn a_token_is_in_force_and_ours_alone() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let wrong = |change: Value, now: i64| {
            let claims = claims(change);
            check(&claims, ISSUER, at(now)).and_then(|()| check_audience(&claims, "teirei")).err()
        };
        assert_eq!(wrong(json!({}), 1_059), None);
        for (change, now, claim) in [
            (json!({}), 1_060, "exp"),
            (json!({ "exp": "9999999999" }), 900, "exp"),
            (json!({ "exp": null }), 900, "exp"),
            (json!({ "nbf": 1_000 }), 900, "nbf"),
            (json!({ "iat": 1_000 }), 900, "iat"),
            (json!({ "iss": "https://login.example/" }), 900, "iss"),
            (json!({ "sub": "" }), 900, "sub"),
            (json!({ "sub": 7 }), 900, "sub"),
            (json!({ "aud": "other" }), 900, "aud"),
            (json!({ "aud": ["teirei", "other"] }), 900, "aud"),
            (json!({ "aud": ["teirei", "other"], "azp": "other" }), 900, "aud"),
            (json!({ "aud": "teirei", "azp": "other" }), 900, "azp"),
            (json!({ "aud": null }), 900, "aud"),
        ] {
            assert_eq!(wrong(change.clone(), now), Some(TokenFault::Claim(claim)), "{change}");
        }
        assert_eq!(wrong(json!({ "aud": ["teirei"], "exp": 1_000.5 }), 900), None);
        assert_eq!(wrong(json!({ "aud": ["teirei", "other"], "azp": "teirei" }), 900), None);
    }

    #[test]
    fn a_name_is_one_line_that_fits() {
        let everybody = config(&[], &[("*", "viewer")]);
        let name = |change| vouched(&claims(change), ISSUER, &everybody).unwrap().name;
        assert_eq!(name(json!({ "name": "a\nb\u{7}" })), "a\nb\u{7}".replace(char::is_control, ""));
        assert_eq!(name(json!({ "name": "x".repeat(200) })).len(), LONGEST_NAME);
        assert_eq!(name(json!({ "name": " ", "preferred_username": "t" })), "7");
        assert_eq!(name(json!({ "name": null })), "hayashi@corp.example");
    }
}
