//! `[postmortem]` of the catalogue file: by when write-ups are due.

use domain::business_day::YearEnd;
use domain::postmortem::PostmortemTerms;

use super::document::{Document, Section};
use super::render::{Lines, quoted};

/// Reads the section.
pub(super) fn terms(document: &mut Document, section: &Section) -> PostmortemTerms {
    let known = ["sev1_days", "sev2_business_days", "other_business_days", "year_end", "handbook"];
    document.only_known(section, &known);
    let usual = PostmortemTerms::default();
    let range = (1, PostmortemTerms::LONGEST);
    PostmortemTerms {
        sev1_days: document.integer(section, known[0], range).unwrap_or(usual.sev1_days),
        sev2_business_days: document.integer(section, known[1], range).unwrap_or(usual.sev2_business_days),
        other_business_days: document.integer(section, known[2], range).unwrap_or(usual.other_business_days),
        year_end: document.word::<YearEnd>(section, known[3], "catalogue/year-end"),
        handbook: handbook(document, section, known[4]),
    }
}

fn handbook(document: &mut Document, section: &Section, key: &str) -> Option<String> {
    let text = document.text(section, key)?;
    document.address(section, key, &text);
    Some(text)
}

/// The section; nothing where all is as usual.
pub(super) fn render(terms: &PostmortemTerms) -> String {
    let usual = PostmortemTerms::default();
    if *terms == usual {
        return String::new();
    }
    let lines = Lines::below("\n[postmortem]")
        .put("sev1_days", terms.sev1_days)
        .put("sev2_business_days", terms.sev2_business_days)
        .put("other_business_days", terms.other_business_days)
        .put_some("year_end", terms.year_end.map(|rest| quoted(&rest.to_string())))
        .put_some("handbook", terms.handbook.as_deref().map(quoted));
    lines.0
}
