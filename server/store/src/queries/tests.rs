//! Every named statement is prepared by the database it is compiled for.

use sqlx::{Executor, SqlSafeStr};

use super::*;

/// The statements of each file, and its text.
fn files() -> Vec<(&'static [&'static str], &'static str)> {
    vec![
        (catalogue::READ_STATEMENTS, include_str!("catalogue/read.rs")),
        (catalogue::WRITE_STATEMENTS, include_str!("catalogue/write.rs")),
        (catalogue_proposal::STATEMENTS, include_str!("catalogue_proposal.rs")),
        (cloud_anomaly::STATEMENTS, include_str!("cloud_anomaly.rs")),
        (cost::STATEMENTS, include_str!("cost.rs")),
        (cost_answer::STATEMENTS, include_str!("cost_answer.rs")),
        (cost_allocation::STATEMENTS, include_str!("cost_allocation.rs")),
        (cost_commit::STATEMENTS, include_str!("cost_commit.rs")),
        (cost_fact::STATEMENTS, include_str!("cost_fact.rs")),
        (cost_preview::STATEMENTS, include_str!("cost_preview.rs")),
        (cost_restatement::STATEMENTS, include_str!("cost_restatement.rs")),
        (cost_resource::STATEMENTS, include_str!("cost_resource.rs")),
        (cost_rollup::STATEMENTS, include_str!("cost_rollup.rs")),
        (cost_scope::STATEMENTS, include_str!("cost_scope.rs")),
        (cost_stage::STATEMENTS, include_str!("cost_stage.rs")),
        (checklist::STATEMENTS, include_str!("checklist.rs")),
        (deploy::STATEMENTS, include_str!("deploy.rs")),
        (hook_delivery::STATEMENTS, include_str!("hook_delivery.rs")),
        (import_issue::STATEMENTS, include_str!("import_issue.rs")),
        (incident::STATEMENTS, include_str!("incident.rs")),
        (lease::STATEMENTS, include_str!("lease.rs")),
        (note::STATEMENTS, include_str!("note.rs")),
        (notice::STATEMENTS, include_str!("notice.rs")),
        (objective::STATEMENTS, include_str!("objective.rs")),
        (objective_attention::STATEMENTS, include_str!("objective_attention.rs")),
        (objective_vendor::STATEMENTS, include_str!("objective_vendor.rs")),
        (objective_assessment::STATEMENTS, include_str!("objective_assessment.rs")),
        (objective_proposal::STATEMENTS, include_str!("objective_proposal.rs")),
        (incident_override::STATEMENTS, include_str!("incident_override.rs")),
        (person::STATEMENTS, include_str!("person.rs")),
        (week_skip::STATEMENTS, include_str!("week_skip.rs")),
        (audit::STATEMENTS, include_str!("audit.rs")),
        (share::STATEMENTS, include_str!("share.rs")),
        (service_token::STATEMENTS, include_str!("service_token.rs")),
        (session::STATEMENTS, include_str!("session.rs")),
        (poll::STATEMENTS, include_str!("poll.rs")),
        (action::STATEMENTS, include_str!("action.rs")),
        (postmortem::STATEMENTS, include_str!("postmortem.rs")),
        (sli::STATEMENTS, include_str!("sli.rs")),
        (snapshot::STATEMENTS, include_str!("snapshot.rs")),
        (source::STATEMENTS, include_str!("source.rs")),
        (state::STATEMENTS, include_str!("state.rs")),
        (sync::STATEMENTS, include_str!("sync.rs")),
        (terraform::STATEMENTS, include_str!("terraform.rs")),
        (topic::STATEMENTS, include_str!("topic.rs")),
        (topic_message::STATEMENTS, include_str!("topic_message.rs")),
        (tracker::STATEMENTS, include_str!("tracker.rs")),
        (decision::STATEMENTS, include_str!("decision.rs")),
    ]
}

/// Constants named `ON_…` are the ends of statements, all others are statements.
#[test]
fn every_statement_is_listed() {
    for (statements, text) in files() {
        let named = text
            .lines()
            .filter(|line| line.starts_with("const ") && line.contains(": &str ="))
            .filter(|line| !line.starts_with("const ON_"))
            .count();
        assert_eq!(named, statements.len(), "{statements:?}");
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    let database = super::super::fresh().await;
    let mut connection = database.writer.acquire().await.unwrap();
    let dialect = [Some(LOCK_WRITERS), BACKUP];
    let statements = files().into_iter().flat_map(|(statements, _)| statements).copied();
    for statement in statements.chain(dialect.into_iter().flatten()) {
        let prepared = connection.prepare(statement.into_sql_str()).await;
        assert!(prepared.is_ok(), "{statement}: {:?}", prepared.err());
    }
}
