//! What of a catalogue does not fit together, with what sources have billed beside it.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::texts::catalogue_sentences;
use domain::catalogue::Catalogue;
use domain::catalogue::fault::{Billed, CatalogueFault, RulePlace, catalogue_faults};
use domain::organization::Language;
use domain::rate::Month;
use jiff::civil::Date;
use sources::catalogue::rule_lines;
use store::{Store, StoreError};

/// What of a catalogue does not fit together or does not fit the stored bills, on a day of the organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn catalogue_faults_now(
    store: &Arc<dyn Store>,
    catalogue: &Catalogue,
    today: Date,
) -> Result<Vec<CatalogueFault>, StoreError> {
    let totals = store.cost_control_totals().await?;
    let billed: BTreeSet<Billed> = totals
        .into_iter()
        .map(|total| Billed {
            source: total.scope.source,
            month: Month::containing(total.scope.period_start),
            currency: total.scope.currency,
        })
        .collect();
    let billed: Vec<Billed> = billed.into_iter().collect();
    Ok(catalogue_faults(catalogue, &billed, today))
}

/// A fault and its mend in one English sentence, as the command line prints it.
#[must_use]
pub fn fault_text(fault: &CatalogueFault) -> String {
    let (what, mend) = catalogue_sentences::fault(Language::English, fault);
    format!("{what}: {mend}")
}

/// Faults as sentences; those of rules cite their lines in the file.
pub(super) fn cited(faults: &[CatalogueFault], file: &str, bytes: &[u8]) -> Vec<String> {
    let lines = rule_lines(bytes);
    let line = |place: &RulePlace| {
        let found = lines.iter().find(|line| line.name == place.name && line.valid_from == place.valid_from);
        found.map(|line| format!("{file}:{}", line.line))
    };
    let text = |fault: &CatalogueFault| {
        let cited: Vec<String> = match fault {
            CatalogueFault::RuleUnreached { rule, earlier }
            | CatalogueFault::RulesOverlap { rule, earlier, .. } => {
                [line(earlier), line(rule)].into_iter().flatten().collect()
            }
            _ => Vec::new(),
        };
        let text = fault_text(fault);
        if cited.is_empty() { text } else { format!("{text} ({})", cited.join(", ")) }
    };
    faults.iter().map(text).collect()
}
