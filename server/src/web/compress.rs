//! Pages compressed in one go.
//!
//! The outer layer compresses whatever streams through it, which costs a fresh context with tables for any
//! length. A page is whole before it is sent: with its length known, a context that is kept and tables of the
//! right size it takes a fraction of the processor time. Readers that do not want zstd most are left to the
//! outer layer.

use std::cell::RefCell;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use zstd::bulk::Compressor;
use zstd::zstd_safe::{CParameter, Strategy};

use super::problem::Problem;
use crate::backend::internal;

/// How hard what streams through the outer layer is compressed.
pub(super) const LEVEL: i32 = 5;

/// What the way that pages are compressed starts from.
const BASE: i32 = 3;

/// Two hash tables without chains, small enough for the processor's cache, that look for matches of four bytes
/// already: pages grow by a fortieth against level 5, which takes more time than all the rest of a page.
const WAY: [CParameter; 4] = [
    CParameter::Strategy(Strategy::ZSTD_dfast),
    CParameter::HashLog(15),
    CParameter::ChainLog(14),
    CParameter::MinMatch(4),
];

/// Shorter answers gain nothing.
const LEAST_BYTES: usize = 256;

const PAGE_END: &[u8] = b"</html>";

/// What Leptos writes behind a page that has nothing for its islands to wait for.
const EMPTY_LISTS: [&str; 2] = [
    "__RESOLVED_RESOURCES=[];__SERIALIZED_ERRORS=[];__PENDING_RESOURCES=[];__RESOURCE_RESOLVERS=[];",
    "__INCOMPLETE_CHUNKS=[];",
];

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// Compresses texts for readers that want zstd as much as anything else.
pub async fn whole(request: Request, next: Next) -> Response {
    let wanted = *request.method() == Method::GET && wants_zstd(request.headers());
    let response = next.run(request).await;
    if !wanted || !is_text(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // What was rendered is in memory already, so there is nothing to limit.
    let body = match to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(error) => return Problem::from(internal(&error)).into_response(),
    };
    if body.len() < LEAST_BYTES {
        return Response::from_parts(parts, Body::from(body));
    }
    match compressed(without_empty_lists(&body)) {
        Ok(packed) => {
            parts.headers.remove(CONTENT_LENGTH);
            parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("zstd"));
            parts.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
            Response::from_parts(parts, Body::from(packed))
        }
        // The outer layer takes another way.
        Err(_) => Response::from_parts(parts, Body::from(body)),
    }
}

/// The page without the scripts behind its end, if all they have is empty: the islands' glue has those lists itself.
fn without_empty_lists(page: &[u8]) -> &[u8] {
    let found = page.windows(PAGE_END.len()).rposition(|text| text == PAGE_END);
    let end = found.map_or(page.len(), |at| at + PAGE_END.len());
    let (whole, behind) = page.split_at(end);
    let is_empty = str::from_utf8(behind).is_ok_and(|text| {
        let scripts = EMPTY_LISTS.iter().try_fold(text, |rest, list| {
            let (_, script) = rest.strip_prefix("<script nonce=\"")?.split_once("\">")?;
            script.strip_prefix(list)?.strip_prefix("</script>")
        });
        scripts.is_some_and(|rest| rest.trim().is_empty())
    });
    if is_empty { whole } else { page }
}

fn compressed(body: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| match kept {
        Some(compressor) => compressor.compress(body),
        None => kept.insert(compressor()?).compress(body),
    })
}

fn compressor() -> std::io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(BASE)?;
    for parameter in WAY {
        compressor.set_parameter(parameter)?;
    }
    Ok(compressor)
}

/// Whether zstd is listed with the full weight; with less, another encoding may go before it.
fn wants_zstd(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|header| header.to_str().ok());
    listed.flat_map(|header| header.split(',')).any(|coding| {
        let mut words = coding.split(';').map(str::trim);
        let is_zstd = words.next().is_some_and(|name| name.eq_ignore_ascii_case("zstd"));
        is_zstd && words.all(|word| matches!(word, "q=1" | "q=1.0" | "q=1.00" | "q=1.000"))
    })
}

/// Whether an answer is a whole text that is not compressed yet.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text = kind.starts_with("text/") || kind.starts_with("application/json");
    is_text && !headers.contains_key(CONTENT_ENCODING) && !headers.contains_key(CONTENT_RANGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zstd_goes_first_only_with_the_full_weight() {
        for (header, wanted) in [
            ("gzip, deflate, br, zstd", true),
            ("ZSTD;q=1.0, br", true),
            ("zstd;q=0.9, br", false),
            ("zstd;q=0", false),
            ("gzip, deflate, br", false),
            ("zstdx", false),
            ("*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, header.parse().unwrap());
            assert_eq!(wants_zstd(&headers), wanted, "{header}");
        }
    }

    #[test]
    fn lists_behind_a_page_go_only_while_they_are_empty() {
        let script = |text: &str| format!("<script nonce=\"A1-_b\">{text}</script>");
        let [first, second] = EMPTY_LISTS.map(script);
        for (behind, stays) in [
            (format!("{first}{second}\n"), ""),
            (first.clone(), first.as_str()),
            (format!("{first}{}", script("__INCOMPLETE_CHUNKS=[1];")), "all"),
            (format!("{first}{second}<p>more</p>"), "all"),
            (String::new(), ""),
        ] {
            let page = format!("<html><p>a</p></html>{behind}");
            let stays = if stays == "all" { &behind } else { stays };
            let kept = without_empty_lists(page.as_bytes());
            assert_eq!(str::from_utf8(kept).unwrap(), format!("<html><p>a</p></html>{stays}"));
        }
        assert_eq!(without_empty_lists(b"no page"), b"no page");
    }

    #[test]
    fn a_kept_context_forgets_what_it_compressed_before() {
        for text in ["a".repeat(5000), "b".repeat(70_000), "a".repeat(5000)] {
            let packed = compressed(text.as_bytes()).unwrap();
            assert_eq!(zstd::decode_all(&packed[..]).unwrap(), text.as_bytes());
        }
    }
}
