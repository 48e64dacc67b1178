//! `teirei notify`

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Outcome, Work};
use crate::notice::{Attempt, Courier, Fate, Planned};

#[derive(Debug, clap::Args)]
pub struct Notify {
    /// Only print what would be written and sent.
    #[arg(long)]
    dry_run: bool,
    /// Send what was given up once more.
    #[arg(long, conflicts_with = "dry_run")]
    again: bool,
}

impl Notify {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        if work.config.channels.is_empty() {
            work.output.fault(
                "no channel is configured: write [channels.NAME] with kind and url_file into teirei.toml",
            );
            return Ok(Outcome::Bad);
        }
        let store = work.store().await?;
        let clock = work.clock(&store).await?;
        let zone = store.catalogue_get().await?.organization.zone();
        let courier = Courier::new(store.clone(), clock, &work.config);
        if self.dry_run {
            let planned = courier.planned().await?;
            print_planned(work, &planned, &zone);
            return Ok(Outcome::Fine);
        }
        courier.write().await?;
        if self.again {
            store.notice_retry(clock.now()).await?;
        }
        due_send(work, &courier, &zone).await
    }
}

/// Sends what is due and says what became of each.
pub(super) async fn due_send(work: &Work, courier: &Courier, zone: &TimeZone) -> anyhow::Result<Outcome> {
    let attempts = courier.send().await?;
    for attempt in &attempts {
        let Attempt { channel, title, fate } = attempt;
        work.output.line(&format!("{channel}: {title}: {}", told(fate, zone)));
    }
    let waiting = courier.waiting().await?;
    match waiting.first() {
        Some(next) => {
            let at = moment(next.due_at, zone);
            work.output.line(&format!("{} wait, the next one until {at}", waiting.len()));
        }
        None if attempts.is_empty() => work.output.line("nothing is due"),
        None => {}
    }
    let attempts_value: Vec<Value> = attempts.iter().map(attempt_value).collect();
    work.output.value(&json!({ "notices": attempts_value, "waiting": waiting.len() }));
    let is_bad = attempts.iter().any(|attempt| matches!(attempt.fate, Fate::Failed(_)));
    Ok(if is_bad { Outcome::Bad } else { Outcome::Fine })
}

fn print_planned(work: &Work, planned: &[Planned], zone: &TimeZone) {
    for Planned { channel, due_at, title, body, link } in planned {
        work.output.line(&format!("{channel} at {}: {title}", moment(*due_at, zone)));
        for line in body.lines().chain(link.as_deref()) {
            work.output.line(&format!("    {line}"));
        }
    }
    if planned.is_empty() {
        work.output.line("nothing is new");
    }
    let value = |one: &Planned| {
        json!({
            "channel": one.channel, "due_at": one.due_at.to_string(), "title": one.title,
            "text": one.body, "link": one.link,
        })
    };
    work.output.value(&json!({ "planned": planned.iter().map(value).collect::<Vec<_>>() }));
}

fn told(fate: &Fate, zone: &TimeZone) -> String {
    match fate {
        Fate::Sent => "sent".to_owned(),
        Fate::Quiet(until) => format!("waits for the quiet hours to end at {}", moment(*until, zone)),
        Fate::Again(at, reason) => format!("{reason}; tried again at {}", moment(*at, zone)),
        Fate::Failed(reason) => format!("failed: {reason}"),
    }
}

fn attempt_value(attempt: &Attempt) -> Value {
    let (state, at, reason) = match &attempt.fate {
        Fate::Sent => ("sent", None, None),
        Fate::Quiet(until) => ("quiet", Some(until), None),
        Fate::Again(at, reason) => ("again", Some(at), Some(reason)),
        Fate::Failed(reason) => ("failed", None, Some(reason)),
    };
    let at = at.map(ToString::to_string);
    json!({ "channel": attempt.channel, "title": attempt.title, "state": state, "at": at, "reason": reason })
}

fn moment(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}
