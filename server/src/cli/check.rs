//! `teirei check`: what is there and what is missing.

use std::sync::Arc;

use app::backend::{Backend, RestatementRequest};
use domain::access::{Grant, Role};
use domain::billing_month::{BillingMonth, MonthState};
use domain::silence::Habit;
use serde_json::json;
use store::SnapshotHead;

use super::output::causes;
use super::{Outcome, Work};
use crate::auth::Auth;
use crate::backend::LiveBackend;
use crate::clock::Clock;
use crate::config::program_folder;
use crate::import::{HookKind, catalogue_faults_now, fault_text, sync_probe};
use crate::notice::channel_warnings;
use crate::snapshot::version_faults;
use crate::web::assets::site_find;

/// One finding: fine or not, and a sentence.
struct Finding {
    is_fine: bool,
    text: String,
}

fn finding(is_fine: bool, text: impl Into<String>) -> Finding {
    Finding { is_fine, text: text.into() }
}

pub async fn run(work: &Work) -> anyhow::Result<Outcome> {
    let mut findings = vec![finding(true, "the configuration can be read")];
    findings.push(of_listen(work));
    findings.push(match site_find(work.config.site.as_deref(), program_folder().as_deref()) {
        Some(_) => finding(true, "the front end is built"),
        None => finding(false, "the front end is not built: run `make site`, or set server.site"),
    });
    match work.store().await {
        Err(error) => findings.push(finding(false, causes(&error))),
        Ok(store) => {
            let version = store.schema_version().await?;
            let scheme = work.config.database.scheme();
            findings
                .push(finding(true, format!("the database ({scheme}) answers, schema version {version}")));
            let clock = work.clock(&store).await?;
            let backend = LiveBackend::new(Arc::clone(&store), clock);
            findings.extend(of_content(&backend, &store, clock).await?);
            findings.extend(of_snapshots(&store).await?);
            findings.push(match store.audit_check().await? {
                Ok(chain) if chain.last == 0 => finding(true, "the audit has no entry yet"),
                Ok(chain) => finding(true, format!("the audit holds up to entry {}", chain.last)),
                Err(broken) => finding(false, broken.to_string()),
            });
            findings.extend(of_channels(work, &store).await?);
            findings.extend(of_hooks(work, &store, clock).await?);
            findings.extend(of_sign_in(work, &store, clock).await?);
            for source in &work.config.sources {
                let name = source.name();
                let found = sync_probe(&store, clock, source).await;
                findings
                    .extend(found.into_iter().map(|(fine, text)| finding(fine, format!("{name}: {text}"))));
            }
        }
    }
    let is_fine = findings.iter().all(|finding| finding.is_fine);
    for finding in &findings {
        work.output.line(&format!("{} {}", if finding.is_fine { "ok  " } else { "look" }, finding.text));
    }
    let list: Vec<_> =
        findings.iter().map(|finding| json!({ "fine": finding.is_fine, "text": finding.text })).collect();
    work.output.value(&json!({ "fine": is_fine, "findings": list }));
    Ok(if is_fine { Outcome::Fine } else { Outcome::Bad })
}

/// Whether the address may be served.
fn of_listen(work: &Work) -> Finding {
    let (listen, config) = (work.config.listen, &work.config);
    let is_secure = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let what = match (listen.ip().is_loopback(), config.sign_in.is_asked()) {
        (true, _) => return finding(true, format!("the server would listen on {listen}")),
        (false, true) if is_secure => {
            return finding(true, format!("the server would listen on {listen}, and people sign in"));
        }
        (false, true) => "server.public_url is no https:// address",
        (false, false) => "nobody signs in: see docs/sign-in.md",
    };
    finding(false, format!("{listen} can be reached by others, and {what}: it is refused"))
}

/// Whether those who vouch for people can be asked, and whether anybody may administer.
async fn of_sign_in(
    work: &Work,
    store: &Arc<dyn store::Store>,
    clock: Clock,
) -> anyhow::Result<Vec<Finding>> {
    let config = &work.config.sign_in;
    if !config.is_asked() {
        return Ok(vec![finding(true, "nobody signs in: only this machine is served")]);
    }
    let auth = Auth::new(Arc::clone(store), clock, config, work.config.public_url.as_deref())?;
    let mut findings = Vec::new();
    if let Some(provider) = &config.provider {
        let issuer = &provider.issuer;
        findings.push(match auth.probe().await {
            Ok(()) => finding(true, format!("{issuer} says how to sign in there")),
            Err(fault) => finding(false, format!("{issuer}: {fault}")),
        });
    }
    if let Some(balancer) = &config.balancer {
        findings.push(finding(true, format!("the load balancer {} is believed", balancer.arn)));
    }
    let people = store.person_list(clock.now()).await?;
    let administers = |grants: &[Grant]| grants.iter().any(|grant| grant.role == Role::Admin);
    let by_group = config.roles.iter().any(|(_, grant)| grant.role == Role::Admin);
    let by_account = people.iter().any(|listed| {
        let person = &listed.person;
        config.accounts && person.is_local() && person.disabled_at.is_none() && administers(&person.grants)
    });
    if !by_group && !by_account {
        let mend = "name a group in sign_in.roles, or `teirei user add NAME --role admin`";
        findings.push(finding(false, format!("nobody who signs in administers: {mend}")));
    }
    if config.accounts && !people.iter().any(|listed| listed.person.is_local()) {
        findings
            .push(finding(false, "no account is kept here: `teirei user add NAME --role admin` makes one"));
    }
    Ok(findings)
}

/// Whether every frozen version is as it was frozen, of the meeting that covers all products.
async fn of_snapshots(store: &Arc<dyn store::Store>) -> anyhow::Result<Vec<Finding>> {
    let mut heads = store.snapshot_list("").await?;
    heads.sort_by_key(|head| (head.week, head.version));
    let mut findings = Vec::new();
    let mut previous: Option<&SnapshotHead> = None;
    for head in &heads {
        let (week, version) = (head.week, head.version);
        previous = previous.filter(|previous| previous.week == week);
        let faults = match store.snapshot_get("", week, Some(version)).await? {
            Some(snapshot) => version_faults(&snapshot, previous),
            None => vec!["it is gone".to_owned()],
        };
        let name = format!("the frozen review of {week}, version {version}");
        findings.extend(faults.into_iter().map(|fault| finding(false, format!("{name}: {fault}"))));
        previous = Some(head);
    }
    if findings.is_empty() && !heads.is_empty() {
        findings.push(finding(true, format!("{} frozen versions are as they were frozen", heads.len())));
    }
    Ok(findings)
}

/// The channels that hear of what is new, where there are any.
async fn of_channels(work: &Work, store: &Arc<dyn store::Store>) -> anyhow::Result<Vec<Finding>> {
    let channels = &work.config.channels;
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    let warnings = channel_warnings(channels, &store.catalogue_get().await?);
    let mut findings: Vec<Finding> = warnings.into_iter().map(|warning| finding(false, warning)).collect();
    let links = match &work.config.public_url {
        Some(url) => format!("{} channels are configured; links in messages lead to {url}", channels.len()),
        None => format!(
            "{} channels are configured; without server.public_url messages have no links",
            channels.len()
        ),
    };
    findings.push(finding(true, links));
    Ok(findings)
}

/// The webhooks that are configured, and what waits or is left of those that are not.
async fn of_hooks(work: &Work, store: &Arc<dyn store::Store>, clock: Clock) -> anyhow::Result<Vec<Finding>> {
    let states = store.hook_state_list().await?;
    let came = store.hook_arrival_list().await?;
    let now = clock.now();
    let habit =
        |name: &str| came.iter().find(|(source, _)| source == name).map(|(_, came)| Habit::of(came, now));
    let mut findings = Vec::new();
    for hook in &work.config.hooks {
        let (name, kind) = (hook.name(), hook.kind.as_str());
        findings.push(match states.iter().find(|state| state.source == name) {
            None => {
                // People say something when there is something to say.
                let is_fine = HookKind::OF_TOPICS.contains(&hook.kind);
                finding(is_fine, format!("hook {name} ({kind}): nothing came to /hooks/{name} yet"))
            }
            Some(state) => {
                let hours = (clock.now().as_second() - state.received_at.as_second()) / 3600;
                let told = format!("{} messages came, the last {hours} hours ago", state.messages);
                let silence = match habit(name) {
                    Some(Habit::Allows { silence, exceeded: Some(_) }) => Some(silence.as_hours()),
                    _ => None,
                };
                let usual = silence.map(|hours| format!(", and it may be silent for {hours} hours"));
                let usual = usual.unwrap_or_default();
                let waits = format!("{} wait to be read", state.waiting);
                finding(silence.is_none(), format!("hook {name} ({kind}): {told}{usual}, {waits}"))
            }
        });
    }
    Ok(findings)
}

/// The catalogue and every source.
async fn of_content(
    backend: &LiveBackend,
    store: &Arc<dyn store::Store>,
    clock: Clock,
) -> anyhow::Result<Vec<Finding>> {
    let catalogue = store.catalogue_get().await?;
    let today = clock.today(&catalogue.organization.zone());
    let products = catalogue.products.len();
    let mut findings = vec![if products == 0 {
        finding(false, "the catalogue is empty: write one and `teirei catalog apply` it")
    } else {
        finding(true, format!("the catalogue has {products} products"))
    }];
    let faults = catalogue_faults_now(store, &catalogue, today).await?;
    findings.extend(faults.iter().map(|fault| finding(false, fault_text(fault))));
    let page = backend.imports().await.map_err(|error| anyhow::anyhow!("{error}"))?;
    if page.sources.is_empty() {
        findings.push(finding(false, "nothing was imported yet: see `teirei import --help`"));
    }
    let stale = page.stale_after_hours;
    for state in &page.sources {
        let silent = (page.as_of.as_second() - state.received_at.as_second()) / 3600;
        let name = format!("{} of {}", state.kind.as_str(), state.name);
        findings.push(finding(silent <= stale, format!("{name} arrived {silent} hours ago")));
    }
    let changes = backend.restatements(RestatementRequest::default()).await;
    let months = changes.map_err(|error| anyhow::anyhow!("{error}"))?.months;
    findings.extend(months.iter().filter_map(unconfirmed).map(|text| finding(false, text)));
    let unknown = page.unknown_accounts.len();
    if unknown > 0 {
        findings.push(finding(false, format!("{unknown} accounts on the bill are not in the catalogue")));
    }
    Ok(findings)
}

/// What has to be done so that the bill of a month is final.
fn unconfirmed(month: &BillingMonth) -> Option<String> {
    let MonthState::Unconfirmed { was_over } = month.state else { return None };
    let what = if was_over { "its bill had not closed then" } else { "the month was not over then" };
    let mend = if month.is_asked { "run `teirei sync`" } else { "import it again" };
    let (source, name, on) = (&month.source, month.month, month.checked_on());
    Some(format!("{source}: {name} was last delivered on {on} (UTC), {what}: {mend}"))
}
