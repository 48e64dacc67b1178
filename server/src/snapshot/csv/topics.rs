//! What was talked about and decided.

use domain::review::topics::{ReviewDecision, ReviewTopic, TopicSection};

use super::{Cell, Table, shared};

/// One row a topic.
pub(super) fn topics(section: &TopicSection) -> Table {
    let columns = [
        "id",
        "state",
        "standing_in",
        "carried",
        "product",
        "raised_by",
        "title",
        "evidence",
        "note",
        "link",
    ];
    Table::new("topics", columns, section.topics.iter().map(topic))
}

fn topic(topic: &ReviewTopic) -> [Cell; 10] {
    [
        Cell::plain(topic.id),
        shared::word(&topic.state),
        Cell::plain(topic.week),
        Cell::plain(topic.carried),
        Cell::optional(topic.product.as_ref()),
        Cell::text(&topic.raised_by),
        Cell::text(&topic.title),
        Cell::text(&topic.evidence),
        Cell::text(&topic.note),
        Cell::optional_text(topic.link.as_deref()),
    ]
}

/// One row a decision: those that are looked at again, then those of this meeting.
pub(super) fn decisions(section: &TopicSection) -> Table {
    let columns = [
        "list",
        "id",
        "decided_in",
        "look_again_on",
        "result",
        "product",
        "topic",
        "made_by",
        "text",
        "expects",
        "note",
    ];
    let lists = [("look_again", &section.look_again), ("made", &section.made)];
    let rows =
        lists.into_iter().flat_map(|(list, decisions)| decisions.iter().map(move |one| decision(list, one)));
    Table::new("decisions", columns, rows)
}

fn decision(list: &'static str, decision: &ReviewDecision) -> [Cell; 11] {
    [
        Cell::plain(list),
        Cell::plain(decision.id),
        Cell::plain(decision.week),
        Cell::plain(decision.look_again_on),
        Cell::optional(decision.result.as_ref()),
        Cell::optional(decision.product.as_ref()),
        Cell::optional(decision.topic.as_ref()),
        Cell::text(&decision.made_by),
        Cell::text(&decision.text),
        Cell::text(&decision.expects),
        Cell::text(&decision.note),
    ]
}
