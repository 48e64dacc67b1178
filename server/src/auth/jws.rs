//! Signed tokens: whose signature it is, by an algorithm that was chosen here and not by the token.
//!
//! Written with `ring`, which TLS brings anyway: the usual crates bring a second calendar, an RSA with a known timing
//! leak or a second library of ciphers, and ask the machine what time it is.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Map, Value};

/// The longest token that is looked at, in bytes: what fits into headers.
const LONGEST: usize = 64 * 1024;

/// base64url as tokens are written; load balancers put padding to it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a P-256 key in PEM begins with: the sequence, the two object identifiers, and the head of the point.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The algorithms of public keys; `none` and shared secrets are not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, PKCS #1 v1.5, SHA-256; and so on.
    Rs256,
    /// As above with SHA-384.
    Rs384,
    /// As above with SHA-512.
    Rs512,
    /// RSA, PSS.
    Ps256,
    /// As above with SHA-384.
    Ps384,
    /// As above with SHA-512.
    Ps512,
    /// ECDSA on P-256.
    Es256,
    /// ECDSA on P-384.
    Es384,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
    ];

    /// The word in headers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }
}

/// Why a token is not believed; for the log, never for whoever brought it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It has not the three parts of a token.
    #[error("it is no signed token")]
    Shape,
    /// The algorithm is none that is taken.
    #[error("its algorithm is not taken")]
    Algorithm,
    /// No key of that name is known; a newer set of keys may have it.
    #[error("it is signed by a key that is not known")]
    Key,
    /// The signature is somebody else's.
    #[error("its signature is wrong")]
    Signature,
    /// A claim is not what it has to be.
    #[error("its {0} is not what it has to be")]
    Claim(&'static str),
}

/// A public key.
#[derive(Clone)]
pub struct Key {
    id: Option<String>,
    /// The one algorithm that it is for, where the set of keys says so.
    only: Option<String>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
}

impl Key {
    /// The keys of a set (RFC 7517) that signatures can be checked with; others are left out.
    #[must_use]
    pub fn set(document: &Value) -> Vec<Self> {
        let keys = document.get("keys").and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Self::of).collect()
    }

    fn of(value: &Value) -> Option<Self> {
        let word = |name: &str| value.get(name).and_then(Value::as_str);
        let bytes = |name: &str| ENGINE.decode(word(name)?).ok();
        if word("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let point = |length: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            let fits = x.len() == length && y.len() == length;
            fits.then(|| [vec![4], x, y].concat())
        };
        let kind = match (word("kty")?, word("crv")) {
            ("RSA", _) => Kind::Rsa { n: bytes("n")?, e: bytes("e")? },
            ("EC", Some("P-256")) => Kind::P256(point(32)?),
            ("EC", Some("P-384")) => Kind::P384(point(48)?),
            _ => return None,
        };
        Some(Self { id: word("kid").map(str::to_owned), only: word("alg").map(str::to_owned), kind })
    }

    /// The P-256 key of a PEM text, by the name it was asked for.
    #[must_use]
    pub fn of_pem(text: &str, id: &str) -> Option<Self> {
        let body = text.trim().strip_prefix("-----BEGIN PUBLIC KEY-----")?;
        let body = body.strip_suffix("-----END PUBLIC KEY-----")?;
        let body: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
        let bytes = BASE64_STANDARD.decode(body).ok()?;
        let point = bytes.strip_prefix(&P256)?;
        let is_point = point.len() == 65 && point.first() == Some(&4);
        is_point.then(|| Self { id: Some(id.to_owned()), only: None, kind: Kind::P256(point.to_vec()) })
    }

    fn signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        if self.only.as_deref().is_some_and(|only| only != algorithm.as_str()) {
            return false;
        }
        let rsa = match algorithm {
            Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
            Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
            Algorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
            Algorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
            Algorithm::Es256 | Algorithm::Es384 => {
                return match (&self.kind, algorithm) {
                    (Kind::P256(point), Algorithm::Es256) => {
                        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                            .verify(message, signature)
                            .is_ok()
                    }
                    (Kind::P384(point), Algorithm::Es384) => {
                        UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point)
                            .verify(message, signature)
                            .is_ok()
                    }
                    _ => false,
                };
            }
        };
        match &self.kind {
            Kind::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(rsa, message, signature).is_ok(),
            Kind::P256(_) | Kind::P384(_) => false,
        }
    }
}

/// A token whose signature nobody has looked at yet.
pub struct Unverified<'t> {
    message: &'t str,
    payload: &'t str,
    signature: Vec<u8>,
    header: Map<String, Value>,
}

impl<'t> Unverified<'t> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`TokenFault::Shape`].
    pub fn read(token: &'t str) -> Result<Self, TokenFault> {
        if token.len() > LONGEST {
            return Err(TokenFault::Shape);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenFault::Shape)?;
        let (header, payload) = message.split_once('.').ok_or(TokenFault::Shape)?;
        if payload.contains('.') {
            return Err(TokenFault::Shape);
        }
        let signature = ENGINE.decode(signature).map_err(|_| TokenFault::Shape)?;
        let header = object(header)?;
        // What has to be understood and is not makes the whole token meaningless (RFC 7515, 4.1.11).
        if header.contains_key("crit") {
            return Err(TokenFault::Shape);
        }
        Ok(Self { message, payload, signature, header })
    }

    /// A text of the header, which is still nobody's word.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// The claims, once the signature is found to be by one of the keys and an algorithm that is taken.
    ///
    /// # Errors
    /// [`TokenFault`], why it is not believed.
    pub fn verify(self, keys: &[Key], taken: &[Algorithm]) -> Result<Map<String, Value>, TokenFault> {
        let named = self.header("alg").unwrap_or_default();
        let algorithm = taken.iter().copied().find(|algorithm| algorithm.as_str() == named);
        let algorithm = algorithm.ok_or(TokenFault::Algorithm)?;
        let id = self.header("kid");
        let mut fitting =
            keys.iter().filter(|key| id.is_none() || key.id.is_none() || key.id.as_deref() == id).peekable();
        if fitting.peek().is_none() {
            return Err(TokenFault::Key);
        }
        let message = self.message.as_bytes();
        if !fitting.any(|key| key.signed(algorithm, message, &self.signature)) {
            return Err(TokenFault::Signature);
        }
        object(self.payload)
    }
}

fn object(part: &str) -> Result<Map<String, Value>, TokenFault> {
    let bytes = ENGINE.decode(part).map_err(|_| TokenFault::Shape)?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(TokenFault::Shape),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7515, appendix A: the payload of all its examples.
    const PAYLOAD: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    /// Appendix A.2.
    const RSA_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    /// Appendix A.3.
    const P256_SIGNATURE: &str =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn keys() -> Value {
        json!({ "keys": [
            { "kty": "RSA", "kid": "rsa", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ" },
            { "kty": "EC", "kid": "ec", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" },
            { "kty": "oct", "kid": "shared", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ" },
            { "kty": "RSA", "kid": "sealing", "use": "enc", "e": "AQAB", "n": "AQAB" },
        ] })
    }

    fn verified(token: &str, taken: &[Algorithm]) -> Result<Map<String, Value>, TokenFault> {
        Unverified::read(token)?.verify(&Key::set(&keys()), taken)
    }

    fn rsa() -> String {
        format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}.{RSA_SIGNATURE}")
    }

    fn p256() -> String {
        format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.{P256_SIGNATURE}")
    }

    #[test]
    fn the_examples_of_the_standard_are_believed() {
        assert_eq!(Key::set(&keys()).len(), 2, "what is shared or seals checks no signature");
        for token in [rsa(), p256()] {
            let claims = verified(&token, &Algorithm::ALL).unwrap();
            assert_eq!(claims["iss"], "joe");
        }
    }

    #[test]
    fn a_token_chooses_no_algorithm() {
        assert_eq!(verified(&rsa(), &[Algorithm::Es256]), Err(TokenFault::Algorithm));
        let with = |header: Value, signature: &str| {
            let header = ENGINE.encode(header.to_string());
            verified(&format!("{header}.{PAYLOAD}.{signature}"), &Algorithm::ALL)
        };
        for algorithm in ["none", "None", "HS256", "rs256", "", "ES512", "EdDSA"] {
            assert_eq!(with(json!({ "alg": algorithm }), ""), Err(TokenFault::Algorithm), "{algorithm}");
        }
        assert_eq!(with(json!({}), RSA_SIGNATURE), Err(TokenFault::Algorithm));
        assert_eq!(with(json!({ "alg": "ES256" }), RSA_SIGNATURE), Err(TokenFault::Signature));
        assert_eq!(with(json!({ "alg": "RS256", "crit": ["b64"] }), RSA_SIGNATURE), Err(TokenFault::Shape));
        assert_eq!(with(json!({ "alg": "RS256", "kid": "new" }), RSA_SIGNATURE), Err(TokenFault::Key));
    }

    #[test]
    fn what_was_changed_or_is_no_token_is_not_believed() {
        let changed = rsa().replacen("eyJpc3", "eyJpc4", 1);
        assert_eq!(verified(&changed, &Algorithm::ALL), Err(TokenFault::Signature));
        assert_eq!(verified(&p256().replace("DtEh", "EtEh"), &Algorithm::ALL), Err(TokenFault::Signature));
        let long = "a".repeat(LONGEST + 1);
        for token in ["", "a", "a.b", "a.b.c.d", "..", "é.é.é", &long, &format!("{}.", rsa())] {
            assert_eq!(verified(token, &Algorithm::ALL), Err(TokenFault::Shape), "{token}");
        }
    }

    #[test]
    fn a_key_in_pem_is_one_on_p256_or_none() {
        let point = [
            vec![4],
            ENGINE.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU").unwrap(),
            ENGINE.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0").unwrap(),
        ]
        .concat();
        let pem = |bytes: &[u8]| {
            format!(
                "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                BASE64_STANDARD.encode(bytes)
            )
        };
        let key = Key::of_pem(&pem(&[&P256[..], &point].concat()), "ec").unwrap();
        let token = p256();
        assert!(Unverified::read(&token).unwrap().verify(&[key], &[Algorithm::Es256]).is_ok());
        for bytes in [&point[..], &[&P256[..], &point[..64]].concat(), &[]] {
            assert!(Key::of_pem(&pem(bytes), "ec").is_none());
        }
        assert!(Key::of_pem("<html>", "ec").is_none());
    }
}
