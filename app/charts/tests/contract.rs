//! What holds for every chart: the content policy, unique ids, escaping, sizes.

use std::collections::HashSet;

use charts::gauge::{BudgetGauge, Remaining};
use charts::{Status, symbols};

mod samples;

/// How many of the charts are large ones; they come first.
const LARGE: usize = 9;

const NASTY: &str = "R&D\"'<script>alert(1)</script>";

fn every_chart(id: &str) -> Vec<(&'static str, String)> {
    vec![
        ("movers", samples::movers(&format!("{id}mv")).svg()),
        ("budget", samples::budget(&format!("{id}bu")).svg()),
        ("error budget", samples::error_budget(&format!("{id}eb")).svg()),
        ("timeline", samples::timeline(&format!("{id}tl")).svg()),
        ("small multiples", samples::small_multiples(&format!("{id}sm")).svg()),
        ("weeks", samples::weeks(&format!("{id}wk")).svg()),
        ("overlap", samples::overlap(&format!("{id}ov")).svg()),
        ("durations", samples::durations(&format!("{id}du")).svg()),
        ("counts", samples::counts(&format!("{id}ct")).svg()),
        ("sparkline", samples::sparkline().svg()),
        ("strip", samples::strip().svg()),
        ("gauge", BudgetGauge { used_ppm: 1_070_000, target_ppm: 1_000_000, status: Status::Risk }.svg()),
        ("remaining", Remaining { remaining_ppm: -380_000, status: Status::Breached }.svg()),
        ("symbols", symbols().into()),
    ]
}

fn attributes<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let wanted = format!(" {name}=\"");
    svg.match_indices(&wanted).filter_map(|(at, _)| svg[at + wanted.len()..].split('"').next()).collect()
}

#[test]
fn a_strict_content_policy_accepts_every_chart() {
    for (name, svg) in every_chart("") {
        for forbidden in [" style=", "<style", "<script", " on", "javascript:", "rgb(", "url(h"] {
            assert!(!svg.contains(forbidden), "{name} has {forbidden}");
        }
        let colour = svg.match_indices('#').find(|(at, _)| !svg[at + 1..].starts_with("m-"));
        assert_eq!(colour, None, "{name} names a colour");
        assert!(attributes(&svg, "fill").iter().all(|value| *value == "none"), "{name}");
    }
}

#[test]
fn the_style_sheet_knows_every_class() {
    let rules = concat!(
        include_str!("../../../style/charts.css"),
        include_str!("../../../style/more/charts.css"),
        include_str!("../../../style/base.css")
    );
    for (name, svg) in every_chart("") {
        for class in attributes(&svg, "class").iter().flat_map(|classes| classes.split(' ')) {
            let known = rules.match_indices(&format!(".{class}")).any(|(at, found)| {
                !rules[at + found.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '-')
            });
            assert!(known, "{name}: .{class} has no rule");
        }
    }
}

#[test]
fn ids_are_unique_and_every_reference_has_its_target() {
    let page: String = every_chart("a")
        .into_iter()
        .chain(every_chart("b").into_iter().take(LARGE))
        .map(|(_, svg)| svg)
        .collect();
    let ids = attributes(&page, "id");
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
    for label in attributes(&page, "aria-labelledby").iter().flat_map(|ids| ids.split(' ')) {
        assert!(ids.contains(&label), "{label}");
    }
    for glyph in attributes(&page, "href") {
        assert!(ids.contains(&glyph.trim_start_matches('#')), "{glyph}");
    }
}

#[test]
fn coordinates_have_at_most_one_decimal() {
    for (name, svg) in every_chart("") {
        for (at, _) in svg.match_indices('.') {
            let decimals = svg[at + 1..].chars().take_while(char::is_ascii_digit).count();
            let is_number = svg[..at].ends_with(|character: char| character.is_ascii_digit());
            assert!(!is_number || decimals <= 1, "{name}: {}", &svg[at.saturating_sub(8)..at + 4]);
        }
    }
}

#[test]
fn large_charts_say_what_they_are_twice() {
    for (name, svg) in every_chart("").into_iter().take(LARGE) {
        for (class, width) in [("wide", 1072), ("narrow", 358)] {
            assert!(svg.contains(&format!("<svg class=\"{class}\" viewBox=\"0 0 {width} ")), "{name}");
        }
        assert_eq!(svg.matches("role=\"img\"").count(), 2, "{name}");
        assert_eq!(svg.matches("<title id=").count() + svg.matches("<desc id=").count(), 4, "{name}");
    }
}

#[test]
fn words_from_outside_stay_words() {
    let mut movers = samples::movers(NASTY);
    movers.title = NASTY.into();
    movers.rows[0].label = NASTY.into();
    movers.rows[0].value_label = NASTY.into();
    let mut timeline = samples::timeline("tl");
    timeline.lanes[0].bars[0].label = NASTY.repeat(8);
    let mut strip = samples::strip();
    strip.label = NASTY.into();
    strip.cells[0].title = NASTY.into();
    for svg in [movers.svg(), timeline.svg(), strip.svg()] {
        assert!(!svg.contains("<script") && !svg.contains("D\"'"), "{svg}");
        assert!(svg.contains("R&amp;D&quot;&#39;&lt;script&gt;"), "{svg}");
    }
}

#[test]
fn a_page_of_charts_stays_small() {
    for (name, svg, most) in every_chart("").into_iter().map(|(name, svg)| match name {
        "sparkline" | "gauge" | "remaining" => (name, svg, 400),
        "strip" => (name, svg, 2_000),
        _ => (name, svg, 12_000),
    }) {
        assert!(svg.len() <= most, "{name}: {} bytes", svg.len());
    }
}
