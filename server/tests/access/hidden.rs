//! Who sees one product finds no trace of another on any page, in any file, count or picture.

use axum::Router;
use domain::access::Need;
use server::access::routes::TABLE;

use super::guarded;
use crate::support::{House, get, request, send};

/// What tells of products that are not `erx`: their names in both languages, accounts, people and addresses.
const OTHERS: [&str; 24] = [
    "オンライン診療",
    "Telemedicine",
    "データ基盤",
    "Data platform",
    "予約",
    "Booking",
    "204518820711",
    "417730256604",
    "631907745288",
    "604417283951",
    "339102847756",
    "中村 彩",
    "松田 怜",
    "山口 徹",
    "井上 遥",
    "/products/telemed",
    "/products/data",
    "/products/insurance",
    "/products/booking",
    "\"telemed\"",
    "\"booking\"",
    "\"insurance\"",
    "telemed-",
    "booking-",
];

async fn narrow(router: &Router, path: &str) -> (u16, String) {
    let headers = [("x-story-name", "viewer-of-erx"), ("accept", "text/html")];
    let answer = send(router, request("GET", path, &headers, "")).await;
    (answer.status.as_u16(), answer.body)
}

/// Things of every kind that the open house leads to: every address on its lists.
async fn addresses(open: &Router) -> Vec<String> {
    let mut found: Vec<String> = TABLE
        .iter()
        .filter(|rule| rule.method == "GET" && rule.need == Need::Some && !rule.pattern.contains('{'))
        .map(|rule| rule.pattern.to_owned())
        .collect();
    let lists = [
        "/reviews/2026-W47",
        "/reviews/2026-W46",
        "/reviews",
        "/products",
        "/objectives",
        "/objectives/reviews",
        "/incidents?period=13-weeks",
        "/incidents/postmortems",
        "/actions?state=all",
        "/topics",
        "/reviews/2026-W47/notes",
    ];
    for list in lists {
        found.push(list.to_owned());
        let page = get(open, list).await.body;
        found.extend(page.split("href=\"").skip(1).filter_map(|rest| {
            let address = rest.split('"').next()?.split('#').next()?.replace("&amp;", "&");
            // A form that is filled in beforehand says what its address says.
            (address.starts_with('/') && !address.contains("title=")).then_some(address)
        }));
    }
    found.sort();
    found.dedup();
    found
}

#[tokio::test]
async fn no_page_and_no_file_tells_of_a_product_that_is_hidden() {
    let house = House::furnished().await;
    let (open, router) = (house.router(), guarded(&house));
    let mut seen = 0;
    for address in addresses(&open).await {
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let with = |suffix: &str| match query.is_empty() {
            true => format!("{path}{suffix}"),
            false => format!("{path}{suffix}?{query}"),
        };
        let mut forms = vec![address.clone()];
        if !path.contains('.') && path != "/" {
            forms.extend([".json", ".csv", ".md", ".svg"].map(with));
        }
        for form in forms {
            let (status, body) = narrow(&router, &form).await;
            assert!(status < 500, "{form}: {status}");
            if status != 200 {
                continue;
            }
            seen += 1;
            // What an address asks for stands in its own links again: it tells nothing that was not asked.
            let asked: Vec<&&str> =
                OTHERS.iter().filter(|other| form.contains(other.trim_matches('"'))).collect();
            for other in OTHERS.iter().filter(|other| !asked.contains(other)) {
                let at = body.find(other).map(|at| {
                    let from = (0..=at.saturating_sub(120)).rev().find(|from| body.is_char_boundary(*from));
                    body.get(from.unwrap_or(0)..).map(|text| text.chars().take(240).collect::<String>())
                });
                assert!(at.is_none(), "{form} tells of {other}: {at:?}");
            }
        }
    }
    assert!(seen > 60, "pages were looked at: {seen}");
}

#[tokio::test]
async fn what_is_hidden_answers_like_what_does_not_exist() {
    let house = House::furnished().await;
    let router = guarded(&house);
    for (hidden, nothing) in [
        ("/products/telemed", "/products/nothing"),
        ("/products/telemed/cost", "/products/nothing/cost"),
        ("/products/telemed/checklists", "/products/nothing/checklists"),
        ("/products/telemed.json", "/products/nothing.json"),
        ("/products/telemed.png", "/products/nothing.png"),
        ("/reviews/2026-W47/notes/product-telemed", "/reviews/2026-W47/notes/product-nothing"),
        ("/reviews/2026-W47/notes/summary", "/reviews/2026-W47/notes/product-nothing"),
    ] {
        let headers = [("x-story-name", "viewer-of-erx")];
        let hidden_answer = send(&router, request("GET", hidden, &headers, "")).await;
        let nothing_answer = send(&router, request("GET", nothing, &headers, "")).await;
        assert_eq!(hidden_answer.status, 404, "{hidden}");
        assert_eq!(nothing_answer.status, 404, "{nothing}");
        let same = |body: &str, path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default();
            body.lines().filter(|line| !line.contains("nonce")).collect::<String>().replace(name, "")
        };
        if !hidden_answer.body.contains("<html") {
            assert_eq!(same(&hidden_answer.body, hidden), same(&nothing_answer.body, nothing), "{hidden}");
        }
    }
}

#[tokio::test]
async fn counts_and_sums_are_those_of_what_is_seen() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let (_, narrow) = narrow(&router, "/reviews/2026-W47.json").await;
    let narrow: serde_json::Value = serde_json::from_str(&narrow).unwrap();
    let matrix = narrow["review"]["matrix"].as_array().unwrap();
    assert_eq!(matrix.len(), 1, "{matrix:?}");
    assert_eq!(narrow["reconciliation"].as_array().map(Vec::len), Some(0));
    let whole: serde_json::Value = get(&house.router(), "/reviews/2026-W47.json").await.json();
    let count =
        |value: &serde_json::Value| value["review"]["incidents"]["rows"].as_array().map_or(0, Vec::len);
    assert!(count(&narrow) < count(&whole), "{} of {}", count(&narrow), count(&whole));
}
