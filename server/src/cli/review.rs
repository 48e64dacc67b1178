//! `teirei review …`

use std::sync::Arc;

use anyhow::bail;
use app::backend::{AppError, Backend, FreezeRequest, ReviewState, SkipRefusal, SkipRequest, Version};
use app::texts::{freeze_words, sentences};
use clap::{Subcommand, ValueEnum};
use domain::organization::Language;
use domain::review::WeeklyReview;
use domain::week::IsoWeek;
use serde_json::json;

use super::{Outcome, Work, digest};
use crate::backend::LiveBackend;
use crate::web::{Form, review_text};

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// The whole value.
    Json,
    /// Tables.
    Csv,
    /// Minutes.
    Md,
}

impl From<Format> for Form {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
            Format::Md => Self::Markdown,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Review {
    /// Print a week in a few lines.
    Show {
        /// The week, such as 2026-W47; the last one that has ended when absent.
        week: Option<IsoWeek>,
    },
    /// Freeze a week as it is known now.
    Freeze {
        /// The week.
        week: IsoWeek,
        /// Why there is another version, needed from the second one on; with --force why something may stay open.
        #[arg(long, default_value = "")]
        reason: String,
        /// Freeze also where something is left open that has to be settled before; --reason says why.
        #[arg(long, requires = "reason")]
        force: bool,
        /// Who freezes, as the page shows it.
        #[arg(long, default_value = "command line")]
        by: String,
    },
    /// Say that the meeting on a week is not held: the next one takes the week over.
    Skip {
        /// The week.
        week: IsoWeek,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Say that it is held after all.
        #[arg(long)]
        undo: bool,
        /// Who says so, as the page shows it.
        #[arg(long, default_value = "command line")]
        by: String,
    },
    /// Print what chats and mailboxes are told of a week, in Markdown: of its newest frozen version, else what is
    /// told before the meeting.
    Digest {
        /// The week.
        week: IsoWeek,
        /// Send it now to the channels that get digests; who was told of it is not told again.
        #[arg(long)]
        send: bool,
        /// The language; the organisation's when absent.
        #[arg(long, value_parser = language_of, conflicts_with = "send")]
        language: Option<Language>,
    },
    /// Print a week: the latest frozen version, else the draft.
    Export {
        /// The week.
        week: IsoWeek,
        /// The form.
        #[arg(long, value_enum, default_value = "json")]
        format: Format,
        /// A frozen version by its number.
        #[arg(long, conflicts_with = "draft")]
        version_number: Option<i64>,
        /// What is known now, frozen or not.
        #[arg(long)]
        draft: bool,
    },
}

/// A language by its tag.
fn language_of(tag: &str) -> Result<Language, String> {
    let known = [Language::Japanese, Language::English];
    known.into_iter().find(|language| language.tag() == tag).ok_or_else(|| "write ja or en".to_owned())
}

impl Review {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let store = work.store().await?;
        let backend = LiveBackend::new(Arc::clone(&store), work.clock(&store).await?);
        match self {
            Self::Digest { week, send, language } => {
                return digest::run(work, store, week, send, language).await;
            }
            Self::Skip { week, reason, undo, by } => {
                let request = SkipRequest { week, is_skipped: !undo, reason };
                backend.week_skip_say(&request, &by).await.map_err(unsaid)?;
                let word =
                    if undo { "has its meeting" } else { "has no meeting; the next one takes it over" };
                work.output.line(&format!("{week} {word}"));
                work.output.value(&json!({ "week": week.to_string(), "skipped": !undo }));
            }
            Self::Show { week } => show(work, &backend, week).await?,
            Self::Freeze { week, reason, force, by } => {
                let seen_version = seen_version(&backend, week, &reason).await?;
                let request = FreezeRequest { week, seen_version, reason, force, actor: by };
                return freeze(work, &backend, request).await;
            }
            Self::Export { week, format, version_number, draft } => {
                let version = match version_number {
                    Some(number) => Version::Number(number),
                    None if draft => Version::Draft,
                    None => Version::Latest,
                };
                let language = backend.seen().await.map_err(plain)?.catalogue.organization.language;
                let text = review_text(&backend, week, version, format.into(), language).await;
                work.output.raw(&text.map_err(plain)?);
            }
        }
        Ok(Outcome::Fine)
    }
}

/// Why a week is not marked, in words for the command line.
fn unsaid(why: SkipRefusal) -> anyhow::Error {
    match why {
        SkipRefusal::Fault(fault) => anyhow::anyhow!("{fault}"),
        SkipRefusal::NotFound => anyhow::anyhow!("the week has not begun"),
        SkipRefusal::Forbidden => anyhow::anyhow!("not allowed"),
        SkipRefusal::Internal => anyhow::anyhow!("something broke; the log has the cause"),
    }
}

/// An error of pages in words for the command line.
fn plain(error: AppError) -> anyhow::Error {
    match error {
        AppError::NotFound => anyhow::anyhow!("there is no such version, or the week has not begun"),
        AppError::Internal { id } => anyhow::anyhow!("something broke; the log has the cause under {id}"),
        other => anyhow::anyhow!("{other}"),
    }
}

async fn show(work: &Work, backend: &LiveBackend, week: Option<IsoWeek>) -> anyhow::Result<()> {
    let week = match week {
        Some(week) => week,
        None => backend.last_week().await.map_err(plain)?,
    };
    let page = backend.weekly_review(week, Version::Latest).await.map_err(plain)?;
    let (review, output) = (&page.review, work.output);
    let version = match &page.state {
        ReviewState::Draft => None,
        ReviewState::Frozen { version, .. } => Some(version),
    };
    output.value(&json!({
        "week": week.to_string(),
        "as_of": review.as_of.to_string(),
        "version": version.map(|version| version.version),
        "hash": version.map(|version| version.hash.clone()),
        "breached": review.counts.breached,
        "risk": review.counts.risk,
        "no_data": review.counts.no_data,
        "ok": review.counts.ok,
        "incidents": review.incidents.counted(),
        "compared_days": review.cost.compared_days(),
        "objectives_to_review": review.reviews_due.open,
    }));
    let state = version.map_or_else(
        || format!("draft as of {}", review.as_of),
        |version| {
            format!("version {} frozen at {} by {}", version.version, version.frozen_at, version.frozen_by)
        },
    );
    output.line(&format!("{week}: {state}"));
    let counts = review.counts;
    output.line(&format!(
        "{} breached, {} at risk, {} without data, {} fine; {} incidents; cost compares {} of 7 days",
        counts.breached,
        counts.risk,
        counts.no_data,
        counts.ok,
        review.incidents.counted(),
        review.cost.compared_days()
    ));
    for row in &review.matrix {
        let marks = row.cells().map(|cell| cell.map_or("-", |cell| cell.status.as_str()));
        output.line(&format!("  {:<24} {}", row.product.as_str(), marks.join(" ")));
    }
    reviews_due(work, review);
    Ok(())
}

/// The first ones of the queue of objectives to review.
fn reviews_due(work: &Work, review: &WeeklyReview) {
    let due = &review.reviews_due;
    if due.first.is_empty() {
        return;
    }
    let (english, zone) = (Language::English, review.organization.zone());
    work.output.line(&format!("{}:", sentences::reviews_due(english, due.first.len(), due.open)));
    for request in &due.first {
        let owner = request.owner.as_deref().unwrap_or("nobody");
        let reasons = request.reasons.iter().map(|aged| {
            let since = zone.to_datetime(aged.since).date();
            let text = sentences::reason(english, &aged.reason, &zone);
            format!("{} {text}, since {since}", aged.reason.id())
        });
        let reasons: Vec<String> = reasons.collect();
        work.output.line(&format!("  {:<24} {owner}: {}", request.objective, reasons.join("; ")));
    }
}

/// The version that is the latest, 0 where there is none.
async fn seen_version(backend: &LiveBackend, week: IsoWeek, reason: &str) -> anyhow::Result<i64> {
    let page = backend.weekly_review(week, Version::Latest).await.map_err(plain)?;
    let seen = page.versions.first().map_or(0, |version| version.version);
    if seen > 0 && reason.trim().is_empty() {
        bail!("{week} is frozen already; say with --reason why there is another version");
    }
    Ok(seen)
}

async fn freeze(work: &Work, backend: &LiveBackend, request: FreezeRequest) -> anyhow::Result<Outcome> {
    let (week, output) = (request.week, work.output);
    let frozen = match backend.freeze(request).await {
        Err(AppError::Unmet(left)) => {
            output.line(&format!("{week} is not frozen; this is left open:"));
            for one in &left {
                let word = one.requirement.as_str();
                output.line(&format!("  {word:<16} {}", freeze_words::unmet(Language::English, one)));
            }
            output.line("Settle it, or say with --force --reason TEXT why it may stay open.");
            let left =
                left.iter().map(|one| json!({ "requirement": one.requirement.as_str(), "count": one.count }));
            output.value(&json!({ "week": week.to_string(), "unmet": left.collect::<Vec<_>>() }));
            return Ok(Outcome::Bad);
        }
        other => other.map_err(plain)?,
    };
    let (version, hash) = (frozen.version, frozen.hash);
    output.line(&format!("{week} is frozen as version {version}, content hash {hash}"));
    output.value(&json!({ "week": week.to_string(), "version": version, "hash": hash }));
    Ok(Outcome::Fine)
}
