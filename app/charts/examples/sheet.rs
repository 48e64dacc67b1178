//! Writes a page with one of each chart, styles included: `cargo run -p charts --example sheet > sheet.html`.

use std::io::Write;

use charts::gauge::{BudgetGauge, Remaining};
use charts::{Status, symbols};

#[path = "../tests/samples/mod.rs"]
mod samples;

const STYLES: [(&str, &str); 10] = [
    ("tokens", include_str!("../../../style/tokens.css")),
    ("base", include_str!("../../../style/base.css")),
    ("layout", include_str!("../../../style/layout.css")),
    ("components", include_str!("../../../style/components.css")),
    ("charts", include_str!("../../../style/charts.css")),
    ("layout", include_str!("../../../style/more/layout.css")),
    ("components", include_str!("../../../style/more/components.css")),
    ("charts", include_str!("../../../style/more/charts.css")),
    ("present", include_str!("../../../style/present.css")),
    ("print", include_str!("../../../style/print.css")),
];

fn main() -> std::io::Result<()> {
    let styles: String = STYLES.iter().map(|(layer, css)| format!("@layer {layer} {{\n{css}}}\n")).collect();
    let figures = [
        ("費用で動いたもの", samples::movers("mv").svg()),
        ("予算", samples::budget("bu").svg()),
        ("エラーバジェット", samples::error_budget("eb").svg()),
        ("障害", samples::timeline("tl").svg()),
        ("週ごとの障害", samples::counts("ct").svg()),
        ("重なり", samples::overlap("ov").svg()),
        ("復旧", samples::durations("du").svg()),
        ("サービスごと", samples::small_multiples("sm").svg()),
        ("13週", samples::weeks("wk").svg()),
    ];
    let sections: String = figures
        .iter()
        .map(|(title, svg)| {
            format!(
                "<section class=\"item\"><header><h2>{title}</h2><p class=\"question\">何が変わったか。</p></header>\
                 <div class=\"body\"><figure class=\"chart\"><figcaption>{title}を一文でいう。</figcaption>{svg}</figure></div></section>"
            )
        })
        .collect();
    let statuses = [Status::Ok, Status::Risk, Status::Breached, Status::NoData];
    let cells: String = statuses
        .iter()
        .zip([420_000, 180_000, -380_000, 0])
        .map(|(status, left)| {
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                samples::sparkline().svg(),
                BudgetGauge { used_ppm: 1_180_000 - left, target_ppm: 1_000_000, status: *status }.svg(),
                Remaining { remaining_ppm: left, status: *status }.svg(),
                samples::strip().svg(),
            )
        })
        .collect();
    write!(
        std::io::stdout(),
        "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Charts</title><style>@layer tokens, base, layout, components, charts, present, print;\n{styles}</style>\
         <body>{}<main>{sections}<section class=\"item\"><header><h2>表の中</h2></header><div class=\"body\">\
         <table>{cells}</table></div></section></main></body></html>",
        symbols()
    )
}
