//! Accounts that are kept here: names and passwords, and how often they may be tried.

use axum::http::HeaderMap;
use domain::audit::Act;
use domain::person::{LONGEST_PASSWORD, Person};
use jiff::{SignedDuration, Timestamp};

use super::{Auth, Opened, SignInFault, password};

/// How long failures count.
const COUNTED_FOR: SignedDuration = SignedDuration::from_mins(10);

/// How many failures an account may have in that time.
const OF_ACCOUNT: i64 = 10;

/// How many failures may come from one address in that time. Behind a proxy everybody has the same one, because
/// nothing that a request says of its own way is believed.
const OF_ADDRESS: i64 = 30;

impl Auth {
    /// Signs in by name and password. An unknown name is answered like a wrong password, after the same work.
    ///
    /// # Errors
    /// [`SignInFault::Wrong`], [`SignInFault::TooMany`], and when something is broken.
    pub async fn sign_in(
        &self,
        headers: &HeaderMap,
        (name, typed): (&str, &str),
        from: &str,
        back: &str,
    ) -> Result<Opened, SignInFault> {
        if !self.config.accounts {
            return Err(SignInFault::Wrong);
        }
        let (name, now) = (name.trim().to_lowercase(), self.clock.now());
        let since = now.checked_sub(COUNTED_FOR).unwrap_or(Timestamp::MIN);
        // What no account can be called fills no list.
        let account = domain::person::account_check(&name).is_ok();
        let account = account.then(|| format!("account {name}"));
        let reasons: Vec<(String, i64)> = account
            .map(|account| (account, OF_ACCOUNT))
            .into_iter()
            .chain([(format!("address {from}"), OF_ADDRESS)])
            .collect();
        for (reason, most) in &reasons {
            if self.store.sign_in_failure_count(reason, since, now).await? >= *most {
                tracing::warn!(reason, "signing in was tried too often");
                return Err(SignInFault::TooMany);
            }
        }
        let found = self.store.person_find("", &name).await?;
        let known = found.as_ref().map(|(person, _)| format!("person:{}", person.id));
        let (person, kept) = found.unzip();
        let is_short_enough = typed.chars().count() <= LONGEST_PASSWORD;
        let typed: String = typed.chars().take(LONGEST_PASSWORD).collect();
        let is_right = password::is_right(typed, kept.flatten()).await? && is_short_enough;
        match person.filter(|person| is_right && Person::access(person).is_some()) {
            Some(person) => self.open(headers, &person, None, from, back).await,
            None => {
                let reasons: Vec<String> = reasons.into_iter().map(|(reason, _)| reason).collect();
                self.store.sign_in_failure_insert(&reasons, now, since).await?;
                // What was typed as a name may be a password typed into the wrong field: only names of accounts are kept.
                self.note("", known.as_deref().unwrap_or("unknown"), from, Act::SignInFailed).await?;
                tracing::info!(from, "signing in failed");
                Err(SignInFault::Wrong)
            }
        }
    }
}
