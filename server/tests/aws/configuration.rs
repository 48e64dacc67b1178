//! Bad configuration, one kind after the other: `teirei check` names it and how to mend it, and so do the file's
//! own door and the pages.

use super::office::{Office, SMALL, TODAY, world};
use crate::fake::ROLE;
use crate::support::{Answer, get, post};

const BILL: &str = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
                    ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId
1.5,1.5,1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,2026-11-16T00:00:00Z,2026-11-17T00:00:00Z,EC2,acc-1
2.5,2.5,1234,USX,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,2026-11-16T00:00:00Z,2026-11-17T00:00:00Z,EC2,acc-1
";

const COMPANY: &str = "[organization]
language = \"en\"

[[product]]
slug = \"telemed\"

[[product]]
slug = \"booking\"
";

/// The text of a page without its tags.
fn text(answer: &Answer) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for letter in answer.body.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            letter if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text.replace("&quot;", "\"").replace("&#x27;", "\'").replace("&amp;", "&").replace("&gt;", ">")
}

/// What a door says, in one text: standard output and error, or a page.
async fn said(office: &Office, door: &[&str]) -> String {
    match door {
        [page] if page.starts_with('/') => text(&get(&office.router(TODAY).await, page).await),
        arguments => {
            let said = office.run(TODAY, arguments).await;
            assert_ne!(said.code, Some(2), "{}", said.err);
            said.out + &said.err
        }
    }
}

/// Each door of a kind of bad configuration names it with each of these words.
async fn assert_named(office: &Office, kind: &str, words: &[&str], doors: &[&[&str]]) {
    for door in doors {
        let said = said(office, door).await;
        for word in words {
            assert!(said.contains(word), "{kind}: {door:?} does not say {word:?}: {said}");
        }
    }
}

const CHECK: &[&str] = &["check"];
const IMPORTS: &[&str] = &["/imports?lang=en"];
const CATALOGUE: &[&str] = &["/catalog?lang=en"];
const APPLY: &[&str] = &["catalog", "apply", "catalogue.toml"];

#[tokio::test(flavor = "multi_thread")]
async fn what_aws_refuses_is_named_with_the_mend() {
    let office = Office::open(world(TODAY, SMALL)).await;

    office.aws.world().external_id = Some("hunter2");
    office.configure(&format!("role_arn = \"{ROLE}\"\nexternal_id = \"wrong\"\n"));
    assert_eq!(office.sync(TODAY).await.code, Some(1));
    let words = [&*format!("the role {ROLE} cannot be assumed"), "sts:AssumeRole", "external id"];
    assert_named(&office, "wrong role", &words, &[CHECK, IMPORTS]).await;

    office.configure("");
    office
        .aws
        .world()
        .refusals
        .insert("GetCostAndUsage", ("AccessDeniedException", "Linked account has no access"));
    assert_eq!(office.sync(TODAY).await.code, Some(1));
    let words = ["member account without access to Cost Explorer", "allow it in the management account"];
    assert_named(&office, "member account", &words, &[CHECK, IMPORTS]).await;

    office.aws.world().refusals.clear();
    office.aws.world().tags = vec![("team", "Inactive")];
    office.configure("tag_key = \"team\"\nmixed_accounts = [\"100000000004\"]\n");
    assert_eq!(office.sync(TODAY).await.code, Some(0));
    assert_named(
        &office,
        "tag",
        &["the tag team", "ctivate it in the management account"],
        &[CHECK, IMPORTS],
    )
    .await;
    let imports = said(&office, IMPORTS).await;
    assert!(!imports.contains("The last sync was cut"), "what was mended is no longer said: {imports}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_the_catalogue_does_not_fit_is_named_with_the_mend() {
    let office = Office::open(world(TODAY, SMALL)).await;
    office.write("teirei.toml", "");
    office.write("bill.csv", BILL);
    assert_eq!(office.run(TODAY, &["import", "cost", "bill.csv"]).await.code, Some(0));
    let dated = |name: &str, product: &str, valid: &str| {
        format!("[[rule]]\nname = \"{name}\"\nservice = \"EC2\"\nproduct = \"{product}\"\n{valid}\n")
    };
    let overlapping = dated("old", "telemed", "valid_to = 2026-11-11")
        + &dated("new", "booking", "valid_from = 2026-11-01");
    let twice = overlapping.replace("\"old\"", "\"EC2\"").replace("\"new\"", "\"EC2\"");
    let shadow = dated("all", "telemed", "") + &dated("some", "booking", "");
    let rate = "[[rate]]\nfrom = \"USD\"\nto = \"JPY\"\nmonth = \"2026-10\"\npolicy = \"previous-month-end\"\n\
                rate = \"150\"\ndate = 2026-09-30\n";
    let review = &["/reviews/2026-W47?lang=en"][..];

    // Kind, what is added to the catalogue, what has to be said, where; all of these are in force.
    for (kind, more, words, doors) in [
        (
            "unknown currency on the bill",
            "",
            &["does not know the currency USX of the bill of the source focus", "correct BillingCurrency"][..],
            &[CHECK, CATALOGUE, APPLY][..],
        ),
        (
            "no rate at all",
            "",
            &["USD/JPY has no rate (previous-month-end) for 2026-11 and none before", "teirei import rates"],
            &[CHECK, CATALOGUE, APPLY],
        ),
        (
            "no rate at all, where the number stands",
            "",
            &["no rate USD/JPY What to enter", "no exchange rate is known: USX"],
            &[review],
        ),
        (
            "a rate of an earlier month only",
            rate,
            &[
                "USD/JPY has no rate (previous-month-end) for 2026-11; an earlier month\'s stands in",
                "teirei import rates",
            ],
            &[CHECK, CATALOGUE, APPLY],
        ),
        (
            "a rate that stands in, where the number stands",
            rate,
            &["provisional", "What to enter"],
            &[review],
        ),
        (
            "overlapping dates",
            &overlapping,
            &[
                "the rules 1 (old) and 2 (new)",
                "2026-11-01 – 2026-11-11",
                "valid_to on the day that the later one begins",
            ],
            &[CHECK, CATALOGUE, APPLY],
        ),
        (
            "overlapping dates, by their lines",
            &overlapping,
            &["catalogue.toml:10, catalogue.toml:15"],
            &[APPLY],
        ),
        (
            "a rule that decides nothing",
            &shadow,
            &["the rule 2 (some) decides nothing", "the earlier rule 1 (all)", "move it up"],
            &[CHECK, CATALOGUE, APPLY],
        ),
    ] {
        office.write("catalogue.toml", &format!("{COMPANY}\n{more}"));
        let applied = office.run(TODAY, APPLY).await;
        assert_eq!(applied.code, Some(0), "{kind}: {}{}", applied.out, applied.err);
        assert_named(&office, kind, words, doors).await;
    }

    // These cannot be put in force: the file and the proposal say why, with the lines of both.
    for (kind, more, words) in [
        (
            "two rules of one name",
            &twice,
            &[
                "The rule \"EC2\" of line 15 is already on line 10",
                "from 2026-11-01 until before 2026-11-11",
                "valid_to",
            ][..],
        ),
        (
            "two pools of one name",
            &"[[pool]]\nname = \"s\"\nmethod = \"even\"\n[[pool]]\nname = \"s\"\nmethod = \"proportional\"\n"
                .to_owned(),
            &["The pool \"s\" of line 13 is already on line 10", "on every day", "valid_to"],
        ),
        (
            "unknown currency of a budget",
            &"[[budget]]\nproduct = \"telemed\"\nmonth = \"2026-11\"\namount = 1\ncurrency = \"JPX\"\n"
                .to_owned(),
            &["\"JPX\" is no currency of ISO 4217", "Did you mean JPY?"],
        ),
    ] {
        let file = format!("{COMPANY}\n{more}");
        office.write("catalogue.toml", &file);
        assert_eq!(office.run(TODAY, APPLY).await.code, Some(1), "{kind}");
        let encoded: String = file.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let router = office.router(TODAY).await;
        let proposed = post(&router, "/api/catalog/propose", &format!("file={encoded}&base=x")).await;
        let page = format!("{}?lang=en", proposed.header("location"));
        assert_named(&office, kind, words, &[APPLY, &[page.as_str()]]).await;
    }
}
