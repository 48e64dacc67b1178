//! Error budget policies and maintenance windows of the catalogue.

use domain::catalogue::Catalogue;
use domain::maintenance::{Covers, MaintenanceWindow};
use domain::policy::{ErrorBudgetPolicy, PolicyStep};
use domain::ratio::Ppm;

use super::super::columns::date_option;
use super::super::fields::Fields;
use super::super::{Connection, bulk};
use crate::{StoreError, text};

/// Refuses NUL characters.
pub(super) fn check(catalogue: &Catalogue) -> Result<(), StoreError> {
    for policy in &catalogue.policies {
        let notes = policy.steps.iter().map(|step| &step.note);
        let names = policy.objectives.iter().chain(&policy.approvers);
        text::refuse_nul(notes.chain(names).chain([&policy.text]).map(String::as_str))?;
    }
    for window in &catalogue.maintenance {
        text::refuse_nul([&*window.name, covers(window).1])?;
    }
    Ok(())
}

fn covers(window: &MaintenanceWindow) -> (&'static str, &str) {
    match &window.covers {
        Covers::Product(product) => ("product", product.as_str()),
        Covers::Objective(objective) => ("objective", objective.as_str()),
    }
}

pub(super) async fn put_policies(
    connection: &mut Connection,
    policies: &[ErrorBudgetPolicy],
) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(policies).collect();
    let head = "INSERT INTO error_budget_policy (position, product, policy, approved_on, revisit_on) ";
    bulk::insert(connection, head, "", &rows, |row, (position, policy)| {
        row.push_bind(*position)
            .push_bind(policy.product.to_string())
            .push_bind(policy.text.clone())
            .push_bind(date_option(policy.approved_on))
            .push_bind(date_option(policy.revisit_on));
    })
    .await?;
    let steps: Vec<_> = rows
        .iter()
        .flat_map(|(policy, declared)| {
            (0_i64..).zip(&declared.steps).map(move |(position, step)| (*policy, position, step))
        })
        .collect();
    let head = "INSERT INTO error_budget_policy_step (policy, position, at_least, action, note) ";
    bulk::insert(connection, head, "", &steps, |row, (policy, position, step)| {
        row.push_bind(*policy)
            .push_bind(*position)
            .push_bind(step.at_least.map(|least| least.0))
            .push_bind(step.action.as_str())
            .push_bind(step.note.clone());
    })
    .await?;
    let names: Vec<(i64, &'static str, i64, &String)> = rows
        .iter()
        .flat_map(|(policy, declared)| {
            let of = |kind, names| {
                (0_i64..).zip(names).map(move |(position, name)| (*policy, kind, position, name))
            };
            of("approver", &declared.approvers).chain(of("objective", &declared.objectives))
        })
        .collect();
    let head = "INSERT INTO error_budget_policy_name (policy, kind, position, name) ";
    bulk::insert(connection, head, "", &names, |row, (policy, kind, position, name)| {
        row.push_bind(*policy).push_bind(*kind).push_bind(*position).push_bind((*name).clone());
    })
    .await
}

pub(super) async fn put_maintenance(
    connection: &mut Connection,
    windows: &[MaintenanceWindow],
) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(windows).collect();
    let head =
        "INSERT INTO maintenance_window (position, name, covers, target, starts_at, ends_at, recurrence) ";
    bulk::insert(connection, head, "", &rows, |row, (position, window)| {
        let (kind, target) = covers(window);
        row.push_bind(*position)
            .push_bind(window.name.clone())
            .push_bind(kind)
            .push_bind(target.to_owned())
            .push_bind(window.start.to_string())
            .push_bind(window.end.to_string())
            .push_bind(window.repeat.as_ref().map(ToString::to_string));
    })
    .await
}

pub(super) fn policies(
    policies: Fields<'_>,
    steps: Fields<'_>,
    names: Fields<'_>,
) -> Result<Vec<ErrorBudgetPolicy>, StoreError> {
    let mut policies = policies.rows(policy_of)?;
    let missing = || StoreError::corrupt("a part without its policy");
    for (policy, step) in steps.rows(step_of)? {
        policies.get_mut(policy).ok_or_else(missing)?.steps.push(step);
    }
    for (policy, kind, name) in names.rows(name_of)? {
        let policy = policies.get_mut(policy).ok_or_else(missing)?;
        match kind.as_str() {
            "approver" => policy.approvers.push(name),
            _ => policy.objectives.push(name),
        }
    }
    Ok(policies)
}

fn policy_of(fields: &mut Fields<'_>) -> Result<ErrorBudgetPolicy, StoreError> {
    Ok(ErrorBudgetPolicy {
        product: fields.read("product")?,
        text: fields.owned()?,
        steps: Vec::new(),
        objectives: Vec::new(),
        approvers: Vec::new(),
        approved_on: fields.read_option("day")?,
        revisit_on: fields.read_option("day")?,
    })
}

fn step_of(fields: &mut Fields<'_>) -> Result<(usize, PolicyStep), StoreError> {
    let policy = fields.read("policy")?;
    let at_least = fields.read_option("threshold")?.map(Ppm);
    Ok((policy, PolicyStep { at_least, action: fields.read("action of a policy")?, note: fields.owned()? }))
}

fn name_of(fields: &mut Fields<'_>) -> Result<(usize, String, String), StoreError> {
    Ok((fields.read("policy")?, fields.owned()?, fields.owned()?))
}

pub(super) fn window_of(fields: &mut Fields<'_>) -> Result<MaintenanceWindow, StoreError> {
    let name = fields.owned()?;
    let (kind, target) = (fields.text()?, fields.text()?);
    let covers = match kind {
        "product" => Covers::Product(text::read("product", target)?),
        _ => Covers::Objective(target.to_owned()),
    };
    Ok(MaintenanceWindow {
        name,
        covers,
        start: fields.read("start of a maintenance")?,
        end: fields.read("end of a maintenance")?,
        repeat: fields.read_option("recurrence")?,
    })
}
