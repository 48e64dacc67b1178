//! `/reviews?q=` as `.json` and `.csv`: what the archive finds.

use app::pages::archive::place;
use domain::archive_search::Hit;
use serde_json::json;

use crate::snapshot::csv;

/// What was found, each with its address on this server.
pub fn json(query: &str, hits: &[Hit]) -> String {
    let found = hits.iter().map(|hit| {
        json!({
            "kind": hit.entry.kind.as_str(),
            "week": hit.entry.week.to_string(),
            "title": hit.entry.title,
            "excerpt": excerpt(hit),
            "address": place(&hit.entry),
        })
    });
    let found = found.collect::<Vec<_>>();
    format!("{}\n", json!({ "schema": "teirei/archive-search/v1", "query": query, "found": found }))
}

/// One row a find.
pub fn csv(hits: &[Hit]) -> String {
    let mut text = String::new();
    csv::line(&mut text, ["kind", "week", "title", "excerpt", "address"].into_iter());
    for hit in hits {
        let (week, excerpt, place) = (hit.entry.week.to_string(), excerpt(hit), place(&hit.entry));
        let cells =
            [hit.entry.kind.as_str(), &week, &hit.entry.title, excerpt.as_deref().unwrap_or(""), &place];
        csv::line(&mut text, cells.into_iter());
    }
    text
}

fn excerpt(hit: &Hit) -> Option<String> {
    hit.excerpt.as_ref().map(|part| [part.before.as_str(), &part.found, &part.behind].concat())
}
