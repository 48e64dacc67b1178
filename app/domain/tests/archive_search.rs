//! Finding again what was written.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use domain::archive_search::{Entry, EntryKind, Hit, search};

/// Case does not matter, and neither does the width of Latin letters.
fn fold(letter: char) -> Vec<char> {
    let narrow = match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap(),
        '\u{3000}' => ' ',
        other => other,
    };
    narrow.to_lowercase().collect()
}

fn entry(kind: EntryKind, week: &str, title: &str, texts: &[&str]) -> Entry {
    Entry {
        kind,
        product: None,
        week: week.parse().unwrap(),
        key: "1".into(),
        title: title.into(),
        texts: texts.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn find(query: &str) -> Vec<Hit> {
    use EntryKind::{Decision, Incident, Note, Topic};
    let entries = vec![
        entry(Note, "2026-W45", "", &["Ｒｅｄｓｈｉｆｔの全件スキャンが\n三回走った。来週までに止める。"]),
        entry(Topic, "2026-W47", "Redshiftの費用", &["水曜に+45%"]),
        entry(Decision, "2026-W47", "検証環境を夜間と週末に止める", &["RDSが週に¥120,000減る"]),
        entry(Incident, "2026-W46", "SEV-2 Calls cannot be joined", &["pagerduty"]),
        entry(Note, "2026-W40", "", &["50%_of all"]),
    ];
    search(query, entries, fold)
}

#[test]
fn what_is_found_and_in_which_order() {
    for (query, found) in [
        ("redshift", &[("2026-W47", "topic"), ("2026-W45", "note")][..]),
        ("ＲＥＤＳＨＩＦＴ", &[("2026-W47", "topic"), ("2026-W45", "note")]),
        ("止める", &[("2026-W47", "decision"), ("2026-W45", "note")]),
        ("止める 週末", &[("2026-W47", "decision")]),
        ("週末　減る", &[("2026-W47", "decision")]),
        ("calls pager", &[("2026-W46", "incident")]),
        ("joined calls", &[("2026-W46", "incident")]),
        // Signs that databases read as any letter are letters here.
        ("%_of", &[("2026-W40", "note")]),
        ("5__of", &[]),
        ("nothing of that", &[]),
        ("", &[]),
        (" 　 ", &[]),
    ] {
        let hits: Vec<(String, &str)> =
            find(query).iter().map(|hit| (hit.entry.week.to_string(), hit.entry.kind.as_str())).collect();
        let found: Vec<(String, &str)> =
            found.iter().map(|(week, kind)| ((*week).to_owned(), *kind)).collect();
        assert_eq!(hits, found, "{query}");
    }
}

#[test]
fn an_excerpt_shows_the_place_as_it_was_written() {
    let hit = find("redshift").remove(1);
    let excerpt = hit.excerpt.unwrap();
    assert_eq!(excerpt.before, "");
    assert_eq!(excerpt.found, "Ｒｅｄｓｈｉｆｔ");
    assert_eq!(excerpt.behind, "の全件スキャンが 三回走った。来週までに止める。");
    assert_eq!(find("費用").remove(0).excerpt, None, "the title says it");
    assert!(find("費用 水曜").remove(0).excerpt.is_some());
}

#[test]
fn a_long_text_is_cut_on_both_sides() {
    let long = format!("{}ここ{}", "あ".repeat(500), "い".repeat(500));
    let hits = search("ここ", vec![entry(EntryKind::Note, "2026-W45", "", &[&long])], fold);
    let excerpt = hits[0].excerpt.clone().unwrap();
    assert_eq!((excerpt.before.chars().count(), excerpt.behind.chars().count()), (41, 41));
    assert!(excerpt.before.starts_with('…') && excerpt.behind.ends_with('…'));
}
