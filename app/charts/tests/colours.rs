//! The colours of the style sheet, seen through four kinds of eyes and in both themes.
//!
//! Distance: Euclidean in `OKLab`, times 100. Colour vision: Machado, Oliveira and Fernandes 2009, severity 1.0,
//! on linear RGB. Contrast: WCAG 2.2, relative luminance.

#![expect(clippy::unwrap_used, reason = "a token that cannot be read fails the test")]

const TOKENS: &str = include_str!("../../../style/tokens.css");

/// What lies behind text and marks.
const SURFACES: [&str; 2] = ["paper", "wash"];
const STATUSES: [&str; 4] = ["ok", "risk", "breached", "nodata"];
const SERIES: [&str; 6] = ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6"];

type Colour = [f64; 3];

#[derive(Clone, Copy, Debug)]
enum Theme {
    Light,
    Dark,
}

const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

const EYES: [(&str, [Colour; 3]); 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protan",
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ),
    (
        "deutan",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    (
        "tritan",
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ),
];

/// The linear RGB of a token; `var()` is followed.
fn token(name: &str, theme: Theme) -> Colour {
    let start = TOKENS.find(&format!("--{name}:")).unwrap_or_else(|| panic!("--{name} is not a token"));
    let value = TOKENS[start + name.len() + 3..].split([';', '}']).next().unwrap().trim();
    if let Some(other) = value.strip_prefix("var(--") {
        return token(other.trim_end_matches(')'), theme);
    }
    let pair = value
        .strip_prefix("light-dark(")
        .unwrap_or_else(|| panic!("--{name}: {value}"))
        .trim_end_matches(')');
    let (light, dark) = pair.split_once(',').unwrap();
    let hex = match theme {
        Theme::Light => light,
        Theme::Dark => dark,
    };
    let digits = hex.trim().trim_start_matches('#');
    let channel = |at: usize| {
        let pair =
            if digits.len() == 3 { digits[at..=at].repeat(2) } else { digits[2 * at..2 * at + 2].to_owned() };
        let share = f64::from(u8::from_str_radix(&pair, 16).unwrap()) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    [channel(0), channel(1), channel(2)]
}

fn times(matrix: &[Colour; 3], colour: Colour) -> Colour {
    matrix.map(|row| row.iter().zip(colour).map(|(one, other)| one * other).sum())
}

fn oklab(rgb: Colour) -> Colour {
    let cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ];
    let lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ];
    times(&lab, times(&cones, rgb.map(|share| share.clamp(0.0, 1.0))).map(f64::cbrt))
}

fn distance(one: Colour, other: Colour, eyes: &[Colour; 3]) -> f64 {
    let (one, other) = (oklab(times(eyes, one)), oklab(times(eyes, other)));
    100.0 * one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let light = |rgb: Colour| 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] + 0.05;
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

fn far_apart(names: &[&str]) {
    for theme in THEMES {
        for (eyes, matrix) in &EYES {
            for (at, one) in names.iter().enumerate() {
                for other in &names[at + 1..] {
                    let distance = distance(token(one, theme), token(other, theme), matrix);
                    assert!(distance >= 12.0, "{theme:?}, {eyes}: {one} and {other} are {distance:.1} apart");
                }
            }
        }
    }
}

fn readable(names: &[&str], surfaces: &[&str], least: f64) {
    for theme in THEMES {
        for surface in surfaces {
            for name in names {
                let contrast = contrast(token(name, theme), token(surface, theme));
                assert!(contrast >= least, "{theme:?}: {name} on {surface} is {contrast:.2}:1");
            }
        }
    }
}

#[test]
fn statuses_are_told_apart_by_everyone() {
    far_apart(&STATUSES);
}

#[test]
fn series_are_told_apart_by_everyone() {
    far_apart(&SERIES);
}

#[test]
fn text_can_be_read() {
    readable(&["ink", "muted", "link", "worse", "better"], &SURFACES, 4.5);
    readable(&["on-breached"], &["breached"], 4.5);
    readable(&["ink", "muted"], &["night", "fan-80"], 4.5);
    readable(&["ink"], &["fan-50"], 4.5);
}

#[test]
fn marks_and_lines_can_be_seen() {
    readable(&STATUSES, &SURFACES, 3.0);
    readable(&SERIES, &["paper"], 3.0);
    readable(&["bar", "worse", "rule"], &["paper"], 3.0);
    readable(&["ink"], &["night"], 3.0);
}

#[test]
fn the_ruler_is_right() {
    let (black, white) = ([0.0; 3], [1.0; 3]);
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    assert!((distance(black, white, &EYES[0].1) - 100.0).abs() < 0.1);
    let (red, green) = ([0.4, 0.0, 0.0], [0.1, 0.12, 0.0]);
    assert!(
        distance(red, green, &EYES[2].1) < distance(red, green, &EYES[0].1) / 2.0,
        "deutan eyes confuse these"
    );
}
