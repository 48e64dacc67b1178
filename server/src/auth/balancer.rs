//! The header in which an application load balancer of AWS says who signed in there.
//!
//! Anybody can send such a header, and anybody can have a load balancer whose keys are in the same place: the
//! signature alone says nothing. Which load balancer signed stands in the token, and only the configured one counts.
//! No other header ever does.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;
use store::Vouched;
use tokio::sync::Mutex;

use super::claims::{self, Refusal};
use super::jws::{Algorithm, Key, TokenFault, Unverified};
use super::outside::{Outside, Silence};
use crate::config::{BalancerConfig, SignInConfig};

/// The header.
const HEADER: &str = "x-amzn-oidc-data";

/// How many keys are kept: a load balancer has one or two.
const MOST_KEYS: usize = 16;

/// Why the header lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum BalancerFault {
    /// The header stands there twice, or in another spelling that a server might take for it.
    #[error("the header is there more than once")]
    Twice,
    /// The token is not believed.
    #[error("the token is not believed: {0}")]
    Token(#[from] TokenFault),
    /// The key cannot be had now.
    #[error("the key of the load balancer cannot be had: {0}")]
    Unanswered(#[from] Silence),
    /// The person may not come in.
    #[error(transparent)]
    Person(#[from] Refusal),
}

/// A load balancer.
pub struct Balancer {
    config: BalancerConfig,
    sign_in: SignInConfig,
    outside: Outside,
    keys: Mutex<BTreeMap<String, Key>>,
}

impl Balancer {
    /// A load balancer whose keys are asked for when they are needed.
    #[must_use]
    pub fn new(config: BalancerConfig, sign_in: SignInConfig, outside: Outside) -> Self {
        Self { config, sign_in, outside, keys: Mutex::new(BTreeMap::new()) }
    }

    /// Whom the load balancer vouches for; `None` where it says nothing.
    ///
    /// # Errors
    /// [`BalancerFault`], why what it says is not believed.
    pub async fn vouched(
        &self,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Vouched>, BalancerFault> {
        // A proxy in front may hold an underscore for a hyphen.
        let spelled = |name: &&axum::http::HeaderName| name.as_str().replace('_', "-") == HEADER;
        let spellings = headers.keys().filter(spelled).count();
        let mut values = headers.get_all(HEADER).iter();
        let Some(value) = values.next() else {
            return if spellings == 0 { Ok(None) } else { Err(BalancerFault::Twice) };
        };
        if spellings > 1 || values.next().is_some() {
            return Err(BalancerFault::Twice);
        }
        let token = value.to_str().map_err(|_| TokenFault::Shape)?;
        let unverified = Unverified::read(token)?;
        // Before a key is asked for: whoever sends the header must not choose what is asked.
        if unverified.header("signer") != Some(self.config.arn.as_str()) {
            return Err(TokenFault::Claim("signer").into());
        }
        let id = unverified.header("kid").filter(|id| is_key_id(id)).ok_or(TokenFault::Claim("kid"))?;
        let key = self.key(id).await?;
        let issuer = unverified.header("iss").map(str::to_owned);
        let claims = unverified.verify(std::slice::from_ref(&key), &[Algorithm::Es256])?;
        let mut claims = claims;
        if issuer.is_some_and(|issuer| issuer != self.config.issuer) {
            return Err(TokenFault::Claim("iss").into());
        }
        claims.entry("iss").or_insert_with(|| Value::from(self.config.issuer.clone()));
        claims::check(&claims, &self.config.issuer, now)?;
        Ok(Some(claims::vouched(&claims, &self.config.issuer, &self.sign_in)?))
    }

    async fn key(&self, id: &str) -> Result<Key, BalancerFault> {
        let mut keys = self.keys.lock().await;
        if let Some(key) = keys.get(id) {
            return Ok(key.clone());
        }
        let text = self.outside.text(&self.config.keys.replace("{kid}", id)).await?;
        let key = Key::of_pem(&text, id).ok_or(TokenFault::Key)?;
        if keys.len() >= MOST_KEYS {
            keys.clear();
        }
        keys.insert(id.to_owned(), key.clone());
        Ok(key)
    }
}

/// Whether a key's name is one: it becomes a part of an address.
fn is_key_id(id: &str) -> bool {
    let groups: Vec<&str> = id.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::is_key_id;

    #[test]
    fn a_key_is_asked_for_by_a_name_only() {
        assert!(is_key_id("12345678-90ab-cdef-1234-567890abcdef"));
        for id in
            ["", "..", "12345678-90ab-cdef-1234-567890abcde/", "../../../../../../../../../etc", "1-2-3-4-5"]
        {
            assert!(!is_key_id(id), "{id}");
        }
    }
}
