//! Secrets: made by the system's generator, kept as digests or sealed, compared in constant time.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};

use crate::config::Secret;

/// How many bytes a secret has: 256 bits.
const LENGTH: usize = 32;

/// The system gives no random numbers, or a key cannot be used.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct SecretError;

/// A secret of 256 bits that nobody else has, as 43 letters for a cookie or a header.
///
/// # Errors
/// [`SecretError`] when the system's generator fails; nothing weaker is taken in its place.
pub fn random() -> Result<String, SecretError> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).map_err(|_| SecretError)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The SHA-256 of a secret, hexadecimal: what is kept of it.
#[must_use]
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a text as base64url, as PKCE asks for.
#[must_use]
pub fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// Whether two secrets are the same, in a time that tells nothing of where they differ.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (Sha256::digest(one), Sha256::digest(other));
    one.iter().zip(other.iter()).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

/// Seals what the database must not show: AES-256-GCM with keys made of configured secrets.
pub struct Seal {
    /// The present key, then the one before, each with the id that stands before what it sealed.
    keys: Vec<(String, LessSafeKey)>,
}

impl Seal {
    /// Seals with the first secret and opens with all of them.
    ///
    /// # Errors
    /// [`SecretError`] when a key cannot be made.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Result<Self, SecretError> {
        let key = |secret: &Secret| {
            let bytes = Sha256::digest(format!("teirei seal {}", secret.reveal()));
            let id = digest(&format!("teirei key id {}", secret.reveal())).chars().take(8).collect();
            let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| SecretError)?;
            Ok((id, LessSafeKey::new(key)))
        };
        Ok(Self { keys: secrets.into_iter().map(key).collect::<Result<_, _>>()? })
    }

    /// Seals a text that only opens beside the same name.
    ///
    /// # Errors
    /// [`SecretError`] without a key or random numbers.
    pub fn close(&self, text: &str, name: &str) -> Result<String, SecretError> {
        let (id, key) = self.keys.first().ok_or(SecretError)?;
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| SecretError)?;
        let mut bytes = text.as_bytes().to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut bytes)
            .map_err(|_| SecretError)?;
        let sealed: Vec<u8> = nonce.into_iter().chain(bytes).collect();
        Ok(format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// What was sealed; `None` where no key fits or something was changed.
    #[must_use]
    pub fn open(&self, sealed: &str, name: &str) -> Option<String> {
        let (id, sealed) = sealed.split_once('.')?;
        let (_, key) = self.keys.iter().find(|(own, _)| own == id)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, bytes) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = bytes.to_vec();
        let plain = key.open_in_place(nonce, Aad::from(name), &mut bytes).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_eq!((one.len(), other.len()), (43, 43));
        assert!(one != other && is_same(&one, &one) && !is_same(&one, &other) && !is_same(&one, ""));
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        // The vector of RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_beside_its_name_only() {
        let secret = |text: &str| Secret::new(text);
        let old = Seal::new([&secret("one")]).unwrap();
        let sealed = old.close("refresh", "session").unwrap();
        assert!(!sealed.contains("refresh") && sealed != old.close("refresh", "session").unwrap());
        assert_eq!(old.open(&sealed, "session").as_deref(), Some("refresh"));
        assert_eq!(old.open(&sealed, "another session"), None);
        let rotated = Seal::new([&secret("two"), &secret("one")]).unwrap();
        assert_eq!(rotated.open(&sealed, "session").as_deref(), Some("refresh"));
        assert_eq!(Seal::new([&secret("two")]).unwrap().open(&sealed, "session"), None);
        assert_eq!(old.open(&format!("{sealed}A"), "session"), None);
        assert!(Seal::new([]).unwrap().close("x", "y").is_err());
    }
}
