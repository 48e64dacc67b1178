//! Pictures are drawn with the shipped font alone, in the light colours of the style sheet, and stay small.

#![expect(clippy::unwrap_used, reason = "a picture that cannot be drawn fails the test")]

mod samples;

use charts::Status;
use charts::picture::{self, PictureError};
use charts::preview::Preview;

const TOKENS: &str = include_str!("../../../style/tokens.css");
const CHARTS: [&str; 2] =
    [include_str!("../../../style/charts.css"), include_str!("../../../style/more/charts.css")];
const PICTURE: &str = include_str!("../src/picture.css");

/// Classes whose colour a page mixes from two; a picture lays one of them thinly over the paper.
const MIXED: [&str; 2] = [".case", ".spent"];

fn preview(title: &str) -> Preview {
    Preview {
        kicker: "週次SREレビュー · 全プロダクト".into(),
        organization: "みらいオンライン診療".into(),
        title: title.into(),
        range: "11/16(月)–11/22(日) JST".into(),
        stamp: "下書き".into(),
        state: "11/23(月) 10:00 JST 時点".into(),
        counts: vec![
            (Status::Breached, "違反 2".into()),
            (Status::Risk, "注意 3".into()),
            (Status::NoData, "データなし 1".into()),
            (Status::Ok, "達成 14".into()),
        ],
        lines: vec![
            ("最大のインシデント".into(), "SEV-1 処方箋: 薬局への送信が止まった".into()),
            ("最大の増減".into(), "検査 · RDS +¥310,000".into()),
        ],
    }
}

fn size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn a_preview_has_the_size_of_cards_and_is_below_300_kilobytes() {
    let png = picture::png(&preview("2026年 第47週").svg(), 1).unwrap();
    assert_eq!(size(&png), (1200, 630));
    assert!(png.len() < 300_000, "{}", png.len());
}

#[test]
fn japanese_is_drawn_with_the_shipped_font() {
    // A character without a glyph would leave the same empty place as any other.
    let pictures: Vec<Vec<u8>> = ["電子処方箋", "電子問診票", "髙﨑①㈱", "Records"]
        .map(|title| picture::png(&preview(title).svg(), 1).unwrap())
        .into();
    for (at, one) in pictures.iter().enumerate() {
        assert!(pictures[at + 1..].iter().all(|other| other != one), "picture {at} is drawn twice");
    }
}

#[test]
fn every_chart_becomes_a_picture_below_300_kilobytes() {
    for (name, drawing) in [
        ("movers", samples::movers("mv").svg()),
        ("budget", samples::budget("bu").svg()),
        ("error budget", samples::error_budget("eb").svg()),
        ("timeline", samples::timeline("tl").svg()),
        ("small multiples", samples::small_multiples("sm").svg()),
        ("weeks", samples::weeks("wk").svg()),
        ("overlap", samples::overlap("ov").svg()),
        ("durations", samples::durations("du").svg()),
        ("counts", samples::counts("ct").svg()),
    ] {
        let png = picture::png(&picture::framed(&drawing), 2).unwrap();
        assert!(png.len() < 300_000, "{name}: {}", png.len());
    }
}

#[test]
fn small_drawings_become_pictures_as_they_are() {
    for drawing in [samples::sparkline().svg(), samples::strip().svg()] {
        let (width, height) = size(&picture::png(&drawing, 2).unwrap());
        assert!(width > 100 && height > 20, "{width} × {height}");
    }
}

#[test]
fn a_framed_chart_carries_its_title_and_its_colours() {
    let framed = picture::framed(&samples::movers("mv").svg());
    assert!(framed.contains(">費用で動いたもの</text>"), "{framed}");
    assert!(framed.contains("width=\"1120\""), "{framed}");
    let file = picture::svg(&samples::movers("mv").svg());
    assert!(file.contains("<style>") && file.contains("#9a4a0e") && !file.contains("var("), "{file}");
}

#[test]
fn what_is_no_drawing_is_refused() {
    assert!(matches!(picture::png("<svg", 1), Err(PictureError::Drawing(_))));
    let huge = r#"<svg viewBox="0 0 1 1" width="60000" height="60000"></svg>"#;
    assert!(matches!(picture::png(huge, 1), Err(PictureError::Size { width: 60_000, .. })));
}

/// The light value of what a rule of the page says.
fn light(value: &str) -> String {
    let Some(name) = value.trim().strip_prefix("var(--").and_then(|rest| rest.strip_suffix(')')) else {
        return value.trim().to_owned();
    };
    let start = TOKENS.find(&format!("--{name}:")).unwrap() + name.len() + 3;
    let value = TOKENS[start..].split(';').next().unwrap().trim();
    match value.strip_prefix("light-dark(") {
        Some(pair) => pair.split(',').next().unwrap().to_owned(),
        None => light(value),
    }
}

/// The colours that a rule sets, with their properties.
fn colours(declarations: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = declarations
        .split(';')
        .filter_map(|one| one.split_once(':'))
        .map(|(property, value)| (property.trim().to_owned(), light(value)))
        .filter(|(property, _)| {
            ["fill", "stroke", "color", "stroke-width", "stroke-dasharray"].contains(&property.as_str())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn pictures_have_the_light_colours_of_the_page() {
    let inner = |sheet: &'static str| sheet.split("svg {\n").nth(1).unwrap().split("\n}").next().unwrap();
    for rule in
        CHARTS.into_iter().map(inner).flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("& "))
    {
        let (selector, declarations) = rule.trim_end_matches('}').split_once('{').unwrap();
        let selector = selector.trim();
        if MIXED.contains(&selector) || selector == "use" {
            continue;
        }
        let is_status = [".ok", ".risk", ".breached", ".nodata"].contains(&selector);
        let wanted = if is_status { format!("use{selector} {{") } else { format!("{selector} {{") };
        let drawn = PICTURE.lines().find_map(|line| line.strip_prefix(&wanted));
        let drawn =
            colours(drawn.unwrap_or_else(|| panic!("no {selector} in pictures")).trim_end_matches('}'));
        for declaration in colours(declarations) {
            assert!(drawn.contains(&declaration), "{selector}: {declaration:?} is {drawn:?} in pictures");
        }
    }
}
