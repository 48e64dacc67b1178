//! The CSV and the Markdown of a review.

use domain::freeze_record::FreezeRecord;
use domain::organization::Language;
use server::snapshot::{FreezeStamp, FrozenTexts, csv, markdown};

use super::everything::everything;
use super::sample;

/// Splits RFC 4180 text into records; the tests read what the code wrote by other means.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut letters, mut quoted) = (text.chars().peekable(), false);
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            other => field.push(other),
        }
    }
    assert!(!quoted && field.is_empty() && record.is_empty(), "the text ends with a whole record");
    records
}

/// The values of some columns of a table.
fn column(text: &str, name: &str) -> Vec<String> {
    let records = records(text);
    let place = records[0].iter().position(|column| column == name).unwrap();
    records[1..].iter().map(|record| record[place].clone()).collect()
}

#[test]
fn one_file_holds_every_table_under_one_header() {
    let (review, _) = everything();
    let text = csv::render(&review);
    let records = records(&text);
    assert_eq!(records[0][..3], ["table", "week", "as_of"]);
    assert!(
        records.iter().all(|record| record.len() == records[0].len()),
        "every record is as wide as the header"
    );
    let mut tables: Vec<&str> = records[1..].iter().map(|record| record[0].as_str()).collect();
    tables.dedup();
    assert_eq!(tables, csv::TABLES);
    assert!(!text.contains('\r') && text.ends_with('\n'));
}

#[test]
fn a_table_alone_has_the_same_rows_as_in_the_file() {
    let (review, _) = everything();
    let together = records(&csv::render(&review));
    for name in csv::TABLES {
        let alone = records(&csv::table(&review, name).unwrap());
        let places: Vec<usize> = alone[0]
            .iter()
            .map(|column| together[0].iter().position(|known| known == column).unwrap())
            .collect();
        let same: Vec<Vec<String>> = together
            .iter()
            .filter(|record| record[0] == name)
            .map(|record| places.iter().map(|place| record[*place].clone()).collect())
            .collect();
        assert_eq!(alone[1..], same, "{name}");
    }
    assert_eq!(csv::table(&review, "passwords"), None);
}

#[test]
fn amounts_have_six_decimals_and_add_up() {
    let review = sample::review();
    let text = csv::table(&review, "reconciliation").unwrap();
    let sum = |name: &str| -> rust_decimal::Decimal {
        column(&text, name).iter().map(|amount| amount.parse::<rust_decimal::Decimal>().unwrap()).sum()
    };
    assert_eq!(sum("products") + sum("shared_not_split") + sum("unallocated"), sum("billed"));
    for name in ["products", "billed", "difference"] {
        for amount in column(&text, name) {
            assert_eq!(amount.split_once('.').map(|(_, digits)| digits.len()), Some(6), "{amount}");
        }
    }
    let after: rust_decimal::Decimal = records(&csv::table(&review, "cost").unwrap())[1..]
        .iter()
        .filter(|record| record[2] == "USD" && record[3] == "billed")
        .map(|record| record[5].parse::<rust_decimal::Decimal>().unwrap())
        .sum();
    let billed = records(&text);
    let billed = billed.iter().find(|record| record[1] == "USD" && record[2] == "billed").unwrap();
    assert_eq!(after.to_string(), billed[6]);
}

/// A spreadsheet runs what begins with one of these signs; numbers of ours keep their minus.
#[test]
fn no_text_becomes_a_formula() {
    let mut review = sample::review();
    let signs = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"];
    for (row, text) in review.incidents.rows.iter_mut().zip(signs) {
        row.title = text.to_owned();
    }
    let titles = column(&csv::table(&review, "incidents").unwrap(), "title");
    for (title, sign) in titles.iter().zip(signs) {
        assert_eq!(*title, format!("'{sign}"));
    }
    let services = column(&csv::table(&review, "movers").unwrap(), "service");
    assert!(services.contains(&"'=cmd|' /C calc'!A0".to_owned()), "{services:?}");
    let amounts = column(&csv::table(&review, "cost").unwrap(), "after");
    assert!(amounts.iter().any(|amount| amount.starts_with('-')), "{amounts:?}");
}

#[test]
fn a_product_page_has_its_own_tables() {
    let (_, products) = everything();
    let text = csv::product_render(&products[0]);
    let mut tables: Vec<String> = records(&text)[1..].iter().map(|record| record[0].clone()).collect();
    tables.dedup();
    assert_eq!(tables, csv::PRODUCT_TABLES);
    let days = csv::product_table(&products[0], "month_days").unwrap();
    assert_eq!(column(&days, "day").len(), 30, "November, spent and expected");
    assert_eq!(csv::product_table(&products[0], "matrix"), None);
}

#[test]
fn the_same_value_gives_the_same_bytes() {
    let stamp = || FreezeStamp {
        version: 1,
        frozen_at: sample::at("2026-11-23T01:31:07Z"),
        frozen_by: "demo".to_owned(),
        reason: String::new(),
        previous_hash: None,
    };
    let (review, products) = everything();
    let first = FrozenTexts::new(&review, &products, stamp(), &FreezeRecord::default()).unwrap();
    let (again, pages) = everything();
    assert_eq!(FrozenTexts::new(&again, &pages, stamp(), &FreezeRecord::default()).unwrap(), first);
    assert!(first.markdown.contains(&first.hash));
}

#[test]
fn minutes_are_written_in_the_readers_habit() {
    let review = sample::review();
    let japanese = markdown::render(&review, Language::Japanese);
    let english = markdown::render(&review, Language::English);
    for (text, parts) in [
        (&japanese, ["2026年 第47週", "11/16(月) – 11/22(日) JST", "| プロダクト |", "■ 違反", "下書き"]),
        (&english, ["Week 47, 2026", "Mon 16 Nov – Sun 22 Nov JST", "| Product |", "■ Breached", "Draft"]),
    ] {
        assert!(text.starts_with("# "), "{text}");
        for part in parts {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }
    let total = {
        let view = domain::review::cost::CostView {
            metric: domain::cost::Metric::Billed,
            currency: domain::money::Currency::JPY,
        };
        review.cost.table(view, &review.organization, &review.rates).total.change.after.unwrap() / 1_000_000
    };
    let written = format!("¥{},{:03}", total / 1_000, total % 1_000);
    assert!(japanese.contains(&written) && english.contains(&written), "{written} is missing in\n{japanese}");
}

#[test]
fn what_people_wrote_stays_text() {
    let mut review = sample::review();
    review.incidents.rows[0].title = "<script>alert(1)</script> | **bold**\n# top ![x](y)".to_owned();
    review.incidents.rows[0].postmortem_url = Some("javascript:alert(1)".to_owned());
    review.incidents.rows[1].postmortem_url = Some("https://wiki.example/pm?a=1&b=2".to_owned());
    let text = markdown::render(&review, Language::English);
    assert!(!text.contains("<script") && !text.contains("javascript:"), "{text}");
    assert!(
        text.contains(r"&lt;script&gt;alert(1)&lt;/script&gt; \| \*\*bold\*\* \# top \!\[x\](y)"),
        "{text}"
    );
    assert!(text.contains("[not required](<https://wiki.example/pm?a=1&b=2>)"), "{text}");
    let table =
        text.lines().skip_while(|line| !line.starts_with("| Severity")).take_while(|line| !line.is_empty());
    for line in table {
        assert_eq!(line.replace(r"\|", "").matches('|').count(), 7, "{line}");
    }
}

#[test]
fn the_minutes_tell_what_is_promised_and_how_late_it_is() {
    let (review, _) = everything();
    for (language, parts) in [
        (Language::Japanese, ["## 前回からのアクション", "期限超過 13日", "持ち越し 2回"]),
        (Language::English, ["## Carried over", "overdue 13 days", "Carried 2×"]),
    ] {
        let text = markdown::render(&review, language);
        for part in parts {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(text.contains(r"=1+1 \| \_watch\_ the &lt;b&gt;expiry&lt;/b&gt;"), "{text}");
    }
    let table = csv::table(&review, "actions").unwrap();
    assert_eq!(column(&table, "list"), ["carried", "carried", "carried", "made"]);
    assert_eq!(column(&table, "state"), ["open", "done", "dropped", "open"]);
    assert_eq!(column(&table, "overdue_days"), ["13", "0", "0", "13"]);
    assert_eq!(column(&table, "owner")[0], "'@hayashi", "no text becomes a formula");
}

#[test]
fn the_minutes_tell_what_was_talked_about_and_decided() {
    let (review, _) = everything();
    for (language, parts) in [
        (
            Language::Japanese,
            [
                "## 話し合うこと",
                "## 結果を見直す決定",
                "## 決定",
                "何を期待するか: =¥180,000",
                "持ち越し 1週",
            ],
        ),
        (
            Language::English,
            [
                "## Hot topics",
                "## Decisions to look at again",
                "## Decisions",
                "What we expect of it: =¥180,000",
                "carried for 1 week",
            ],
        ),
    ] {
        let text = markdown::render(&review, language);
        for part in parts {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(text.contains(r"=1+1 \| \_search\_ is &lt;b&gt;slow&lt;/b&gt;"), "{text}");
    }
    let topics = csv::table(&review, "topics").unwrap();
    assert_eq!(column(&topics, "state"), ["open", "decided", "acted", "dropped"]);
    assert_eq!(column(&topics, "note")[3], "'+1 next time", "no text becomes a formula");
    let decisions = csv::table(&review, "decisions").unwrap();
    assert_eq!(column(&decisions, "list"), ["look_again", "look_again", "look_again", "look_again", "made"]);
    assert_eq!(column(&decisions, "result"), ["", "worked", "failed", "unclear", ""]);
}

#[test]
fn a_product_has_minutes_too() {
    let (_, products) = everything();
    for (language, parts) in [
        (Language::Japanese, ["# オンライン診療 · 2026年 第47週", "AmazonEC2"]),
        (Language::English, ["# Telemedicine · Week 47, 2026", "AmazonEC2"]),
    ] {
        let text = markdown::product_render(&products[0], language, None);
        for part in parts {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }
}

/// `cargo test -p server --test snapshot -- --ignored look --nocapture` prints the forms.
#[test]
#[ignore = "prints the forms for people to look at"]
fn look() {
    let (review, products) = (sample::review(), sample::products(&sample::review(), &sample::input()));
    println!("{}", markdown::render(&review, Language::Japanese));
    println!("{}", markdown::render(&review, Language::English));
    println!("{}", markdown::product_render(&products[0], Language::English, None));
    println!("{}", csv::render(&review));
}
