//! `teirei sync`

use std::sync::Arc;
use std::time::Duration;

use domain::money::decimal_of_micros;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::output::{Output, remark_value};
use super::{Outcome, Work};
use crate::import::{
    Inbox, SyncProgress, SyncReport, SyncStep, SyncWatcher, SyncedIncidents, SyncedIssues, SyncedObjectives,
    SyncedOutcome, sync_run,
};

#[derive(Debug, clap::Args)]
pub struct Sync {
    /// The source or tracker, as `[sources.NAME]` or `[trackers.NAME]` names it; all of them when none is given.
    #[arg(value_name = "SOURCE")]
    source: Option<String>,
    /// Accept a month that shrinks by more than half.
    #[arg(long)]
    force: bool,
}

impl Sync {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let configured = &work.config.sources;
        let is_meant = |name: &str| self.source.as_ref().is_none_or(|wanted| wanted == name);
        let sources: Vec<_> = configured.iter().filter(|source| is_meant(source.name())).collect();
        if sources.is_empty() {
            let names: Vec<&str> = configured.iter().map(|source| source.name()).collect();
            work.output.fault(&if names.is_empty() {
                "no source is configured: write [sources.NAME] with kind = \"aws-cost-explorer\", \"focus-export\" or another one into teirei.toml (docs/sources.md)".to_owned()
            } else {
                format!("no source of that name is configured; there are {}", names.join(", "))
            });
            return Ok(Outcome::Bad);
        }
        let store = work.store().await?;
        let clock = work.clock(&store).await?;
        let inbox = Inbox::new(Arc::clone(&store), clock, work.config.readers());
        let mut outcome = Outcome::Fine;
        let mut values = Vec::new();
        for source in sources {
            let bar = bar(work.output, source.name());
            let report =
                sync_run(&store, clock, source, &inbox, self.force, &watcher(work.output, &bar)).await;
            bar.finish_and_clear();
            let (value, is_fine) = match report {
                Ok(report) => {
                    print(work.output, &report);
                    (value_of(&report), report.cut.is_none())
                }
                Err(error) => {
                    work.output.aside(&format!("teirei: {}: {error}", source.name()));
                    (json!({ "source": source.name(), "error": error.to_string() }), false)
                }
            };
            values.push(value);
            if !is_fine {
                outcome = Outcome::Bad;
            }
        }
        work.output.value(&json!({ "sources": values }));
        Ok(outcome)
    }
}

/// A bar of months or weeks where a terminal watches.
fn bar(output: Output, name: &str) -> ProgressBar {
    if !output.is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg} {elapsed_precise}") {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Moves the bar; without one, every month or week is a line.
fn watcher(output: Output, bar: &ProgressBar) -> SyncWatcher {
    let bar = bar.clone();
    Arc::new(move |progress: &SyncProgress| {
        let SyncProgress { step, done, total, requests } = progress;
        bar.set_length(*total as u64);
        bar.set_position(*done as u64);
        let requests = requests.map(|count| format!("{count} requests")).unwrap_or_default();
        if bar.is_hidden() && !output.json {
            let asked = if requests.is_empty() { String::new() } else { format!(", {requests}") };
            let (name, unit) = match step {
                SyncStep::Month(month) => (month_word(month), "months"),
                SyncStep::Week(week) => (week.to_string(), "weeks"),
                SyncStep::Since(day) => (format!("incidents since {day}"), "windows"),
            };
            output.aside(&format!("{name} finished, {done} of {total} {unit}{asked}"));
        } else {
            bar.set_message(requests);
        }
    })
}

fn month_word(month: &jiff::civil::Date) -> String {
    month.strftime("%Y-%m").to_string()
}

fn print(output: Output, report: &SyncReport) {
    if !output.json {
        output.remarks(&report.issues, report.issues.len() as u64);
    }
    let weeks = report.objectives.as_ref().map_or(0, |objectives| objectives.weeks.len());
    if let Some(cut) = report.cut.as_ref().filter(|_| report.months.is_empty() && weeks == 0) {
        output.aside(&format!("teirei: {}: {cut}", report.source));
        return;
    }
    if let Some(issues) = &report.issues_read {
        print_issues(output, &report.source, issues);
        return;
    }
    match (&report.objectives, &report.incidents) {
        (_, Some(incidents)) => print_incidents(output, &report.source, incidents),
        (Some(objectives), None) => print_objectives(output, &report.source, objectives),
        (None, None) => {
            output.line(&format!("cost of {}: {}", report.source, extent(report)));
            for outcome in &report.months {
                output.line(&format!("  {}", month_line(outcome)));
            }
        }
    }
    output.line(if report.changed { "  stored" } else { "  nothing new: the database is as it was" });
    if let Some(cut) = &report.cut {
        output.aside(&format!("teirei: {}: {cut}", report.source));
    }
}

fn print_objectives(output: Output, source: &str, objectives: &SyncedObjectives) {
    let SyncedObjectives { definitions, changes, weeks } = objectives;
    let (added, changed, closed) = (changes.added, changes.changed, changes.closed);
    output.line(&format!(
        "service levels of {source}: {definitions} definitions ({added} new, {changed} changed, {closed} closed), \
         {} weeks asked for",
        weeks.len()
    ));
    if changes.carried > 0 {
        output.line(&format!("  {} proposals carried and closed", changes.carried));
    }
    if changes.ended > 0 {
        output.line(&format!("  {} proposals of gone objectives closed", changes.ended));
    }
    for (week, changes) in weeks {
        let (added, changed, unchanged) = (changes.added, changes.changed, changes.unchanged);
        output.line(&format!("  {week}: counts {added} new, {changed} changed, {unchanged} unchanged"));
    }
}

fn print_incidents(output: Output, source: &str, incidents: &SyncedIncidents) {
    let SyncedIncidents { asked, new, requests } = incidents;
    output.line(&format!("incidents of {source}: {asked} asked for, {new} answers new, {requests} requests"));
}

fn print_issues(output: Output, source: &str, issues: &SyncedIssues) {
    let SyncedIssues { asked, changed, faults, requests } = issues;
    output.line(&format!(
        "issues of {source}: {asked} asked for, {changed} changed or new, {faults} could not be read, \
         {requests} requests"
    ));
}

/// How much was looked at, and what that cost.
fn extent(report: &SyncReport) -> String {
    let read = report.months.len();
    if let Some(periods) = report.periods {
        return format!(
            "{read} of {periods} billing periods read, the manifests of the others are as they were"
        );
    }
    let accounts = report.accounts.map(|count| format!(", {count} accounts")).unwrap_or_default();
    let requests = report.requests.zip(report.price_micros()).map(|(count, micros)| {
        format!(", {count} requests for USD {}", decimal_of_micros(micros).normalize())
    });
    format!("{read} months looked at{accounts}{}", requests.unwrap_or_default())
}

fn month_line(outcome: &SyncedOutcome) -> String {
    let totals: Vec<String> = outcome
        .totals
        .iter()
        .map(|(currency, billed, effective)| {
            format!("{currency} billed {}, effective {}", billed.normalize(), effective.normalize())
        })
        .collect();
    let totals = if totals.is_empty() { "no costs".to_owned() } else { totals.join("; ") };
    let what = match (outcome.changed, outcome.restatements) {
        (true, count) => format!("{count} daily sums changed or new"),
        (false, _) => "unchanged".to_owned(),
    };
    format!("{}: {totals} ({what})", month_word(&outcome.month))
}

fn value_of(report: &SyncReport) -> Value {
    let months = report.months.iter().map(|outcome| {
        let totals = outcome.totals.iter().map(|(currency, billed, effective)| {
            json!({
                "currency": currency,
                "billed": billed.normalize().to_string(),
                "effective": effective.normalize().to_string(),
            })
        });
        json!({
            "month": month_word(&outcome.month),
            "changed": outcome.changed,
            "cells": outcome.cells,
            "restatements": outcome.restatements,
            "totals": totals.collect::<Vec<_>>(),
        })
    });
    json!({
        "source": report.source,
        "billing_account": report.billing_account,
        "changed": report.changed,
        "accounts": report.accounts,
        "requests": report.requests,
        "price": report.price_micros().map(|micros| {
            json!({ "amount": decimal_of_micros(micros).to_string(), "currency": "USD" })
        }),
        "periods": report.periods,
        "months": months.collect::<Vec<_>>(),
        "objectives": report.objectives.as_ref().map(objectives_value),
        "incidents": report.incidents.as_ref().map(|incidents| {
            json!({ "asked": incidents.asked, "new": incidents.new, "requests": incidents.requests })
        }),
        "tracked_issues": report.issues_read.as_ref().map(|issues| {
            json!({
                "asked": issues.asked,
                "changed": issues.changed,
                "faults": issues.faults,
                "requests": issues.requests,
            })
        }),
        "issues": report.issues.iter().map(remark_value).collect::<Vec<_>>(),
        "error": report.cut.as_ref().map(ToString::to_string),
    })
}

fn objectives_value(objectives: &SyncedObjectives) -> Value {
    let SyncedObjectives { definitions, changes, weeks } = objectives;
    let weeks = weeks.iter().map(|(week, changes)| {
        json!({
            "week": week.to_string(),
            "added": changes.added,
            "changed": changes.changed,
            "unchanged": changes.unchanged,
        })
    });
    json!({
        "definitions": definitions,
        "added": changes.added,
        "changed": changes.changed,
        "closed": changes.closed,
        "proposals_carried": changes.carried,
        "proposals_ended": changes.ended,
        "weeks": weeks.collect::<Vec<_>>(),
    })
}
