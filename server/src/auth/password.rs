//! Passwords of accounts that are kept here: argon2id, with the same work for accounts that do not exist.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Each takes 19 MiB for a moment, so that few are worked out at a time.
static ROOM: Semaphore = Semaphore::const_new(2);

/// What is compared with where there is no account, so that its absence cannot be told by a clock.
static NOBODY: LazyLock<String> = LazyLock::new(|| hashed("nobody has this password").unwrap_or_default());

/// The hash cannot be worked out.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the password could not be worked on")]
pub struct PasswordError;

/// argon2id with 19 MiB and two passes, as OWASP recommends; the parameters stand in each hash.
fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| PasswordError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashed(password: &str) -> Result<String, PasswordError> {
    let hash = hasher()?.hash_password(password.as_bytes()).map_err(|_| PasswordError)?;
    Ok(hash.to_string())
}

/// What is kept of a password, with a salt of its own.
///
/// # Errors
/// [`PasswordError`] without memory or random numbers.
pub async fn hash(password: String) -> Result<String, PasswordError> {
    let _room = ROOM.acquire().await.map_err(|_| PasswordError)?;
    tokio::task::spawn_blocking(move || hashed(&password)).await.map_err(|_| PasswordError)?
}

/// Whether a password is the one that was kept; the same work is done where nothing was kept.
///
/// # Errors
/// [`PasswordError`] when it cannot be told.
pub async fn is_right(password: String, kept: Option<String>) -> Result<bool, PasswordError> {
    let _room = ROOM.acquire().await.map_err(|_| PasswordError)?;
    let work = move || {
        let is_kept = kept.is_some();
        let kept = kept.unwrap_or_else(|| NOBODY.clone());
        let hash = PasswordHash::new(&kept).map_err(|_| PasswordError)?;
        Ok(hasher()?.verify_password(password.as_bytes(), &hash).is_ok() && is_kept)
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_right_or_wrong_and_its_hash_is_salted() {
        let text = || "correct horse battery".to_owned();
        let (one, other) = (hash(text()).await.unwrap(), hash(text()).await.unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && one != other);
        assert!(is_right(text(), Some(one.clone())).await.unwrap());
        assert!(!is_right("Correct horse battery".to_owned(), Some(one)).await.unwrap());
        assert!(!is_right("nobody has this password".to_owned(), None).await.unwrap());
        assert!(is_right(text(), Some("broken".to_owned())).await.is_err());
    }
}
