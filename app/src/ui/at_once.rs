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
        buffer.reserve(ROOM);
        self.0.to_html_with_buf(buffer, position, escape, mark_branches, extra_attributes);
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
