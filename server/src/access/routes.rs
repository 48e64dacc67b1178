//! What each address asks of whoever comes: the one table, deny by default.
//!
//! A route that stands in no line is refused to everybody, so that one that is forgotten here cannot be reached; a
//! test holds that every route of the program stands here and every line has its route.

use axum::http::Method;
use domain::access::Need;

/// One line: a method, a pattern of the path and what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `GET` stands for `HEAD` as well.
    pub method: &'static str,
    /// The path; `{…}` is any one segment, `{*…}` at the end any rest.
    pub pattern: &'static str,
    /// What is asked.
    pub need: Need,
}

const fn get(pattern: &'static str, need: Need) -> Rule {
    Rule { method: "GET", pattern, need }
}

const fn post(pattern: &'static str, need: Need) -> Rule {
    Rule { method: "POST", pattern, need }
}

/// Every route there is. Where two patterns match, the first one counts.
pub const TABLE: &[Rule] = &[
    // What shows nothing of the data, or asks for its own proof: messages of webhooks are signed.
    get("/healthz", Need::Nothing),
    get("/readyz", Need::Nothing),
    get("/no-access", Need::Nothing),
    get("/favicon.svg", Need::Nothing),
    get("/manifest.webmanifest", Need::Nothing),
    get("/pkg/{*file}", Need::Nothing),
    get("/api/openapi.json", Need::Nothing),
    post("/hooks/{name}", Need::Nothing),
    post("/api/preferences", Need::Nothing),
    get("/sign-in", Need::Nothing),
    get("/sign-in/provider", Need::Nothing),
    get("/sign-in/return", Need::Nothing),
    post("/api/sign-in", Need::Nothing),
    post("/api/sign-out", Need::Nothing),
    // A link proves itself by the secret in its address.
    get("/s/{token}", Need::Nothing),
    // The whole organisation: what is told there cannot be taken apart by products.
    get("/metrics", Need::All),
    get("/imports", Need::All),
    get("/imports/restatements", Need::All),
    get("/catalog", Need::All),
    get("/catalog/products", Need::All),
    get("/catalog/accounts", Need::All),
    get("/catalog/rules", Need::All),
    get("/catalog/pools", Need::All),
    get("/catalog/policies", Need::All),
    get("/catalog/maintenance", Need::All),
    get("/catalog/budgets", Need::All),
    get("/catalog/rates", Need::All),
    get("/catalog/usage", Need::All),
    get("/catalog/proposals/{id}", Need::All),
    get("/reviews/compare", Need::All),
    get("/reviews/four-weeks", Need::All),
    get("/reviews/four-weeks/{week}", Need::All),
    get("/reviews/quarter", Need::All),
    get("/reviews/quarter/{quarter}", Need::All),
    get("/reviews/{week}/digest", Need::All),
    get("/reviews/{week}/skip", Need::Freeze),
    get("/objectives/openslo.yaml", Need::All),
    // What is reduced to the products that are seen.
    get("/", Need::Some),
    get("/reviews", Need::Some),
    get("/reviews/{week}", Need::Some),
    get("/reviews/{week}/events", Need::Some),
    get("/reviews/{week}/notes", Need::Some),
    get("/reviews/{week}/notes/{place}", Need::Some),
    get("/reviews/{week}/restatements", Need::Some),
    get("/products", Need::Some),
    get("/products/{slug}", Need::Some),
    get("/products/{slug}/checklists", Need::Some),
    get("/products/{slug}/cost", Need::Some),
    get("/products/{slug}/incidents", Need::Some),
    get("/objectives", Need::Some),
    get("/objectives/reviews", Need::Some),
    get("/objectives/{id}", Need::Some),
    get("/objectives/{id}/openslo.yaml", Need::Some),
    get("/objectives/{id}/proposal", Need::Some),
    get("/objectives/{id}/proposal/openslo.yaml", Need::Some),
    get("/api/objective/patch", Need::Some),
    get("/incidents", Need::Some),
    get("/incidents/handbook", Need::Some),
    get("/incidents/postmortems", Need::Some),
    get("/incidents/{id}", Need::Some),
    get("/incidents/{id}/postmortem", Need::Some),
    get("/actions", Need::Some),
    get("/actions/{id}", Need::Some),
    get("/topics", Need::Some),
    get("/topics/{id}", Need::Some),
    get("/decisions/{id}", Need::Some),
    // Forms: on which product is judged behind the door.
    post("/api/action", Need::Edit),
    post("/api/answer", Need::Edit),
    post("/api/checklist", Need::Edit),
    post("/api/decision", Need::Edit),
    post("/api/incident/merge", Need::Edit),
    post("/api/incident/override", Need::Edit),
    post("/api/incident/postmortem", Need::Edit),
    post("/api/note", Need::Edit),
    post("/api/objective/action-done", Need::Edit),
    post("/api/objective/assess", Need::Edit),
    post("/api/objective/patch", Need::Edit),
    post("/api/objective/proposal-step", Need::Edit),
    post("/api/objective/propose", Need::Edit),
    post("/api/topic", Need::Edit),
    get("/shares", Need::Edit),
    post("/api/share", Need::Edit),
    post("/api/freeze", Need::Freeze),
    post("/api/week-skip", Need::Freeze),
    post("/api/catalog/apply", Need::Administer),
    post("/api/catalog/edit", Need::Administer),
    post("/api/catalog/propose", Need::Administer),
    post("/api/catalog/upload", Need::Administer),
    post("/api/objective/terraform", Need::Administer),
    get("/admin/users", Need::Administer),
    get("/admin/tokens", Need::Administer),
    get("/admin/audit", Need::Administer),
    post("/api/person", Need::Administer),
    post("/api/token", Need::Administer),
];

/// The forms of a page's value; they ask what the page asks.
const SUFFIXES: [&str; 5] = [".json", ".csv", ".md", ".svg", ".png"];

/// What an address asks; `None` for one that is none of ours.
///
/// The path is taken as it was sent: what is escaped in it is a part of a name, never of a pattern.
#[must_use]
pub fn need(method: &Method, path: &str) -> Option<Need> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let rules = || TABLE.iter().filter(|rule| rule.method == method);
    let of = |path: &str| rules().find(|rule| matches(rule.pattern, path)).map(|rule| rule.need);
    let page = SUFFIXES.iter().find_map(|suffix| path.strip_suffix(suffix));
    // A name may hold a dot: what a suffix is taken from asks for the most that either reading asks for.
    match (of(path), page.filter(|_| method == "GET").and_then(of)) {
        (Some(whole), Some(page)) => Some(whole.max(page)),
        (whole, page) => whole.or(page),
    }
}

/// The methods that an address takes.
#[must_use]
pub fn methods(path: &str) -> Vec<&'static str> {
    let mut methods: Vec<&'static str> =
        TABLE.iter().filter(|rule| matches(rule.pattern, path)).map(|rule| rule.method).collect();
    // Other forms of a page are only read.
    if methods.is_empty() && need(&Method::GET, path).is_some() {
        methods.push("GET");
    }
    methods.dedup();
    methods
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), segments.next()) {
            (Some(pattern), Some(segment)) if pattern.starts_with("{*") => return !segment.is_empty(),
            (Some(pattern), Some(segment)) if pattern.starts_with('{') && !segment.is_empty() => {}
            (Some(pattern), Some(segment)) if pattern == segment => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_what_its_line_says() {
        for (method, path, expected) in [
            (Method::GET, "/reviews/2026-W47", Some(Need::Some)),
            (Method::HEAD, "/reviews/2026-W47.json", Some(Need::Some)),
            (Method::GET, "/reviews/compare", Some(Need::All)),
            (Method::GET, "/reviews/compare.json", Some(Need::All)),
            (Method::GET, "/reviews.csv", Some(Need::Some)),
            (Method::GET, "/imports.json", Some(Need::All)),
            (Method::GET, "/objectives/openslo.yaml", Some(Need::All)),
            (Method::GET, "/objectives/checkout.latency", Some(Need::Some)),
            (Method::GET, "/pkg/teirei.wasm", Some(Need::Nothing)),
            (Method::POST, "/hooks/pagerduty", Some(Need::Nothing)),
            (Method::POST, "/api/freeze", Some(Need::Freeze)),
            (Method::GET, "/api/freeze", None),
            (Method::POST, "/api/freeze.json", None),
            (Method::DELETE, "/reviews/2026-W47", None),
            (Method::GET, "/reviews//notes", None),
            (Method::GET, "/reviews/2026-W47/", None),
            (Method::GET, "/%72eviews/2026-W47", None),
            (Method::GET, "/admin", None),
            (Method::GET, "", None),
        ] {
            assert_eq!(need(&method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_page_called_like_a_wider_one_asks_for_the_wider() {
        // `compare.json` is the comparison's file, and would be a week of that name as well.
        assert_eq!(need(&Method::GET, "/reviews/four-weeks.csv"), Some(Need::All));
    }
}
