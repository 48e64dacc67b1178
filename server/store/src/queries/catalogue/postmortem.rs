//! By when postmortems are due, as the catalogue says.

use domain::postmortem::PostmortemTerms;

use super::super::fields::Fields;
use super::super::{Connection, bulk};
use crate::{StoreError, text};

pub(super) async fn put(connection: &mut Connection, terms: &PostmortemTerms) -> Result<(), StoreError> {
    text::refuse_nul(terms.handbook.as_deref())?;
    // What is as usual needs no row.
    let rows: &[&PostmortemTerms] = if *terms == PostmortemTerms::default() { &[] } else { &[terms] };
    let head = "INSERT INTO postmortem_terms (id, sev1_days, sev2_business_days, other_business_days, year_end, \
         handbook) ";
    bulk::insert(connection, head, "", rows, |row, terms| {
        row.push_bind(1_i64)
            .push_bind(terms.sev1_days)
            .push_bind(terms.sev2_business_days)
            .push_bind(terms.other_business_days)
            .push_bind(terms.year_end.map(|rest| rest.to_string()))
            .push_bind(terms.handbook.clone());
    })
    .await
}

pub(super) fn terms_of(fields: &mut Fields<'_>) -> Result<PostmortemTerms, StoreError> {
    Ok(PostmortemTerms {
        sev1_days: fields.read("days of SEV-1")?,
        sev2_business_days: fields.read("days of SEV-2")?,
        other_business_days: fields.read("days of other postmortems")?,
        year_end: fields.read_option("rest at the end of the year")?,
        handbook: fields.owned_option()?,
    })
}
