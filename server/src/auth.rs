//! Who somebody is: sessions, providers, load balancers, accounts that are kept here, and tokens of programs.
//!
//! Code map: [`Auth`] recognises whoever sends a request and opens sessions; [`provider`] speaks OpenID Connect,
//! [`balancer`] reads what a load balancer of AWS signs, [`account`] asks for passwords; [`jws`] checks signatures and
//! [`claims`] what is signed; [`secret`], [`password`] and [`cookie`] are what the names say; [`outside`] is the only
//! way to providers.
//!
//! Invariants: people are who an issuer calls by a subject, never a mail address; a secret is kept as a digest, a hash
//! or sealed; whatever goes wrong lets nobody in, and only the log says what it was.

pub mod account;
pub mod balancer;
pub mod claims;
pub mod cookie;
pub mod jws;
pub mod outside;
pub mod password;
pub mod provider;
pub mod secret;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::backend::AppError;
use app::context::link;
use async_trait::async_trait;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use domain::access::Access;
use domain::audit::{Act, AuditEntry};
use domain::person::Person;
use domain::service_token::PREFIX;
use domain::session::{ASKED_AGAIN_AFTER, ATTEMPT_LASTS, Session, SignInAttempt, way_back};
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError};

use crate::access::Identify;
use crate::backend::internal;
use crate::clock::Clock;
use crate::config::SignInConfig;
use balancer::Balancer;
use cookie::Cookies;
use outside::Outside;
use provider::{Known, Provider, ProviderFault};
use secret::{Seal, SecretError};

/// How often one looks whether somebody else has got the provider's answer, and for how long in all.
const LOOKS: u32 = 60;
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Why somebody is not signed in; the cause is in the log.
#[derive(Debug, thiserror::Error)]
pub enum SignInFault {
    /// The name or the password is wrong, or the account is shut out; nobody is told which.
    #[error("the name or the password is wrong")]
    Wrong,
    /// It was tried too often.
    #[error("too many attempts")]
    TooMany,
    /// Whoever came back did not leave from this browser, or long ago, or twice.
    #[error("this browser did not begin to sign in, or too long ago")]
    Stray,
    /// The provider says no, or what it says is not believed.
    #[error(transparent)]
    Provider(#[from] ProviderFault),
    /// They are known and shut out.
    #[error("an administrator has shut them out")]
    Disabled,
    /// The database cannot be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no random numbers, or a password could not be worked on.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// See above.
    #[error(transparent)]
    Password(#[from] password::PasswordError),
}

/// A session that was just opened: what the browser gets.
#[derive(Debug)]
pub struct Opened {
    /// The cookies.
    pub cookies: Vec<HeaderValue>,
    /// Where to go on.
    pub back: String,
}

/// Who somebody is.
pub struct Auth {
    store: Arc<dyn Store>,
    clock: Clock,
    config: SignInConfig,
    cookies: Cookies,
    provider: Option<Provider>,
    balancer: Option<Balancer>,
    seal: Seal,
    /// Since when the provider does not answer, so that not everybody waits for it.
    silent_since: Mutex<Option<Timestamp>>,
}

impl Auth {
    /// Recognises people as is configured.
    ///
    /// # Errors
    /// When TLS or a key cannot be set up.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        config: &SignInConfig,
        public_url: Option<&str>,
    ) -> anyhow::Result<Self> {
        let is_secure = public_url.is_some_and(|url| url.starts_with("https://"));
        let secrets = config.provider.iter().flat_map(|provider| &provider.secrets);
        let seal = Seal::new(secrets)?;
        let outside = Outside::new()?;
        let provider = config.provider.clone().map(|provider| {
            Provider::new(provider, config.clone(), outside.clone(), public_url.unwrap_or_default())
        });
        let balancer =
            config.balancer.clone().map(|balancer| Balancer::new(balancer, config.clone(), outside.clone()));
        Ok(Self {
            store,
            clock,
            config: config.clone(),
            cookies: Cookies { is_secure },
            provider,
            balancer,
            seal,
            silent_since: Mutex::new(None),
        })
    }

    /// Whether accounts are kept here.
    #[must_use]
    pub fn has_accounts(&self) -> bool {
        self.config.accounts
    }

    /// The provider's name on the button.
    #[must_use]
    pub fn provider_label(&self) -> Option<&str> {
        self.provider.as_ref().map(Provider::label)
    }

    /// Asks the provider what it says of itself.
    ///
    /// # Errors
    /// [`ProviderFault::Unanswered`].
    pub async fn probe(&self) -> Result<(), ProviderFault> {
        match &self.provider {
            Some(provider) => provider.probe(self.clock.now()).await,
            None => Ok(()),
        }
    }

    /// Whether a token may tell in the place of a webhook's signature.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub async fn ingests(&self, headers: &HeaderMap, source: &str) -> Result<bool, StoreError> {
        let Some(Some(token)) = bearer(headers) else { return Ok(false) };
        let (now, found) = (self.clock.now(), self.store.service_token_get(&secret::digest(token)).await?);
        let Some(token) = found.filter(|token| token.is_good(now) && token.ingests(source)) else {
            return Ok(false);
        };
        if token.is_use_due(now) {
            self.store.service_token_use(token.id, now).await?;
        }
        Ok(true)
    }

    /// Sends somebody to the provider: its address, and what the browser has to bring back.
    ///
    /// # Errors
    /// [`SignInFault`].
    pub async fn leave(&self, back: &str) -> Result<(String, Option<HeaderValue>), SignInFault> {
        let Some(provider) = &self.provider else { return Err(SignInFault::Stray) };
        let (secret, now) = (secret::random()?, self.clock.now());
        let attempt = SignInAttempt {
            digest: secret::digest(&secret),
            state: secret::random()?,
            nonce: secret::random()?,
            verifier: secret::random()?,
            back: way_back(back).to_owned(),
            created_at: now,
        };
        let address = provider.address(&attempt, now).await?;
        let since = now.checked_sub(ATTEMPT_LASTS).unwrap_or(Timestamp::MIN);
        self.store.sign_in_attempt_insert(&attempt, since).await?;
        Ok((address, self.cookies.leave(&secret)))
    }

    /// Signs in whoever comes back from the provider in the browser that left for it.
    ///
    /// # Errors
    /// [`SignInFault`].
    pub async fn come_back(
        &self,
        headers: &HeaderMap,
        state: &str,
        code: &str,
        from: &str,
    ) -> Result<Opened, SignInFault> {
        let (Some(provider), Some(secret)) = (&self.provider, self.cookies.attempt(headers)) else {
            return Err(SignInFault::Stray);
        };
        let now = self.clock.now();
        // Taken out whatever comes of it: a second try begins anew.
        let attempt = self.store.sign_in_attempt_take(&secret::digest(secret)).await?;
        let attempt = attempt.filter(|attempt| !attempt.is_over(now)).ok_or(SignInFault::Stray)?;
        if code.is_empty() || !secret::is_same(&attempt.state, state) {
            return Err(SignInFault::Stray);
        }
        let Known { vouched, renewal } = provider.redeem(code, &attempt, now).await?;
        let person = self.store.person_put(&vouched, now).await?;
        let mut opened = self.open(headers, &person, Some(&renewal), from, &attempt.back).await?;
        opened.cookies.extend(self.cookies.come_back());
        Ok(opened)
    }

    /// Opens a session for somebody who proved who they are; the one that the browser had ends.
    async fn open(
        &self,
        headers: &HeaderMap,
        person: &Person,
        renewal: Option<&str>,
        from: &str,
        back: &str,
    ) -> Result<Opened, SignInFault> {
        if person.access().is_none() {
            return Err(SignInFault::Disabled);
        }
        let (secret, now) = (secret::random()?, self.clock.now());
        let digest = secret::digest(&secret);
        let renewal = renewal.map(|renewal| self.seal.close(renewal, &digest)).transpose()?;
        let session = Session {
            digest,
            person: person.id,
            created_at: now,
            used_at: now,
            checked_at: now,
            asked_at: now,
            renewal,
            from: from.to_owned(),
        };
        let replaced = self.cookies.session(headers).map(secret::digest);
        self.store.session_insert(&session, replaced.as_deref(), self.config.terms).await?;
        self.note(&person.name, &format!("person:{}", person.id), from, Act::SignIn).await?;
        tracing::info!(person = person.id, from, "somebody signed in");
        let cookies = self.cookies.open(&secret, self.config.terms.absolute).into_iter().collect();
        Ok(Opened { cookies, back: way_back(back).to_owned() })
    }

    /// Writes down that somebody came, was refused or left.
    async fn note(&self, actor: &str, identity: &str, from: &str, act: Act) -> Result<(), StoreError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            actor: actor.to_owned(),
            identity: identity.to_owned(),
            from: Some(from.to_owned()),
            act,
            object: identity.to_owned(),
            before: None,
            after: None,
            reason: None,
        };
        self.store.audit_append(entry).await
    }

    /// Ends the session of a browser, or all of whose it is; answers what the browser gets.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub async fn close(
        &self,
        headers: &HeaderMap,
        everywhere: bool,
    ) -> Result<Option<HeaderValue>, StoreError> {
        if let Some(secret) = self.cookies.session(headers) {
            let digest = secret::digest(secret);
            if let Some((session, person)) = self.store.session_get(&digest).await? {
                let identity = format!("person:{}", person.id);
                self.note(&person.name, &identity, &session.from, Act::SignOut).await?;
                if everywhere {
                    self.store.session_delete_all(session.person).await?;
                }
            }
            self.store.session_delete(&digest).await?;
        }
        Ok(self.cookies.close())
    }

    /// Who a session is of, as long as it lasts and the provider vouches for them.
    async fn of_session(&self, secret: &str) -> Result<Option<Access>, StoreError> {
        let digest = secret::digest(secret);
        let now = self.clock.now();
        let Some((session, person)) = self.store.session_get(&digest).await? else { return Ok(None) };
        if session.is_over(self.config.terms, now) {
            self.store.session_delete(&digest).await?;
            return Ok(None);
        }
        let is_use_due = session.is_use_due(now);
        let person = match session.is_check_due(now) {
            true => self.checked(session, person).await?,
            false => Some(person),
        };
        let access = person.as_ref().and_then(Person::access);
        if access.is_some() && is_use_due {
            self.store.session_use(&digest, now).await?;
        }
        Ok(access)
    }

    /// The person after the provider was asked, by us or by whoever is asking it just now.
    async fn checked(&self, session: Session, person: Person) -> Result<Option<Person>, StoreError> {
        let (mut session, mut person) = (session, person);
        for _ in 0..LOOKS {
            let now = self.clock.now();
            if !session.is_check_due(now) {
                return Ok(Some(person));
            }
            if self.is_silent(now) {
                return Ok((!session.is_unanswered(now)).then_some(person));
            }
            if !session.was_just_asked(now)
                && self.store.session_claim(&session.digest, session.asked_at, now).await?
            {
                return self.asked(&session, person, now).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
            match self.store.session_get(&session.digest).await? {
                Some((next, next_person)) => (session, person) = (next, next_person),
                None => return Ok(None),
            }
        }
        let now = self.clock.now();
        Ok((!session.is_unanswered(now)).then_some(person))
    }

    /// Asks the provider whether it still knows somebody.
    async fn asked(
        &self,
        session: &Session,
        person: Person,
        now: Timestamp,
    ) -> Result<Option<Person>, StoreError> {
        let renewal = session.renewal.as_deref().and_then(|sealed| self.seal.open(sealed, &session.digest));
        let answer = match (&self.provider, renewal) {
            (Some(provider), Some(renewal)) => provider.renew(&renewal, &person.subject, now).await,
            _ => Err(ProviderFault::Refused("nothing is kept that it could be asked by".to_owned())),
        };
        match answer {
            Ok(known) => {
                let Ok(renewal) = self.seal.close(&known.renewal, &session.digest) else { return Ok(None) };
                self.store.session_check(&session.digest, now, &renewal).await?;
                self.store.person_put(&known.vouched, now).await.map(Some)
            }
            Err(ProviderFault::Unanswered(what)) => {
                tracing::warn!(what, "the provider does not answer; sessions go on for a while");
                *self.silence() = Some(now);
                Ok((!session.is_unanswered(now)).then_some(person))
            }
            Err(fault) => {
                tracing::info!(person = person.id, %fault, "the provider vouches for somebody no longer");
                self.store.session_delete(&session.digest).await?;
                Ok(None)
            }
        }
    }

    fn silence(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        // Nothing is left half done while it is held.
        self.silent_since.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Whether the provider did not answer just now.
    fn is_silent(&self, now: Timestamp) -> bool {
        let since = *self.silence();
        let lasts = |since: Timestamp| now.duration_since(since).abs() < ASKED_AGAIN_AFTER;
        since.is_some_and(lasts)
    }

    async fn of_token(&self, token: &str) -> Result<Option<Access>, StoreError> {
        let now = self.clock.now();
        let found = self.store.service_token_get(&secret::digest(token)).await?;
        let Some(token) = found.filter(|token| token.is_good(now)) else { return Ok(None) };
        if token.is_use_due(now) {
            self.store.service_token_use(token.id, now).await?;
        }
        Ok(Some(token.access()))
    }

    async fn of_balancer(&self, headers: &HeaderMap) -> Result<Option<Access>, StoreError> {
        let Some(balancer) = &self.balancer else { return Ok(None) };
        let now = self.clock.now();
        match balancer.vouched(headers, now).await {
            Ok(None) => Ok(None),
            Ok(Some(vouched)) => {
                let person = self.store.person_put(&vouched, now).await?;
                let minute = SignedDuration::from_mins(1);
                if person.signed_in_at.is_none_or(|at| now.duration_since(at) >= minute) {
                    self.store.person_seen(person.id, now).await?;
                }
                Ok(person.access())
            }
            Err(fault) => {
                tracing::warn!(%fault, "what a load balancer is said to say was refused");
                Ok(None)
            }
        }
    }
}

/// The token that a program sends; `Some(None)` for credentials that are none of ours, which let nobody in whatever
/// else the request has.
fn bearer(headers: &HeaderMap) -> Option<Option<&str>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok();
    let token =
        value.and_then(|value| value.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| token.starts_with(PREFIX));
    Some(token.filter(|_| values.next().is_none()))
}

#[async_trait]
impl Identify for Auth {
    async fn identify(&self, parts: &Parts) -> Result<Option<Access>, AppError> {
        let headers = &parts.headers;
        let found = match (bearer(headers), self.cookies.session(headers)) {
            (Some(Some(token)), _) => self.of_token(token).await,
            (Some(None), _) => Ok(None),
            (None, Some(secret)) => match self.of_session(secret).await {
                Ok(None) => self.of_balancer(headers).await,
                found => found,
            },
            (None, None) => self.of_balancer(headers).await,
        };
        found.map_err(|error| internal(&error))
    }

    fn sign_in_address(&self, back: &str) -> String {
        let back = way_back(back);
        if back == "/" { "/sign-in".to_owned() } else { link("/sign-in", &[("back", back)]) }
    }

    fn auth(&self) -> Option<&Self> {
        Some(self)
    }
}
