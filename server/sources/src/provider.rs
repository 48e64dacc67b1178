//! Requests to who vouches for people: short, bounded, never led to another address.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use crate::web;

/// How long one waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(8);

/// The largest answer that is read, in bytes.
const LARGEST: usize = 512 * 1024;

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Why there is no answer; the text carries no address and no secret.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unanswered(String);

/// Whoever vouches for people, as it is spoken with.
#[derive(Clone, Debug)]
pub struct Caller {
    client: reqwest::Client,
}

impl Caller {
    /// Sets up TLS.
    ///
    /// # Errors
    /// [`Unanswered`] with what the system said.
    pub fn new() -> Result<Self, Unanswered> {
        web::client(TIMEOUT).map(|client| Self { client }).map_err(Unanswered)
    }

    /// Reads an address, with a credential such as `Bearer …` where one is wanted.
    ///
    /// # Errors
    /// [`Unanswered`] when nothing came back in time that can be read.
    pub async fn get(&self, url: &str, credential: Option<&str>) -> Result<Answer, Unanswered> {
        self.send(self.client.get(url), credential).await
    }

    /// Posts an encoded form.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn post(
        &self,
        url: &str,
        credential: Option<&str>,
        form: String,
    ) -> Result<Answer, Unanswered> {
        let request = self.client.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(form), credential).await
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        credential: Option<&str>,
    ) -> Result<Answer, Unanswered> {
        let mut request = request.header(ACCEPT, "application/json");
        if let Some(credential) = credential {
            let what = "the credential has letters that no header may have";
            let mut value = HeaderValue::from_str(credential).map_err(|_| Unanswered(what.to_owned()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let failed = |error| Unanswered(web::cause(error));
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err(Unanswered("the answer is too long".to_owned()));
            }
            bytes.extend_from_slice(&chunk);
        }
        let body = String::from_utf8(bytes).map_err(|_| Unanswered("the answer is no text".to_owned()))?;
        Ok(Answer { status, body })
    }
}
