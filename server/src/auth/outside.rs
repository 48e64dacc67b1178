//! The only way to providers and their keys: what is asked, and that what comes back is a document.

use serde_json::Value;
use sources::provider::Caller;

/// Why there is no answer that could be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Silence {
    /// Nobody answers, or something is broken there: a later try may do.
    #[error("{0}")]
    Unanswered(String),
    /// It was understood and refused, with a status and the provider's own word for why.
    #[error("status {0}: {1}")]
    Refused(u16, String),
}

/// Whoever is asked for people and keys.
#[derive(Clone, Debug)]
pub struct Outside(Caller);

impl Outside {
    /// Sets up TLS.
    ///
    /// # Errors
    /// What the system said.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self(Caller::new()?))
    }

    /// The text at an address.
    ///
    /// # Errors
    /// [`Silence`].
    pub async fn text(&self, url: &str) -> Result<String, Silence> {
        let answer = self.0.get(url, None).await.map_err(|error| Silence::Unanswered(error.to_string()))?;
        sorted(answer.status, answer.body)
    }

    /// The JSON at an address, for whoever has the access token where one is wanted.
    ///
    /// # Errors
    /// [`Silence`].
    pub async fn document(&self, url: &str, access: Option<&str>) -> Result<Value, Silence> {
        let credential = access.map(|access| format!("Bearer {access}"));
        let answer = self.0.get(url, credential.as_deref()).await;
        let answer = answer.map_err(|error| Silence::Unanswered(error.to_string()))?;
        read(&sorted(answer.status, answer.body)?)
    }

    /// What a form is answered with, as JSON.
    ///
    /// # Errors
    /// [`Silence`].
    pub async fn posted(
        &self,
        url: &str,
        credential: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Result<Value, Silence> {
        let form = app::context::link("", fields);
        let form = form.trim_start_matches('?').to_owned();
        let answer = self.0.post(url, credential, form).await;
        let answer = answer.map_err(|error| Silence::Unanswered(error.to_string()))?;
        read(&sorted(answer.status, answer.body)?)
    }
}

/// A refusal is one that asking again does not change.
fn sorted(status: u16, body: String) -> Result<String, Silence> {
    match status {
        200..=299 => Ok(body),
        // Too many requests and time that ran out are nobody's word on anybody.
        400..=499 if status != 408 && status != 429 => Err(Silence::Refused(status, word_of(&body))),
        _ => Err(Silence::Unanswered(format!("status {status}"))),
    }
}

/// The provider's word for an error, such as `invalid_grant`, and nothing else of what it says.
fn word_of(body: &str) -> String {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let word = value.get("error").and_then(Value::as_str).unwrap_or("no reason");
    word.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(40).collect()
}

fn read(body: &str) -> Result<Value, Silence> {
    serde_json::from_str(body).map_err(|_| Silence::Unanswered("the answer is no JSON".to_owned()))
}
