//! Whatever bytes come in, every reader answers: good values, issues or an error, never a panic.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::*;
use sources::openslo::{File, Settings};

const GOOD: [&str; 6] = [
    include_str!("data/openslo/spec/budgeting-method/timeslices-slo.yaml"),
    include_str!("data/openslo/sdk_v1/alert_policies.yaml"),
    "[organization]\nname = { ja = \"x\" }\n[[product]]\nslug = \"a\"\nlinks = { r = \"https://a.example\" }\n\
     [[rule]]\nname = \"r\"\ntag.x = [\"y\"]\nproduct = \"a\"\n",
    "slo,period_start,period_end,good,total\na,2026-11-16T00:00:00Z,2026-11-16T01:00:00Z,\"1\",2\n",
    "[{\"external_id\":1,\"title\":\"é\",\"product\":\"a\",\"declared_at\":\"2026-11-16T00:00:00Z\",\
     \"updated_at\":\"2026-11-16T00:00:00Z\",\"impact_fraction\":0.5}]",
    "{\"from\":\"USD\",\"to\":\"JPY\",\"month\":\"2026-11\",\"policy\":\"budget\",\"rate\":1.5,\
     \"date\":\"2026-11-01\"}\n{\"from\":\"USD\"}\n",
];

fn read_by_all(bytes: &[u8]) {
    let _ = sources::catalogue::parse(bytes, "f");
    let _ = sources::rates::parse(bytes, "f");
    let _ = sources::sli::parse(bytes, "f", &TimeZone::UTC);
    let _ = sources::incidents::parse(bytes, "f", "manual");
    for strict in [false, true] {
        let settings = Settings { strict, source: "f".to_owned(), valid_from: Timestamp::UNIX_EPOCH };
        let _ = sources::openslo::parse(&[File { name: "f", bytes }], &settings);
    }
}

/// A piece that is likely to confuse one of the readers.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..6),
        prop_oneof![
            Just("\""),
            Just("\r\n"),
            Just("---\n"),
            Just("&a "),
            Just("*a"),
            Just(": "),
            Just("- "),
            Just("["),
            Just("{"),
            Just("}"),
            Just("é"),
            Just("\u{feff}"),
            Just("1e999999999"),
            Just("99999999999999999999"),
            Just("-0"),
            Just("|\n"),
            Just("!!str "),
            Just("<<: "),
            Just("? "),
            Just(","),
            Just("#"),
            Just("m"),
        ]
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..200)) {
        read_by_all(&bytes);
    }

    #[test]
    fn damaged_files_are_answered(
        which in 0_usize..GOOD.len(),
        damage in vec((any::<prop::sample::Index>(), 0_usize..12, piece()), 1..5),
    ) {
        let mut bytes = GOOD[which].as_bytes().to_vec();
        for (index, removed, piece) in damage {
            let at = index.index(bytes.len() + 1);
            let end = (at + removed).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        read_by_all(&bytes);
    }
}
