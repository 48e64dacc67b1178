//! Views that wait for nothing, written in one go.
//!
//! Inside a page that waits for its data, Leptos writes every element as a text of its own and moves the document
//! as it grows, because any of them could have to wait. What stands in [`AtOnce`] has all it needs, and is
//! written straight into the document, with room made for it before.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::any_view::{AnyView, AnyViewState, AnyViewWithAttrs};
use leptos::tachys::view::{Position, PositionState};
use memchr::memmem;

/// What Leptos writes between two texts, so that a browser that hydrates them can tell them apart.
const SEPARATOR: &str = "<!>";
const ISLAND: &str = "<leptos-island";
const ISLAND_END: &str = "</leptos-island>";

/// More bytes than most pages have.
const ROOM: usize = 160 * 1024;

/// Content of a page whose data have arrived; nothing in it may suspend.
pub struct AtOnce(pub AnyView);

impl Render for AtOnce {
    type State = AnyViewState;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl AddAnyAttr for AtOnce {
    type Output<SomeNewAttr: Attribute> = AnyViewWithAttrs;

    fn add_any_attr<NewAttr: Attribute>(self, attribute: NewAttr) -> Self::Output<NewAttr>
    where
        Self::Output<NewAttr>: RenderHtml,
    {
        self.0.add_any_attr(attribute)
    }
}

impl RenderHtml for AtOnce {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {
        self.0.dry_resolve();
    }

    async fn resolve(self) -> Self::AsyncOutput {
        Self(self.0.resolve().await)
    }

    fn to_html_with_buf(
        self,
        buffer: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attributes: Vec<AnyAttribute>,
    ) {
        let mut written = String::with_capacity(ROOM);
        self.0.to_html_with_buf(&mut written, position, escape, mark_branches, extra_attributes);
        buffer.reserve(written.len());
        write_thinned(buffer, &written);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        builder: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attributes: Vec<AnyAttribute>,
    ) {
        builder.with_buf(|buffer| {
            self.to_html_with_buf(buffer, position, escape, mark_branches, extra_attributes);
        });
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.0.hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        self
    }
}

/// Writes a page without what only hydration reads: only islands are hydrated.
fn write_thinned(buffer: &mut String, page: &str) {
    let mut rest = page;
    while let Some(begin) = memmem::find(rest.as_bytes(), ISLAND.as_bytes()) {
        let (outside, island) = rest.split_at(begin);
        write_without_separators(buffer, outside);
        let end = memmem::find(island.as_bytes(), ISLAND_END.as_bytes());
        let (island, after) = island.split_at(end.map_or(island.len(), |end| end + ISLAND_END.len()));
        buffer.push_str(island);
        rest = after;
    }
    write_without_separators(buffer, rest);
}

fn write_without_separators(buffer: &mut String, html: &str) {
    let mut from = 0;
    for at in memmem::find_iter(html.as_bytes(), SEPARATOR.as_bytes()) {
        buffer.push_str(&html[from..at]);
        from = at + SEPARATOR.len();
    }
    buffer.push_str(&html[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_islands_keep_what_hydration_reads() {
        for (page, thinned) in [
            ("", ""),
            ("<p>前週比<!>+4%<!></p>", "<p>前週比+4%</p>"),
            (
                "<b>1<!>2</b><leptos-island data-component=\"C\">a<!>b</leptos-island><i>3<!>4</i>",
                "<b>12</b><leptos-island data-component=\"C\">a<!>b</leptos-island><i>34</i>",
            ),
            ("x<!>y<leptos-island>a<!>b", "xy<leptos-island>a<!>b"),
        ] {
            let mut buffer = String::new();
            write_thinned(&mut buffer, page);
            assert_eq!(buffer, thinned);
        }
    }
}
