//! OpenID Connect: the code flow with PKCE, and the provider's word on whom it still knows.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::session::SignInAttempt;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::Mutex;

use super::claims::{self, Claims};
use super::jws::{Algorithm, Key, TokenFault, Unverified};
use super::outside::{Outside, Silence};
use super::secret::challenge;
use crate::config::{ProviderConfig, SignInConfig};
use store::Vouched;

/// How long what a provider says of itself is believed.
const DOCUMENT_LASTS: SignedDuration = SignedDuration::from_hours(1);

/// How long one waits before keys are asked for again because a token names one that is not known.
const KEYS_REST: SignedDuration = SignedDuration::from_secs(30);

/// Where the provider leads people back to, behind the public address.
pub const RETURN: &str = "/sign-in/return";

/// Why the provider's word lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFault {
    /// It cannot be asked now, or what it says of itself cannot be used.
    #[error("the provider cannot be asked: {0}")]
    Unanswered(String),
    /// It refuses the code, or knows the person no more.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// Its token is not believed.
    #[error("the provider's token is not believed: {0}")]
    Token(#[from] TokenFault),
    /// The person may not come in.
    #[error(transparent)]
    Person(#[from] claims::Refusal),
    /// It gives nothing by which it could be asked again.
    #[error(
        "the provider gives neither a refresh token nor answers who somebody is: nobody could be locked out"
    )]
    Final,
}

impl From<Silence> for ProviderFault {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Unanswered(what) => Self::Unanswered(what),
            refused @ Silence::Refused(..) => Self::Refused(refused.to_string()),
        }
    }
}

/// Somebody the provider vouches for, and by what it is asked again.
#[derive(Debug)]
pub struct Known {
    /// Who.
    pub vouched: Vouched,
    /// `refresh TOKEN` or `access TOKEN`; to be sealed.
    pub renewal: String,
}

/// What a provider says of itself, and its keys.
struct Document {
    authorization: String,
    token: String,
    userinfo: Option<String>,
    keys_at: String,
    keys: Vec<Key>,
    taken: Vec<Algorithm>,
    posts_secret: bool,
    scopes: Vec<String>,
    fetched_at: Timestamp,
    keys_at_time: Timestamp,
}

/// A provider of OpenID Connect.
pub struct Provider {
    config: ProviderConfig,
    sign_in: SignInConfig,
    outside: Outside,
    redirect: String,
    document: Mutex<Option<Arc<Document>>>,
}

impl Provider {
    /// A provider that leads people back to an address of ours; nothing is asked yet.
    #[must_use]
    pub fn new(config: ProviderConfig, sign_in: SignInConfig, outside: Outside, public_url: &str) -> Self {
        let redirect = format!("{public_url}{RETURN}");
        Self { config, sign_in, outside, redirect, document: Mutex::new(None) }
    }

    /// Its name on the button.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.config.label
    }

    /// Asks the provider what it says of itself, for `teirei check`.
    ///
    /// # Errors
    /// [`ProviderFault::Unanswered`].
    pub async fn probe(&self, now: Timestamp) -> Result<(), ProviderFault> {
        self.document(now).await.map(|_| ())
    }

    /// Where somebody signs in.
    ///
    /// # Errors
    /// [`ProviderFault::Unanswered`].
    pub async fn address(&self, attempt: &SignInAttempt, now: Timestamp) -> Result<String, ProviderFault> {
        let document = self.document(now).await?;
        let mut scopes = vec!["openid"];
        scopes.extend(self.config.scopes.iter().map(String::as_str));
        // What a provider is asked again by; those that do not know the word would refuse it.
        let offline = "offline_access";
        if document.scopes.iter().any(|scope| scope == offline) && !scopes.contains(&offline) {
            scopes.push(offline);
        }
        let (scope, proof) = (scopes.join(" "), challenge(&attempt.verifier));
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", &self.config.client_id),
            ("redirect_uri", &self.redirect),
            ("scope", &scope),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &proof),
            ("code_challenge_method", "S256"),
        ];
        if scopes.contains(&offline) {
            query.push(("prompt", "consent"));
        } else if self.config.issuer == claims::GOOGLE {
            // Google's own words for the same wish.
            query.extend([("access_type", "offline"), ("prompt", "consent")]);
        }
        if let [domain] = self.sign_in.hosted_domains.as_slice() {
            // A wish only: what the token says is checked.
            query.push(("hd", domain));
        }
        let link = app::context::link("", &query);
        let separator = if document.authorization.contains('?') { "&" } else { "?" };
        Ok(format!("{}{separator}{}", document.authorization, link.trim_start_matches('?')))
    }

    /// Who came back with a code.
    ///
    /// # Errors
    /// [`ProviderFault`], why nobody is let in.
    pub async fn redeem(
        &self,
        code: &str,
        attempt: &SignInAttempt,
        now: Timestamp,
    ) -> Result<Known, ProviderFault> {
        let document = self.document(now).await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect.as_str()),
            ("code_verifier", attempt.verifier.as_str()),
        ];
        let answer = self.ask_for_tokens(&document, &fields).await?;
        let token = answer.get("id_token").and_then(Value::as_str).ok_or(TokenFault::Shape)?;
        let claims = self.claims(token, now).await?;
        if claims.get("nonce").and_then(Value::as_str) != Some(attempt.nonce.as_str()) {
            return Err(TokenFault::Claim("nonce").into());
        }
        self.known(&document, &answer, claims, None).await
    }

    /// Whether the provider still knows somebody, and what it says of them now.
    ///
    /// # Errors
    /// [`ProviderFault::Unanswered`] when it cannot be told now; all others say that they are to go.
    pub async fn renew(&self, renewal: &str, subject: &str, now: Timestamp) -> Result<Known, ProviderFault> {
        let document = self.document(now).await?;
        let lost = || ProviderFault::Refused("what was kept cannot be read".to_owned());
        let (way, token) = renewal.split_once(' ').ok_or_else(lost)?;
        if way == "access" {
            let answer =
                Value::Object([("access_token".to_owned(), Value::from(token))].into_iter().collect());
            let claims = [("sub".to_owned(), Value::from(subject))].into_iter().collect();
            return self.known(&document, &answer, claims, Some(renewal)).await;
        }
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let answer = self.ask_for_tokens(&document, &fields).await?;
        let claims = match answer.get("id_token").and_then(Value::as_str) {
            Some(token) => self.claims(token, now).await?,
            None => [("sub".to_owned(), Value::from(subject))].into_iter().collect(),
        };
        if claims.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(TokenFault::Claim("sub").into());
        }
        self.known(&document, &answer, claims, Some(renewal)).await
    }

    /// Puts what the provider says at its other address to what its token says, and finds by what it is asked again.
    async fn known(
        &self,
        document: &Document,
        answer: &Value,
        mut claims: Claims,
        before: Option<&str>,
    ) -> Result<Known, ProviderFault> {
        let word = |name: &str| answer.get(name).and_then(Value::as_str);
        let access = word("access_token");
        if let (Some(url), Some(access)) = (&document.userinfo, access) {
            let Value::Object(more) = self.outside.document(url, Some(access)).await? else {
                return Err(TokenFault::Shape.into());
            };
            // Another person's answer is no answer (OpenID Connect Core 5.3.2).
            if more.get("sub") != claims.get("sub") {
                return Err(TokenFault::Claim("sub").into());
            }
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        let renewal = match (word("refresh_token"), before, &document.userinfo, access) {
            (Some(refresh), ..) => format!("refresh {refresh}"),
            (None, Some(before), ..) => before.to_owned(),
            (None, None, Some(_), Some(access)) => format!("access {access}"),
            _ => return Err(ProviderFault::Final),
        };
        let vouched = claims::vouched(&claims, &self.config.issuer, &self.sign_in)?;
        Ok(Known { vouched, renewal })
    }

    async fn ask_for_tokens(
        &self,
        document: &Document,
        fields: &[(&str, &str)],
    ) -> Result<Value, ProviderFault> {
        let (id, secret) = (&self.config.client_id, self.config.client_secret.reveal().trim());
        let mut fields = fields.to_vec();
        let credential = if document.posts_secret {
            fields.extend([("client_id", id.as_str()), ("client_secret", secret)]);
            None
        } else {
            // Both are encoded before they are joined (RFC 6749, 2.3.1).
            let encoded = app::context::segment;
            Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)))))
        };
        Ok(self.outside.posted(&document.token, credential.as_deref(), &fields).await?)
    }

    /// What a token says, once it is found to be the provider's, for us and in force.
    async fn claims(&self, token: &str, now: Timestamp) -> Result<Claims, ProviderFault> {
        let document = self.document(now).await?;
        let claims = match Unverified::read(token)?.verify(&document.keys, &document.taken) {
            // Keys are changed now and then.
            Err(TokenFault::Key | TokenFault::Signature)
                if now.duration_since(document.keys_at_time) >= KEYS_REST =>
            {
                let document = self.with_new_keys(&document, now).await?;
                Unverified::read(token)?.verify(&document.keys, &document.taken)?
            }
            claims => claims?,
        };
        claims::check(&claims, &self.config.issuer, now)?;
        claims::check_audience(&claims, &self.config.client_id)?;
        Ok(claims)
    }

    async fn with_new_keys(&self, old: &Document, now: Timestamp) -> Result<Arc<Document>, ProviderFault> {
        let keys = Key::set(&self.outside.document(&old.keys_at, None).await.map_err(unanswered)?);
        let document = Arc::new(Document {
            authorization: old.authorization.clone(),
            token: old.token.clone(),
            userinfo: old.userinfo.clone(),
            keys_at: old.keys_at.clone(),
            keys,
            taken: old.taken.clone(),
            posts_secret: old.posts_secret,
            scopes: old.scopes.clone(),
            fetched_at: old.fetched_at,
            keys_at_time: now,
        });
        *self.document.lock().await = Some(Arc::clone(&document));
        Ok(document)
    }

    async fn document(&self, now: Timestamp) -> Result<Arc<Document>, ProviderFault> {
        let mut kept = self.document.lock().await;
        if let Some(document) = kept.as_ref()
            && now.duration_since(document.fetched_at) < DOCUMENT_LASTS
        {
            return Ok(Arc::clone(document));
        }
        match self.fetch(now).await {
            Ok(document) => {
                let document = Arc::new(document);
                *kept = Some(Arc::clone(&document));
                Ok(document)
            }
            Err(fault) => Err(fault),
        }
    }

    async fn fetch(&self, now: Timestamp) -> Result<Document, ProviderFault> {
        let url = format!("{}/.well-known/openid-configuration", self.config.issuer.trim_end_matches('/'));
        let told = self.outside.document(&url, None).await.map_err(unanswered)?;
        let word = |name: &str| told.get(name).and_then(Value::as_str);
        let words = |name: &str| -> Vec<String> {
            let list = told.get(name).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(|word| Some(word.as_str()?.to_owned())).collect()
        };
        if word("issuer") != Some(self.config.issuer.as_str()) {
            let what = "it calls itself another issuer than sign_in.issuer";
            return Err(ProviderFault::Unanswered(what.to_owned()));
        }
        let secure = self.config.issuer.starts_with("https://");
        let address = |name: &'static str| {
            let found = word(name).filter(|url| url.starts_with("https://") || !secure);
            found
                .map(str::to_owned)
                .ok_or_else(|| ProviderFault::Unanswered(format!("it has no {name} by https")))
        };
        let keys_at = address("jwks_uri")?;
        let keys = Key::set(&self.outside.document(&keys_at, None).await.map_err(unanswered)?);
        let told_algorithms = words("id_token_signing_alg_values_supported");
        let taken = Algorithm::ALL.into_iter();
        let taken: Vec<Algorithm> =
            taken.filter(|taken| told_algorithms.iter().any(|told| told == taken.as_str())).collect();
        let methods = words("token_endpoint_auth_methods_supported");
        let has = |method: &str| methods.iter().any(|own| own == method);
        Ok(Document {
            authorization: address("authorization_endpoint")?,
            token: address("token_endpoint")?,
            userinfo: word("userinfo_endpoint")
                .is_some()
                .then(|| address("userinfo_endpoint"))
                .transpose()?,
            keys_at,
            keys,
            taken,
            posts_secret: has("client_secret_post") && !has("client_secret_basic"),
            scopes: words("scopes_supported"),
            fetched_at: now,
            keys_at_time: now,
        })
    }
}

/// What a provider does not say of itself is no word on anybody.
fn unanswered(silence: Silence) -> ProviderFault {
    ProviderFault::Unanswered(silence.to_string())
}
