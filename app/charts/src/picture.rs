//! Drawings as PNG, for chats and mail that show no SVG: light colours, one shipped Japanese font, no font
//! of the system, no file and no network.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Error, Options, Tree, fontdb};

use crate::sheet::symbols;

/// Colours, widths and fonts of pictures.
const STYLE: &str = include_str!("picture.css");

/// JIS X 0208, what Windows adds to it, and Latin; see `fonts/README.md`.
const REGULAR: &[u8] = include_bytes!("../fonts/NotoSansCJKjp-Regular.otf");
/// The first level of JIS X 0208, and Latin; rarer characters fall back to the regular face.
const BOLD: &[u8] = include_bytes!("../fonts/NotoSansCJKjp-Bold.otf");
const FAMILY: &str = "Noto Sans CJK JP";

/// The most pixels that a picture may have, 16 million: 64 MiB while it is drawn.
const LARGEST: u32 = 16 << 20;

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    fonts.set_sans_serif_family(FAMILY);
    Options {
        fontdb: Arc::new(fonts),
        font_family: FAMILY.to_owned(),
        style_sheet: Some(STYLE.to_owned()),
        ..Options::default()
    }
});

/// A drawing could not become a picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The drawing is not SVG; ours always is.
    #[error("the drawing cannot be read: {0}")]
    Drawing(#[from] Error),
    /// It has no or too many pixels.
    #[error("a picture has between 1 and {LARGEST} pixels, this one {width} × {height}")]
    Size {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// The pixels could not be written down.
    #[error("the picture cannot be written: {0}")]
    Encoding(String),
}

/// The picture of one drawing that this crate made, [`framed`] or a preview, `scale` pixels for each of its
/// own, on light paper.
///
/// # Errors
/// [`PictureError`] when the text holds no drawing or asks for too many pixels.
pub fn png(drawing: &str, scale: u16) -> Result<Vec<u8>, PictureError> {
    let tree = Tree::from_str(&standalone(drawing), &OPTIONS)?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width() * u32::from(scale), size.height() * u32::from(scale));
    let fits = width.checked_mul(height).is_some_and(|pixels| pixels <= LARGEST);
    let mut pixels =
        fits.then(|| Pixmap::new(width, height)).flatten().ok_or(PictureError::Size { width, height })?;
    pixels.fill(resvg::tiny_skia::Color::from_rgba8(0xfc, 0xfc, 0xfa, 0xff));
    let scale = f32::from(scale);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PictureError::Encoding(error.to_string()))
}

/// A drawing as a document of its own, with the glyphs that a page has once.
fn standalone(drawing: &str) -> String {
    let Some((opening, rest)) = drawing.split_once('>') else { return drawing.to_owned() };
    let is_named = opening.contains(" xmlns=");
    let name = if is_named { "" } else { " xmlns=\"http://www.w3.org/2000/svg\"" };
    format!("{opening}{name}>{}{rest}", glyphs())
}

/// The wide form, which comes first.
fn first_form(drawing: &str) -> &str {
    let end = drawing.find("</svg>").map_or(drawing.len(), |at| at + "</svg>".len());
    &drawing[..end]
}

/// The definitions of the glyphs and of the hatch.
fn glyphs() -> &'static str {
    let glyphs = symbols();
    glyphs.find("<defs>").zip(glyphs.find("</svg>")).map_or("", |(start, end)| &glyphs[start..end])
}

/// What stands between the first of these two texts and the second after it.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = text.split_once(start)?.1;
    Some(rest.split_once(end)?.0)
}

/// The wide form of a chart with its title above and paper around it, as a drawing to show alone.
#[must_use]
pub fn framed(chart: &str) -> String {
    let chart = first_form(chart);
    let opening = chart.split('>').next().unwrap_or_default();
    let length = |name: &str| between(opening, &format!(" {name}=\""), "\"")?.parse::<u32>().ok();
    let (width, height) = (length("width").unwrap_or(0), length("height").unwrap_or(0));
    let title = between(chart, "<title", "</title>")
        .and_then(|text| text.split_once('>'))
        .map_or("", |(_, text)| text);
    let inner = chart.replacen("<svg", "<svg x=\"24\" y=\"56\"", 1);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\">\n\
         <text class=\"strong\" x=\"24\" y=\"34\" font-size=\"16\">{title}</text>\n{inner}\n</svg>",
        width + 48,
        height + 80,
    )
}

/// The wide form of a chart as an SVG file that carries its own light colours.
#[must_use]
pub fn svg(chart: &str) -> String {
    styled(&framed(chart))
}

/// A drawing of this crate as an SVG file that carries its own light colours.
#[must_use]
pub fn styled(drawing: &str) -> String {
    let document = standalone(drawing);
    let Some((opening, rest)) = document.split_once('>') else { return document };
    format!("{opening}><style>{STYLE}</style>{rest}")
}
