//! A fictional S3: one bucket in one region, pages of a list, ranges of an object, entity tags. It refuses,
//! slows down, breaks off in the middle and writes anew by script; STS answers at the same address.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};

use super::{World, between, token_service};

/// What is in the bucket, and how it behaves.
pub struct Shelf {
    pub bucket: &'static str,
    pub region: &'static str,
    pub objects: BTreeMap<String, Object>,
    /// Keys on a page of a list.
    pub page: usize,
    /// What is refused from now on: operation → (status, code, message).
    pub refusals: BTreeMap<&'static str, (u16, &'static str, &'static str)>,
    /// Failures to come: part of a key, what happens, how often.
    pub script: Vec<(&'static str, Mishap, usize)>,
    /// Every request: operation, key, range, status.
    pub log: Vec<(&'static str, String, String, u16)>,
    pub signed_by: String,
    /// How often something was written.
    written: u32,
}

/// One version of an object.
#[derive(Clone)]
pub struct Object {
    bytes: Bytes,
    tag: String,
    at: String,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    SlowDown,
    Break,
    /// The connection ends after so many bytes.
    BreakOff(usize),
    /// The object was written anew since it was listed.
    Renew,
}

impl Shelf {
    pub fn new() -> Self {
        Self {
            bucket: "example-billing",
            region: "ap-northeast-1",
            objects: BTreeMap::new(),
            page: 1_000,
            refusals: BTreeMap::new(),
            script: Vec::new(),
            log: Vec::new(),
            signed_by: String::new(),
            written: 0,
        }
    }

    pub fn put(&mut self, key: &str, bytes: impl Into<Bytes>) {
        self.written += 1;
        let (minute, second) = (self.written / 60, self.written % 60);
        let object = Object {
            bytes: bytes.into(),
            tag: format!("\"{:032x}\"", self.written),
            at: format!("2026-11-22T03:{minute:02}:{second:02}.000Z"),
        };
        self.objects.insert(key.to_owned(), object);
    }

    /// How often objects whose keys hold a text were given out, whole or in part.
    pub fn given(&self, part: &str) -> usize {
        let given = |(operation, key, _, status): &&(&str, String, String, u16)| {
            *operation == "GetObject" && key.contains(part) && (200..300).contains(status)
        };
        self.log.iter().filter(given).count()
    }

    fn mishap(&mut self, key: &str) -> Option<Mishap> {
        let position = self.script.iter().position(|(part, _, times)| *times > 0 && key.contains(part))?;
        self.script[position].2 -= 1;
        Some(self.script[position].1)
    }
}

/// The fictional S3 at its address.
pub struct FakeBucket {
    pub url: String,
    shelf: Arc<Mutex<Shelf>>,
}

impl FakeBucket {
    /// Listens on an address of its own until the runtime of the test ends.
    pub async fn start(shelf: Shelf) -> Self {
        let shelf = Arc::new(Mutex::new(shelf));
        let url = super::opened(Router::new().fallback(answer).with_state(Arc::clone(&shelf))).await;
        Self { url, shelf }
    }

    pub fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
    }
}

type Parameters = Query<BTreeMap<String, String>>;

async fn answer(
    State(shelf): State<Arc<Mutex<Shelf>>>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    Query(parameters): Parameters,
    body: Bytes,
) -> Response {
    let mut shelf = shelf.lock().unwrap();
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signature = word("authorization");
    if method == Method::POST {
        return token_service::answer(&World::new("2026-11-23"), &String::from_utf8_lossy(&body));
    }
    shelf.signed_by = between(signature, "Credential=", ",").to_owned();
    let path = uri.path().trim_start_matches('/').replace("%3D", "=");
    let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
    let operation = if key.is_empty() { "ListObjectsV2" } else { "GetObject" };
    let range = word("range").to_owned();
    let response = if !signature.starts_with("AWS4-HMAC-SHA256") {
        refuse(403, "AccessDenied", "Access Denied", None)
    } else if let Some((status, code, message)) = shelf.refusals.get(operation) {
        refuse(*status, code, message, None)
    } else if bucket != shelf.bucket {
        refuse(404, "NoSuchBucket", "The specified bucket does not exist", None)
    } else if !signature.contains(&format!("/{}/s3/", shelf.region)) {
        let message = format!("The authorization header is malformed; expecting '{}'", shelf.region);
        refuse(400, "AuthorizationHeaderMalformed", &message, Some(shelf.region))
    } else if key.is_empty() {
        list(&mut shelf, &parameters)
    } else {
        get(&mut shelf, key, &range, word("if-match"))
    };
    shelf.log.push((operation, key.to_owned(), range, response.status().as_u16()));
    response
}

fn refuse(status: u16, code: &str, message: &str, region: Option<&str>) -> Response {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message>\
         <RequestId>1</RequestId></Error>"
    );
    let mut response = (StatusCode::from_u16(status).unwrap(), text).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, "application/xml".parse().unwrap());
    if let Some(region) = region {
        response.headers_mut().insert("x-amz-bucket-region", region.parse().unwrap());
    }
    response
}

fn list(shelf: &mut Shelf, parameters: &BTreeMap<String, String>) -> Response {
    if parameters.get("list-type").map(String::as_str) != Some("2") {
        return refuse(400, "InvalidArgument", "list-type is 2", None);
    }
    let prefix = parameters.get("prefix").cloned().unwrap_or_default();
    match shelf.mishap(&prefix) {
        Some(Mishap::SlowDown) => return refuse(503, "SlowDown", "Please reduce your request rate.", None),
        Some(_) => return refuse(500, "InternalError", "We encountered an internal error.", None),
        None => {}
    }
    let after = parameters.get("continuation-token").cloned().unwrap_or_default();
    let fitting = shelf.objects.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
    let keys: Vec<(&String, &Object)> = fitting.collect();
    let page = &keys[..keys.len().min(shelf.page)];
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Name>{}</Name><Prefix>{prefix}</Prefix><KeyCount>{}</KeyCount><MaxKeys>1000</MaxKeys>",
        shelf.bucket,
        page.len()
    );
    for (key, object) in page {
        text += &format!(
            "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size></Contents>",
            object.at,
            object.tag.replace('"', "&quot;"),
            object.bytes.len()
        );
    }
    let is_truncated = page.len() < keys.len();
    text += &format!("<IsTruncated>{is_truncated}</IsTruncated>");
    if let (true, Some((last, _))) = (is_truncated, page.last()) {
        text += &format!("<NextContinuationToken>{last}</NextContinuationToken>");
    }
    text += "</ListBucketResult>";
    ([(header::CONTENT_TYPE, "application/xml")], text).into_response()
}

fn get(shelf: &mut Shelf, key: &str, range: &str, if_match: &str) -> Response {
    let mishap = shelf.mishap(key);
    match mishap {
        Some(Mishap::SlowDown) => return refuse(503, "SlowDown", "Please reduce your request rate.", None),
        Some(Mishap::Break) => {
            return refuse(500, "InternalError", "We encountered an internal error.", None);
        }
        Some(Mishap::Renew) => {
            let bytes = shelf.objects[key].bytes.clone();
            shelf.put(key, bytes);
        }
        _ => {}
    }
    let Some(object) = shelf.objects.get(key) else {
        return refuse(404, "NoSuchKey", "The specified key does not exist.", None);
    };
    if !if_match.is_empty() && if_match != object.tag {
        return refuse(412, "PreconditionFailed", "At least one of the pre-conditions did not hold", None);
    }
    let from = between(range, "bytes=", "-").parse::<usize>().unwrap_or(0);
    let part = object.bytes.slice(from.min(object.bytes.len())..);
    let status = if range.is_empty() { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
    let length = part.len();
    let body = match mishap {
        Some(Mishap::BreakOff(after)) => {
            let sent = part.slice(..after.min(length.saturating_sub(1)));
            let broken = async {
                // What was sent is on its way by then.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(std::io::Error::other("the connection broke off"))
            };
            Body::from_stream(stream::once(async { Ok(sent) }).chain(stream::once(broken)))
        }
        _ => Body::from(part),
    };
    let headers = [
        (header::CONTENT_LENGTH, length.to_string()),
        (header::ETAG, object.tag.clone()),
        (header::CONTENT_TYPE, "binary/octet-stream".to_owned()),
    ];
    (status, headers, body).into_response()
}
