//! `teirei token …`: what programs prove themselves with.

use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::service_token::{LONGEST, PREFIX, Scope, ServiceToken};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::{NewServiceToken, Store};

use super::{Outcome, Work};
use crate::auth::secret;

/// The most characters of a token's name.
const LONGEST_NAME: usize = 64;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// List tokens; their secrets are not kept.
    List,
    /// Make a token and print its secret, this once.
    Add(Add),
    /// Take a token back, by its number.
    Revoke {
        /// The number that `teirei token list` shows.
        number: i64,
    },
}

/// A new token.
#[derive(Debug, Args)]
pub struct Add {
    /// What it is called: the program that has it.
    name: String,
    /// What it is good for: read, read:PRODUCT or ingest:HOOK; may be given several times.
    #[arg(long = "scope", required = true)]
    scopes: Vec<Scope>,
    /// How long it is good for, such as 90d; at most 366d.
    #[arg(long, default_value = "90d", value_parser = days_of)]
    expires: SignedDuration,
}

/// A time such as `90d` or `12h`.
fn days_of(text: &str) -> Result<SignedDuration, String> {
    let wrong = || "write a time such as 90d or 12h, of at most 366d".to_owned();
    let number = |digits: &str| digits.parse::<i64>().ok().filter(|number| (1..=10_000).contains(number));
    let hours = match (text.strip_suffix('d'), text.strip_suffix('h')) {
        (Some(days), _) => number(days).map(|days| days * 24),
        (_, Some(hours)) => number(hours),
        _ => None,
    };
    let time = hours.map(SignedDuration::from_hours).filter(|time| *time <= LONGEST);
    time.ok_or_else(wrong)
}

impl TokenCommand {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let store = work.store().await?;
        let now = work.clock(&store).await?.now();
        match self {
            Self::List => list(work, &store, now).await?,
            Self::Add(add) => make(work, &store, now, add).await?,
            Self::Revoke { number } => {
                let revoked = store.service_token_revoke(number, now).await?;
                anyhow::ensure!(revoked, "there is no token {number} that is not taken back already");
                work.output.line(&format!("token {number} opens nothing any more"));
                work.output.value(&json!({ "token": number }));
            }
        }
        Ok(Outcome::Fine)
    }
}

async fn make(work: &Work, store: &Arc<dyn Store>, now: Timestamp, add: Add) -> anyhow::Result<()> {
    let is_name = !add.name.trim().is_empty() && !add.name.chars().any(char::is_control);
    anyhow::ensure!(
        is_name && add.name.chars().count() <= LONGEST_NAME,
        "a token is called by the program that has it, in at most {LONGEST_NAME} characters"
    );
    let catalogue = store.catalogue_get().await?;
    for scope in &add.scopes {
        if let Scope::Read(slug) = scope {
            anyhow::ensure!(catalogue.product(slug).is_some(), "there is no product {slug} in the catalogue");
        }
    }
    let mut scopes = add.scopes;
    scopes.sort();
    scopes.dedup();
    let secret = format!("{PREFIX}{}", secret::random()?);
    let token = NewServiceToken {
        digest: secret::digest(&secret),
        name: add.name,
        scopes,
        created_at: now,
        created_by: "command line".to_owned(),
        expires_at: now.checked_add(add.expires)?,
    };
    let id = store.service_token_insert(&token).await?;
    let until = token.expires_at.strftime("%Y-%m-%d");
    work.output.aside(&format!(
        "token {id} ({}) is good until {until} (UTC). Keep it now: it is not shown again.",
        scopes_text(&token.scopes)
    ));
    work.output.line(&secret);
    work.output.value(&json!({ "token": id, "secret": secret, "expires_at": token.expires_at.to_string() }));
    Ok(())
}

fn scopes_text(scopes: &[Scope]) -> String {
    scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ")
}

async fn list(work: &Work, store: &Arc<dyn Store>, now: Timestamp) -> anyhow::Result<()> {
    let tokens = store.service_token_list().await?;
    for token in &tokens {
        let until = token.expires_at.strftime("%Y-%m-%d");
        let state = match (token.revoked_at.is_some(), token.is_good(now)) {
            (true, _) => "taken back".to_owned(),
            (false, true) => format!("good until {until}"),
            (false, false) => format!("ran out on {until}"),
        };
        let used = token.used_at.map_or("never used".to_owned(), |at| format!("last used {at}"));
        let scopes = scopes_text(&token.scopes);
        work.output.line(&format!("{}  {}  {scopes}  ({state}, {used})", token.id, token.name));
    }
    let value = |token: &ServiceToken| -> Value {
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
        json!({ "token": token.id, "name": token.name, "scopes": scopes_text(&token.scopes),
            "expires_at": token.expires_at.to_string(), "used_at": time(token.used_at),
            "revoked_at": time(token.revoked_at) })
    };
    work.output.value(&Value::Array(tokens.iter().map(value).collect()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_a_year_at_most() {
        assert_eq!(days_of("90d"), Ok(SignedDuration::from_hours(90 * 24)));
        assert_eq!(days_of("12h"), Ok(SignedDuration::from_hours(12)));
        for text in ["", "d", "0d", "-1d", "367d", "9000h", "1y", "for ever", "99999999999999999999d"] {
            assert!(days_of(text).is_err(), "{text}");
        }
    }
}
