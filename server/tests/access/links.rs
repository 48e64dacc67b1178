//! What people and sources give as a link leads to the web or nowhere.

use std::collections::BTreeSet;

use axum::Router;
use regex::Regex;
use server::access::routes::TABLE;

use crate::support::{House, get, post};

const HOSTILE: [&str; 8] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\tjavascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/x",
    "https://",
    "https://evil.example/\\a b",
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Whether a form was refused, at once or by a page that shows it again.
async fn is_refused(router: &Router, path: &str, form: &str) -> bool {
    let answer = post(router, path, form).await;
    let goes_back = answer.status == 303 && answer.header("location").contains("problem=");
    goes_back || answer.status == 400
}

/// Cross-site scripting by addresses in links, as the tests of AWS Ops Wheel v2 (`api-v2/tests`) have it.
#[tokio::test]
async fn no_form_takes_a_link_that_is_none() {
    let house = House::furnished().await;
    let router = house.router();
    for link in HOSTILE {
        let link = encoded(link);
        for (path, form) in [
            ("/api/action", "do=add&text=Watch&owner=Hayashi&due=2026-11-30"),
            ("/api/topic", "do=add&title=Slow&evidence=x&product=telemed&week=2026-W47"),
            ("/api/checklist", "do=load-test&product=erx&result=900&day=2026-11-20"),
            (
                "/api/checklist",
                "do=answer&product=erx&checklist=production-readiness&item=runbook&version=3&seen=0&state=done&note=x",
            ),
            ("/api/incident/postmortem", "incident=pagerduty~118&seen=2&text=x&do=save"),
        ] {
            let form = format!("{form}&link={link}");
            assert!(is_refused(&router, path, &form).await, "{path}: {form}");
        }
    }
    let catalogue = house.store.catalogue_get().await.unwrap();
    for link in HOSTILE {
        let mut changed = catalogue.clone();
        let links = &mut changed.products.iter_mut().find(|product| !product.links.is_empty()).unwrap().links;
        links[0].url = link.to_owned();
        let file = sources::catalogue::render(&changed);
        let told = sources::catalogue::parse(file.as_bytes(), "catalogue.toml");
        assert!(told.is_err(), "{link:?} is taken as a product's link");
    }
}

/// Every address on every page, with what stands in its tag.
async fn links_of(router: &Router) -> BTreeSet<(String, String)> {
    let tag =
        Regex::new(r#"<(?:a|form|img|iframe|script)\b[^>]*?\b(?:href|src|action)="([^"]*)"[^>]*>"#).unwrap();
    let mut paths: Vec<String> = TABLE
        .iter()
        .filter(|rule| rule.method == "GET" && !rule.pattern.contains('{'))
        .map(|rule| rule.pattern.to_owned())
        .collect();
    let things = ["/reviews/2026-W47", "/products/erx", "/products/erx/checklists", "/products/telemed/cost"];
    paths.extend(things.map(str::to_owned));
    paths.extend(
        ["/incidents/pagerduty~118", "/incidents/pagerduty~118/postmortem", "/actions/1", "/topics/1"]
            .map(str::to_owned),
    );
    let mut found = BTreeSet::new();
    for path in paths {
        let page = get(router, &path).await.body;
        if page.contains("<html") {
            found.extend(tag.captures_iter(&page).map(|one| (one[1].to_owned(), one[0].to_owned())));
        }
    }
    found
}

#[tokio::test]
async fn every_link_leads_here_or_to_the_web_and_hands_nothing_over() {
    let house = House::furnished().await;
    let links = links_of(&house.router()).await;
    let elsewhere = links.iter().filter(|(address, _)| address.contains("://")).count();
    assert!(links.len() > 200 && elsewhere > 5, "{} links, {elsewhere} of them elsewhere", links.len());
    for (address, tag) in links {
        let is_here =
            (address.starts_with('/') && !address.starts_with("//")) || address.starts_with(['#', '?']);
        let is_mail = address.starts_with("mailto:");
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        assert!(is_here || is_mail || is_web || address.is_empty(), "{tag}");
        let is_quiet = tag.contains("noreferrer") && tag.starts_with("<a ");
        assert!(
            !is_web || is_quiet || address.starts_with("http://localhost:3000/"),
            "{tag} tells where it was followed"
        );
    }
}
