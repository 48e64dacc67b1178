//! Who comes to the doors, and what they find behind them.
//!
//! Code map: [`SignIn`] says how people are recognised, [`Identify`] is what recognises them; [`routes`] is the one
//! table of what each address asks of whoever comes; [`door`] is the data as one request may see and change it:
//! [`share`] is the door behind a link; [`reads`] reduces what is read, [`writes`] checks what is written, `reduce.rs` takes single pages apart.
//!
//! Invariants: what stands in no table is refused; whatever a page, file, picture or form reaches of the data, it
//! reaches through a [`Door`]; what is hidden answers like what does not exist.

pub mod audit;
pub mod door;
mod reads;
mod reduce;
pub mod routes;
pub mod share;
mod writes;

use std::sync::Arc;

use app::backend::AppError;
use async_trait::async_trait;
use axum::http::request::Parts;
use domain::access::Access;

use crate::auth::Auth;
pub use door::Door;

/// What recognises whoever sends a request.
#[async_trait]
pub trait Identify: Send + Sync {
    /// Who sends it; `None` for somebody who has not signed in, or no longer.
    ///
    /// # Errors
    /// [`AppError::Internal`] when it cannot be told now; whoever came is let in nowhere then.
    async fn identify(&self, parts: &Parts) -> Result<Option<Access>, AppError>;

    /// Where people who have not signed in are led to by their browser, with a way back to an address of ours.
    fn sign_in_address(&self, back: &str) -> String;

    /// What opens and ends sessions, where people sign in here.
    fn auth(&self) -> Option<&Auth> {
        None
    }
}

/// How people are recognised.
#[derive(Clone)]
pub enum SignIn {
    /// Nobody signs in: whoever reaches the loopback address is this one.
    Open(Arc<Access>),
    /// Everybody signs in.
    Asked(Arc<dyn Identify>),
}

impl SignIn {
    /// Everybody who comes is this one, who may do everything.
    #[must_use]
    pub fn open(actor: impl Into<String>) -> Self {
        Self::Open(Arc::new(Access::open(actor)))
    }

    /// Whether people are asked who they are.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        matches!(self, Self::Asked(_))
    }

    /// What opens and ends sessions; `None` where nobody signs in here.
    #[must_use]
    pub fn auth(&self) -> Option<&Auth> {
        match self {
            Self::Open(_) => None,
            Self::Asked(identify) => identify.auth(),
        }
    }

    /// Who sends a request.
    ///
    /// # Errors
    /// [`AppError::Internal`] when it cannot be told now.
    pub async fn identify(&self, parts: &Parts) -> Result<Option<Arc<Access>>, AppError> {
        match self {
            Self::Open(access) => Ok(Some(Arc::clone(access))),
            Self::Asked(identify) => Ok(identify.identify(parts).await?.map(Arc::new)),
        }
    }
}
