//! What chat channels were told lately, and what has not arrived.

use domain::finding::Status;
use domain::notice::{Delivery, Notice, Part};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::texts::texts;

/// How many notices the page shows.
const SHOWN: usize = 50;

/// The newest notices, one a row.
pub(super) fn body(context: &PageContext, notices: &[Notice], zone: &TimeZone) -> AnyView {
    let words = texts(context.language);
    let rows = notices.iter().take(SHOWN).map(|notice| row(context, notice, zone)).collect_view();
    let columns = [
        (words.notice, false),
        (words.chat_channel, false),
        (words.notice_written, false),
        (words.state, false),
    ];
    table(words.notices_title, &columns, rows.into_any())
}

/// One notice: a failed one carries the mark of what needs somebody, the others none. Reasons are worded by
/// the sender in English.
fn row(context: &PageContext, notice: &Notice, zone: &TimeZone) -> impl IntoView + use<> {
    let (words, language) = (texts(context.language), context.language);
    let failed = (notice.state == Delivery::Failed).then(|| view! { {mark(Status::Risk)}" " });
    let at = match notice.state {
        Delivery::Waiting => notice.due_at,
        Delivery::Sent | Delivery::Failed | Delivery::Withdrawn => notice.changed_at,
    };
    let next = (notice.state == Delivery::Waiting).then_some(words.notice_next);
    let reason = notice.reason.clone().filter(|_| notice.state != Delivery::Sent);
    let title = match &notice.link {
        Some(link) => view! { <a href=link.clone()>{notice.title.clone()}</a> }.into_any(),
        None => notice.title.clone().into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="full" lang=notice.language.tag()>{title}<small>{told(notice)}</small></th>
            <td data-label=words.chat_channel><span class="nb">{notice.channel.clone()}</span></td>
            <td data-label=words.notice_written>
                <span class="nb">{when::instant(notice.created_at, zone, language)}</span>
            </td>
            <td class="full">
                {failed}{words.delivery(notice.state)}
                <small class="nb">{next}" "{when::instant(at, zone, language)}</small>
                {reason.map(|reason| view! { <small lang="en">{reason}</small> })}
            </td>
        </tr>
    }
}

/// What was told; of a digest, which is long, the first line.
fn told(notice: &Notice) -> String {
    let first = |parts: Vec<Part>| match parts.into_iter().next() {
        Some(Part::Heading(text) | Part::Item(text) | Part::Paragraph(text)) => text,
        None => String::new(),
    };
    if notice.kind.is_digest() { first(Part::read(&notice.body)) } else { notice.body.clone() }
}
