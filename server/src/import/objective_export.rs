//! Objectives as OpenSLO documents, and what a proposal has to change where its objective is declared.

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::objective::Objective;
use domain::objective_proposal::Promise;
use domain::terraform::{Declared, TerraformObjective};
use sources::openslo::{Written, write};
use sources::terraform::{self, Change};
use store::{Store, StoreError};

/// All objectives in force as OpenSLO documents, by id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn objectives_export(store: &Arc<dyn Store>) -> Result<String, StoreError> {
    let catalogue = store.catalogue_get().await?;
    let objectives = store.objective_list().await?;
    let written: Vec<Written> = objectives.into_iter().map(|one| written(one, &catalogue)).collect();
    Ok(write(&written))
}

/// One objective as an OpenSLO document.
#[must_use]
pub fn objective_document(objective: Objective, catalogue: &Catalogue) -> String {
    write(&[written(objective, catalogue)])
}

/// With the people of its product as owners.
fn written(objective: Objective, catalogue: &Catalogue) -> Written {
    let product = objective.product.as_ref().and_then(|slug| catalogue.product(slug));
    let owners = product.map(|product| {
        let people = [&product.embedded_sre, &product.product_manager];
        people.into_iter().flatten().cloned().collect::<Vec<String>>()
    });
    Written { owners: owners.unwrap_or_default(), ..Written::new(objective) }
}

/// The part of a resource that a promise changes, as it should read.
#[must_use]
pub fn terraform_block(declared: &Declared, promise: &Promise) -> String {
    terraform::block(&change(
        &declared.resource,
        declared.promise.as_ref().unwrap_or(&declared.live),
        promise,
    ))
}

/// A changed file of terraform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerraformPatch {
    /// The diff, where there is one.
    pub patch: Option<String>,
    /// The part of the resource that changes, as it should read.
    pub block: String,
    /// Why there is no diff, in a word; empty where there is one.
    pub remark: String,
}

/// Changes a `.tf` file so that a resource promises something else.
#[must_use]
pub fn terraform_patch(declared: &Declared, promise: &Promise, path: &str, text: &str) -> TerraformPatch {
    let before = declared.promise.as_ref().unwrap_or(&declared.live);
    let patched = terraform::patch(path, text, &change(&declared.resource, before, promise));
    let remark = patched.patch.as_ref().err().map_or("", |obstacle| obstacle.as_str()).to_owned();
    TerraformPatch { patch: patched.patch.ok(), block: patched.block, remark }
}

fn change<'a>(resource: &'a TerraformObjective, before: &'a Promise, promise: &'a Promise) -> Change<'a> {
    Change { kind: resource.kind, address: &resource.address, before, promise }
}
