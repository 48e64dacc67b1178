//! How HTTP is spoken with sources that are asked and chats that are told: the certificates that the machine
//! trusts, no redirects, no proxy, and errors that carry no address.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};

/// How long one waits for a source to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// A client whose requests may take so long as a whole.
///
/// # Errors
/// What the system said, when TLS cannot be set up.
pub(crate) fn client(timeout: Duration) -> Result<reqwest::Client, String> {
    builder(CONNECT, timeout)?.build().map_err(cause)
}

/// A client before its last touches, with patience for a connection and for a request as a whole.
///
/// # Errors
/// What the system said, when TLS cannot be set up.
pub(crate) fn builder(connect: Duration, timeout: Duration) -> Result<reqwest::ClientBuilder, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = versions.map_err(|error| error.to_string())?;
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls.with_root_certificates(roots).with_no_client_auth())
        .user_agent(concat!("teirei/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .timeout(timeout)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy())
}

/// The innermost cause, which names no address.
pub(crate) fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut innermost: &dyn Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
