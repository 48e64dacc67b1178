//! A fictional provider of OpenID Connect that signs with keys of its own, and lies by script; and the place where a
//! fictional load balancer keeps its keys.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use server::auth::secret::challenge;

pub const CLIENT: &str = "teirei";
pub const CLIENT_SECRET: &str = "fictional-client-secret";
/// `teirei:fictional-client-secret`, as basic authentication has it.
const BASIC: &str = "Basic dGVpcmVpOmZpY3Rpb25hbC1jbGllbnQtc2VjcmV0";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// As the provider does.
    Well,
    /// Not at all: `alg` is `none`.
    NotAtAll,
    /// With the client's secret: `alg` is `HS256`.
    WithSecret,
    /// With the key of somebody else, under the name of the provider's.
    ByAnother,
    /// With a key that the provider does not show.
    ByUnknown,
    /// Well, and then the claims were changed.
    Changed,
}

/// What the provider is and does.
pub struct World {
    pub issuer: String,
    pub now: i64,
    /// What it says of whoever signs in.
    pub claims: Value,
    /// What its tokens say in the place of what they should.
    pub lies: Value,
    pub signed: Signed,
    /// What `/userinfo` says; nothing where it has no such address.
    pub userinfo: Option<Value>,
    /// Whether it still knows whoever signed in.
    pub knows: bool,
    /// Whether it answers at all.
    pub is_down: bool,
    /// Whether it gives refresh tokens.
    pub refreshes: bool,
    /// Codes: the challenge and the nonce that came with each.
    pub codes: BTreeMap<String, (String, String)>,
    /// The refresh token that is good now.
    pub refresh: u32,
    /// Requests for tokens, by grant.
    pub asked: Vec<String>,
    keys: [Vec<u8>; 2],
}

fn pair(pkcs8: &[u8]) -> EcdsaKeyPair {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new()).unwrap()
}

/// A new key.
pub fn key() -> Vec<u8> {
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    key.as_ref().to_vec()
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A token signed by a key.
pub fn token(header: &Value, claims: &Value, key: &[u8]) -> String {
    let message = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let signature = pair(key).sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", encoded(signature.as_ref()))
}

/// The public half of a key as a load balancer shows it.
pub fn pem(key: &[u8]) -> String {
    const HEAD: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    let bytes = [&HEAD[..], pair(key).public_key().as_ref()].concat();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(bytes))
}

impl World {
    fn new(now: i64) -> Self {
        Self {
            issuer: String::new(),
            now,
            claims: json!({ "sub": "7", "email": "hayashi@corp.example", "email_verified": true,
                "name": "林 拓也", "groups": ["sre"] }),
            lies: json!({}),
            signed: Signed::Well,
            userinfo: None,
            knows: true,
            is_down: false,
            refreshes: true,
            codes: BTreeMap::new(),
            refresh: 0,
            asked: Vec::new(),
            keys: [key(), key()],
        }
    }

    fn document(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let mut document = json!({ "issuer": self.issuer, "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"), "jwks_uri": at("/keys"), "scopes_supported": ["openid", "offline_access"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"] });
        if self.userinfo.is_some() {
            document["userinfo_endpoint"] = json!(at("/userinfo"));
        }
        document
    }

    fn keys(&self) -> Value {
        let key = pair(&self.keys[0]);
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "one", "x": encoded(x), "y": encoded(y) }] })
    }

    fn id_token(&self, nonce: Option<&str>) -> String {
        let mut claims = self.claims.clone();
        claims["iss"] = json!(self.issuer);
        claims["aud"] = json!(CLIENT);
        claims["iat"] = json!(self.now);
        claims["exp"] = json!(self.now + 300);
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        for (name, value) in self.lies.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = |algorithm: &str, id: &str| json!({ "alg": algorithm, "kid": id, "typ": "JWT" });
        let message = |algorithm: &str| {
            format!("{}.{}", encoded(header(algorithm, "one").to_string()), encoded(claims.to_string()))
        };
        match self.signed {
            Signed::Well => token(&header("ES256", "one"), &claims, &self.keys[0]),
            Signed::NotAtAll => format!("{}.", message("none")),
            Signed::WithSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
                let message = message("HS256");
                format!("{message}.{}", encoded(hmac::sign(&key, message.as_bytes())))
            }
            Signed::ByAnother => token(&header("ES256", "one"), &claims, &self.keys[1]),
            Signed::ByUnknown => token(&header("ES256", "two"), &claims, &self.keys[1]),
            Signed::Changed => {
                let signed = token(&header("ES256", "one"), &claims, &self.keys[0]);
                let (message, signature) = signed.rsplit_once('.').unwrap();
                let (head, _) = message.split_once('.').unwrap();
                claims["sub"] = json!("administrator");
                format!("{head}.{}.{signature}", encoded(claims.to_string()))
            }
        }
    }

    fn tokens(&mut self, fields: &BTreeMap<String, String>, authorization: &str) -> (u16, Value) {
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        self.asked.push(field("grant_type").to_owned());
        if authorization != BASIC {
            return (401, json!({ "error": "invalid_client" }));
        }
        let refused = (400, json!({ "error": "invalid_grant" }));
        let nonce = if field("grant_type") == "refresh_token" {
            if !self.knows || field("refresh_token") != format!("refresh-{}", self.refresh) {
                return refused;
            }
            None
        } else {
            let Some((proof, nonce)) = self.codes.remove(field("code")) else { return refused };
            if challenge(field("code_verifier")) != proof
                || !field("redirect_uri").ends_with("/sign-in/return")
            {
                return refused;
            }
            Some(nonce)
        };
        let mut answer = json!({ "token_type": "Bearer", "access_token": "fictional-access", "expires_in": 300,
            "id_token": self.id_token(nonce.as_deref()) });
        if self.refreshes {
            self.refresh += 1;
            answer["refresh_token"] = json!(format!("refresh-{}", self.refresh));
        }
        (200, answer)
    }
}

/// The provider at its address.
pub struct FakeProvider {
    pub url: String,
    world: Arc<Mutex<World>>,
}

impl FakeProvider {
    /// Listens on an address of its own until the runtime of the test ends.
    pub async fn start(now: i64) -> Self {
        let world = Arc::new(Mutex::new(World::new(now)));
        let url = super::opened(Router::new().fallback(answer).with_state(Arc::clone(&world))).await;
        world.lock().unwrap().issuer.clone_from(&url);
        Self { url, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

async fn answer(
    State(world): State<Arc<Mutex<World>>>,
    uri: Uri,
    headers: HeaderMap,
    form: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Response {
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut world = world.lock().unwrap();
    if world.is_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let (status, value) = match uri.path() {
        "/.well-known/openid-configuration" => (200, world.document()),
        "/keys" => (200, world.keys()),
        "/token" => world.tokens(&form.map(|Form(fields)| fields).unwrap_or_default(), word("authorization")),
        "/userinfo" if world.knows && word("authorization") == "Bearer fictional-access" => {
            (200, world.userinfo.clone().unwrap_or_default())
        }
        "/userinfo" => (401, json!({ "error": "invalid_token" })),
        _ => (404, json!({})),
    };
    (StatusCode::from_u16(status).unwrap(), value.to_string()).into_response()
}

/// Where a load balancer keeps its keys: PEM by the key's name.
pub async fn keys_at(keys: BTreeMap<String, String>) -> String {
    let find = move |uri: Uri| {
        let found = keys.get(uri.path().trim_start_matches('/')).cloned();
        async move { found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response) }
    };
    super::opened(Router::new().fallback(find)).await
}
