//! Service levels: OpenSLO definitions and their counts.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::coverage::SourceKind;
use domain::objective::{Objective, SliBucket};
use domain::objective_queue::ObjectiveTerms;
use domain::product::Slug;
use domain::rejection::{Gravity, Issue};
use sources::openslo::{self, Settings};
use sources::sli;
use store::Store;

use super::lease::holding;
use super::{Delivery, ImportError, Kind, Report, Whole, files_read, issues_keep, rejections};
use crate::clock::Clock;

/// What a delivery of service levels holds.
#[derive(Default)]
struct Parsed {
    objectives: Vec<Objective>,
    /// Names of definitions that were rejected: what is known of them stays in force.
    rejected: Vec<String>,
    buckets: Vec<SliBucket>,
    /// What the definitions say besides.
    terms: Vec<ObjectiveTerms>,
}

/// Imports definitions and counts; which a file holds is told by its content.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    kind: Kind,
    source: &str,
    delivery: &Delivery,
) -> Result<Report, ImportError> {
    let files = files_read(&delivery.files).await?;
    let catalogue = store.catalogue_get().await?;
    let mut report = Report::new(kind, source, delivery);
    let mut parsed = Parsed::default();
    let (definitions, counts): (Vec<Whole>, Vec<Whole>) =
        files.into_iter().partition(|file| kind == Kind::Objectives && is_definition(&file.bytes));
    let settings = Settings { strict: delivery.strict, source: source.to_owned(), valid_from: clock.now() };
    read_definitions(&definitions, &settings, &catalogue, &mut parsed, &mut report)?;
    read_counts(&counts, &catalogue, &mut parsed, &mut report)?;
    if report.accepted == 0 {
        return Ok(report);
    }
    let known = store.objective_list().await?;
    remark_unknown(&parsed, &known, &mut report);
    if delivery.dry_run {
        return Ok(report);
    }
    holding(store, async |_| {
        let at = clock.now();
        // A delivery of services alone says nothing about objectives.
        if !parsed.objectives.is_empty() {
            keep_rejected(&mut parsed, &known, source);
            keep_terms(&mut parsed, store.objective_terms_list().await?);
            let changes = store.objective_replace(source, parsed.objectives, at).await?;
            report.changed |= changes.any();
            report.changed |= store.objective_terms_replace(source, parsed.terms).await?;
            report.effects.extend([
                ("objectives added", changes.added),
                ("objectives changed", changes.changed),
                ("objectives unchanged", changes.unchanged),
                ("objectives closed", changes.closed),
                ("proposals carried and closed", changes.carried),
                ("proposals of gone objectives closed", changes.ended),
            ]);
        }
        if !parsed.buckets.is_empty() {
            let changes = store.sli_replace(source, parsed.buckets, at).await?;
            report.changed |= changes.any();
            report.effects.extend([
                ("counts added", changes.added),
                ("counts changed", changes.changed),
                ("counts unchanged", changes.unchanged),
                ("counts removed", changes.closed),
            ]);
        }
        let issues = report.issues.clone();
        issues_keep(store, clock, SourceKind::Objectives, &mut report, issues).await
    })
    .await?;
    Ok(report)
}

fn read_definitions(
    files: &[Whole],
    settings: &Settings,
    catalogue: &Catalogue,
    parsed: &mut Parsed,
    report: &mut Report,
) -> Result<(), ImportError> {
    if files.is_empty() {
        return Ok(());
    }
    let opened: Vec<openslo::File> =
        files.iter().map(|file| openslo::File { name: &file.name, bytes: &file.bytes }).collect();
    let import = openslo::parse(&opened, settings)?;
    let accepted = import.documents.iter().filter(|document| document.accepted).count() as u64;
    report.read += import.documents.len() as u64;
    report.accepted += accepted;
    report.rejected += import.documents.len() as u64 - accepted;
    report.remark(import.issues);
    let rejected = import.documents.into_iter().filter(|document| !document.accepted);
    parsed.rejected = rejected.map(|document| document.name).filter(|name| !name.is_empty()).collect();
    parsed.objectives = import.objectives;
    parsed.terms = import.terms;
    for objective in &mut parsed.objectives {
        if objective.product.is_none() {
            objective.product = product_of(catalogue, &objective.service);
        }
    }
    Ok(())
}

/// The product whose short name the service has, or whose name in either language.
pub(super) fn product_of(catalogue: &Catalogue, service: &str) -> Option<Slug> {
    let by_slug = service.parse().ok().filter(|slug: &Slug| catalogue.product(slug).is_some());
    let is_named = |name: &str| !name.is_empty() && name.eq_ignore_ascii_case(service.trim());
    by_slug.or_else(|| {
        let mut products = catalogue.products.iter();
        products.find(|one| is_named(&one.name.ja) || is_named(&one.name.en)).map(|one| one.slug.clone())
    })
}

fn read_counts(
    files: &[Whole],
    catalogue: &Catalogue,
    parsed: &mut Parsed,
    report: &mut Report,
) -> Result<(), ImportError> {
    let zone = catalogue.organization.zone();
    for file in files {
        let read = sli::parse(&file.bytes, &file.name, &zone)?;
        let (accepted, rejected) = (read.values.len() as u64, rejections(&read.issues));
        report.read += accepted + rejected;
        report.accepted += accepted;
        report.rejected += rejected;
        report.remark(read.issues);
        parsed.buckets.extend(read.values);
    }
    Ok(())
}

/// Whether an id is that of one of the targets of an SLO of a name.
pub(super) fn is_target_of(id: &str, name: &str) -> bool {
    let further = id.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    id == name || further.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A broken edit of a definition does not close the objective that was in force.
fn keep_rejected(parsed: &mut Parsed, known: &[Objective], source: &str) {
    let kept = known.iter().filter(|objective| {
        objective.source == source
            && parsed.rejected.iter().any(|name| is_target_of(&objective.id, name))
            && parsed.objectives.iter().all(|new| new.id != objective.id)
    });
    let kept: Vec<Objective> = kept.cloned().collect();
    parsed.objectives.extend(kept);
}

/// What is kept of rejected definitions keeps what they said besides.
fn keep_terms(parsed: &mut Parsed, known: Vec<ObjectiveTerms>) {
    let missing = known.into_iter().filter(|terms| {
        parsed.objectives.iter().any(|objective| objective.id == terms.objective)
            && parsed.terms.iter().all(|new| new.objective != terms.objective)
    });
    let missing: Vec<ObjectiveTerms> = missing.collect();
    parsed.terms.extend(missing);
}

/// Counts of an objective nobody defined are kept, and somebody is told.
fn remark_unknown(parsed: &Parsed, known: &[Objective], report: &mut Report) {
    let defined: BTreeSet<&str> =
        known.iter().chain(&parsed.objectives).map(|objective| objective.id.as_str()).collect();
    let counted: BTreeSet<&str> = parsed.buckets.iter().map(|bucket| &*bucket.objective).collect();
    let issue = |id: &&str| Issue {
        file: report.files.join(", "),
        line: None,
        column: Some("slo".to_owned()),
        rule: "sli/unknown-objective",
        what: format!("No definition names the objective {id:?}; its counts are kept."),
        mend: "Import its OpenSLO definition, or mend the name.".to_owned(),
        gravity: Gravity::Warning,
    };
    let issues: Vec<Issue> = counted.difference(&defined).map(issue).collect();
    report.remark(issues);
}

/// Definitions name their version; tables of counts do not.
fn is_definition(bytes: &[u8]) -> bool {
    let holds = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    holds(b"apiVersion") || !holds(b"period_start")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_and_counts_are_told_apart() {
        for (text, expected) in [
            ("apiVersion: openslo/v1\nkind: SLO", true),
            ("[{\"apiVersion\":\"openslo/v1\"}]", true),
            ("slo,period_start,period_end,good,total\n", false),
            ("{\"slo\":\"a\",\"period_start\":\"x\"}", false),
            ("nothing of both", true),
        ] {
            assert_eq!(is_definition(text.as_bytes()), expected, "{text}");
        }
    }
}
