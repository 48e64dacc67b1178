//! The style bundle.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

/// Bundles the style sheet at `entry` with everything it imports, and minifies it.
///
/// No browser targets are set on purpose: `light-dark()`, layers, nesting and container queries reach
/// the browser as they are written, so that one token drives both themes.
pub fn style_bundle(entry: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| anyhow!("{error}"))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error}"))?;
    let printed = sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modern_features_are_kept() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("teirei-style-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let entry = folder.join("main.css");
        std::fs::write(
            folder.join("tokens.css"),
            ":root { --ink: light-dark(#111, #eee); color: var(--ink) }",
        )?;
        std::fs::write(
            &entry,
            "@layer tokens, page;
             @import 'tokens.css' layer(tokens);
             @view-transition { navigation: auto }
             @layer page {
               table { color: light-dark(#222, #ddd); & th { position: sticky } }
               @container page (width < 40rem) { td { display: block } }
               @media (width >= 40rem) { td { color: color-mix(in oklab, var(--ink) 60%, transparent) } }
               @page { size: A4 landscape; margin: 1cm }
             }",
        )?;
        let css = style_bundle(&entry);
        std::fs::remove_dir_all(&folder)?;
        let css = css?;
        for kept in [
            "@layer tokens",
            "--ink:light-dark(#111,#eee)",
            "color:light-dark(#222,#ddd)",
            "& th{",
            "@container page (width<40rem)",
            "@media (width>=40rem)",
            "color-mix(in oklab",
            "@view-transition{navigation:auto}",
            "A4 landscape",
        ] {
            assert!(css.contains(kept), "{kept} is missing in {css}");
        }
        assert!(!css.contains("@import"), "{css}");
        Ok(())
    }
}
