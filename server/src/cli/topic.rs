//! `teirei topic …`

use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::topic::{Topic, TopicForm, TopicState};
use domain::week::IsoWeek;
use serde_json::{Value, json};
use store::Store;

use super::{Outcome, Work};
use crate::clock::Clock;
use crate::import::topic_week;

#[derive(Debug, Subcommand)]
pub enum TopicCommand {
    /// List what was raised and not settled.
    List {
        /// What was settled, too.
        #[arg(long)]
        all: bool,
    },
    /// Raise something for a meeting to talk about.
    Add(Add),
}

/// A topic as it is typed.
#[derive(Debug, Args)]
pub struct Add {
    /// What it is about.
    title: String,
    /// What was seen: a number, where, since when.
    #[arg(long, default_value = "")]
    evidence: String,
    /// Which product, by its slug.
    #[arg(long, default_value = "")]
    product: String,
    /// In the review of which week, such as 2026-W47; the next one that is not frozen without it.
    #[arg(long)]
    week: Option<IsoWeek>,
    /// Where the evidence is: https.
    #[arg(long, default_value = "")]
    link: String,
    /// Who raises it, as the review shows it.
    #[arg(long, default_value = "command line")]
    by: String,
}

impl TopicCommand {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let store = work.store().await?;
        match self {
            Self::List { all } => list(work, &store, all).await?,
            Self::Add(add) => raise(work, &store, work.clock(&store).await?, add).await?,
        }
        Ok(Outcome::Fine)
    }
}

async fn list(work: &Work, store: &Arc<dyn Store>, all: bool) -> anyhow::Result<()> {
    let mut topics = store.topic_list().await?;
    topics.retain(|topic| all || topic.state() == TopicState::Open);
    let rows: Vec<Value> = topics.iter().map(json_of).collect();
    work.output.value(&json!({ "topics": rows }));
    if topics.is_empty() {
        work.output.line("no such topic");
    }
    for topic in &topics {
        let (state, week) = (topic.state(), topic.week());
        work.output.line(&format!("{:>4} {state:<8} {week} {}", topic.id, topic.terms.title));
    }
    Ok(())
}

fn json_of(topic: &Topic) -> Value {
    json!({
        "number": topic.id,
        "state": topic.state().as_str(),
        "week": topic.week().to_string(),
        "title": topic.terms.title,
        "evidence": topic.terms.evidence,
        "product": topic.terms.product.as_ref().map(ToString::to_string),
        "link": topic.terms.link,
        "raised_by": topic.raised_by,
        "raised_at": topic.raised_at.to_string(),
    })
}

async fn raise(work: &Work, store: &Arc<dyn Store>, clock: Clock, add: Add) -> anyhow::Result<()> {
    let catalogue = store.catalogue_get().await?;
    let frozen = store.snapshot_list("").await?;
    let is_frozen = |week: IsoWeek| frozen.iter().any(|head| head.week == week);
    let week = match add.week {
        Some(week) if is_frozen(week) => {
            anyhow::bail!("the review of {week} is frozen: raise it for a later week");
        }
        Some(week) => week,
        None => topic_week(store, clock).await?,
    };
    let form = TopicForm {
        title: add.title,
        evidence: add.evidence,
        product: add.product,
        week: week.to_string(),
        link: add.link,
    };
    let terms = form.read(|slug| catalogue.product(slug).is_some())?;
    let number = store.topic_insert(terms, clock.now(), &add.by).await?;
    work.output.value(&json!({ "number": number, "week": week.to_string() }));
    work.output.line(&format!("topic {number} stands in the review of {week}"));
    Ok(())
}
