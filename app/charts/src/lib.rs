//! Charts as SVG text, with classes instead of colours: the style sheet owns every colour, width and font,
//! so one string serves light, dark, print and forced colours.
//!
//! Code map
//! - `backend`: the `DrawingBackend` that plotters draws on, the closed list of inks, words and glyphs
//! - `sheet`: writes elements, numbers and escaped text; `measure`: how wide a text will be; `deploy`: the triangles
//!   of deploys
//! - one module per chart: [`movers`], [`budget`], [`error_budget`], [`timeline`], [`overlap`], [`durations`],
//!   [`counts`], [`small_multiples`], [`weeks`], and the small ones of table cells: [`sparkline`], [`gauge`], [`strip`]
//! - [`preview`]: the card that a chat shows under a link; `picture` (feature `png`): drawings as PNG, with the
//!   fonts of `fonts/`
//!
//! Invariants
//! - No language: every word comes in as text the reader understands.
//! - No `style` attribute, no colour, no script: a strict content policy accepts the output.
//! - Everything that comes from outside is escaped; ids are the caller's `id` plus a suffix.
//! - Lengths are tenths of a pixel inside, so coordinates carry at most one decimal. Amounts stay integers.
//! - A large chart is written twice, 1072 and 358 pixels wide; a container query shows one of them.

mod backend;
mod deploy;
mod measure;
mod sheet;

pub mod budget;
pub mod counts;
pub mod durations;
pub mod error_budget;
pub mod gauge;
pub mod movers;
pub mod overlap;
#[cfg(feature = "png")]
pub mod picture;
pub mod preview;
pub mod small_multiples;
pub mod sparkline;
pub mod strip;
pub mod timeline;
pub mod weeks;

pub use sheet::symbols;

/// How something stands against its target; shape and colour follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// The target is met: a disc.
    Ok,
    /// The target is in danger: a triangle.
    Risk,
    /// The target is missed: a square.
    Breached,
    /// Nothing is known: a dash, never read as good.
    NoData,
}

impl Status {
    /// The class that colours a mark of this status; the glyph's id is `m-` and this name.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Risk => "risk",
            Status::Breached => "breached",
            Status::NoData => "nodata",
        }
    }
}

/// A text in two lengths: one for the 1072 pixel form of a chart, one for the 358 pixel form.
///
/// A line feed starts a new line where the chart says that it takes several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Label {
    /// The text of the wide form.
    pub wide: String,
    /// The text of the narrow form; empty leaves it out there.
    pub narrow: String,
}

impl Label {
    /// A label that is worded differently where there is little room.
    pub fn new(wide: impl Into<String>, narrow: impl Into<String>) -> Self {
        Label { wide: wide.into(), narrow: narrow.into() }
    }

    fn of(&self, form: sheet::Form) -> &str {
        match form {
            sheet::Form::Wide => &self.wide,
            sheet::Form::Narrow => &self.narrow,
        }
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Label::new(text, text)
    }
}

impl From<String> for Label {
    fn from(text: String) -> Self {
        Label { wide: text.clone(), narrow: text }
    }
}
