//! The same rows as Parquet: texts, decimals, doubles, timestamps of every kind, maps.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression as Codec, GzipLevel, ZstdLevel};
use parquet::data_type::{
    ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::*;

/// How amounts, times and tags are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Types {
    Texts,
    Decimals,
    Doubles,
}

struct Table {
    names: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

impl Table {
    fn of_csv(bytes: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(bytes);
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let present = |value: &str| (!value.is_empty() && value != "NULL").then(|| value.to_owned());
        let rows = reader.records().map(|record| record.unwrap().iter().map(present).collect()).collect();
        Self { names, rows }
    }

    fn field_type(name: &str, types: Types) -> String {
        let is_time = name.ends_with("PeriodStart") || name.ends_with("PeriodEnd");
        match (types, name) {
            (Types::Decimals, "BilledCost" | "EffectiveCost") => {
                format!("OPTIONAL FIXED_LEN_BYTE_ARRAY (16) {name} (DECIMAL(38,11));")
            }
            (Types::Doubles, "BilledCost" | "EffectiveCost") => format!("REQUIRED DOUBLE {name};"),
            (Types::Decimals, _) if is_time => format!("OPTIONAL INT64 {name} (TIMESTAMP(MICROS,true));"),
            (Types::Doubles, _) if is_time => format!("REQUIRED INT64 {name} (TIMESTAMP(MILLIS,false));"),
            (Types::Decimals | Types::Doubles, "Tags") => format!(
                "OPTIONAL GROUP {name} (MAP) {{ REPEATED GROUP key_value {{ \
                 REQUIRED BYTE_ARRAY key (UTF8); OPTIONAL BYTE_ARRAY value (UTF8); }} }}"
            ),
            _ => format!("OPTIONAL BYTE_ARRAY {name} (UTF8);"),
        }
    }

    fn write(&self, path: &Path, types: Types, properties: WriterProperties, group_rows: usize) {
        let fields: String = self.names.iter().map(|name| Self::field_type(name, types)).collect();
        let schema = Arc::new(parse_message_type(&format!("message focus {{ {fields} }}")).unwrap());
        let mut writer =
            SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties)).unwrap();
        for rows in self.rows.chunks(group_rows) {
            let mut group = writer.next_row_group().unwrap();
            for (index, name) in self.names.iter().enumerate() {
                let values: Vec<Option<&str>> = rows.iter().map(|row| row[index].as_deref()).collect();
                write_column(&mut group, name, types, &values);
            }
            group.close().unwrap();
        }
        writer.close().unwrap();
    }
}

fn seconds(text: &str) -> i64 {
    text.replace(' ', "T")
        .trim_end_matches('Z')
        .parse::<jiff::civil::DateTime>()
        .unwrap()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .unwrap()
        .timestamp()
        .as_second()
}

fn write_column(
    group: &mut SerializedRowGroupWriter<'_, File>,
    name: &str,
    types: Types,
    values: &[Option<&str>],
) {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let there = || values.iter().flatten();
    let is_time = name.ends_with("PeriodStart") || name.ends_with("PeriodEnd");
    let is_cost = matches!(name, "BilledCost" | "EffectiveCost");
    if types != Types::Texts && name == "Tags" {
        return write_map(group, values);
    }
    let mut column = group.next_column().unwrap().unwrap();
    if is_cost && types == Types::Decimals {
        let decimals: Vec<FixedLenByteArray> = there()
            .map(|text| {
                let mut value = text.parse::<Decimal>().unwrap();
                value.rescale(11);
                FixedLenByteArray::from(value.mantissa().to_be_bytes().to_vec())
            })
            .collect();
        column.typed::<FixedLenByteArrayType>().write_batch(&decimals, Some(&levels), None).unwrap();
    } else if is_cost && types == Types::Doubles {
        let doubles: Vec<f64> = there().map(|text| text.parse().unwrap()).collect();
        column.typed::<DoubleType>().write_batch(&doubles, None, None).unwrap();
    } else if is_time && types != Types::Texts {
        let factor = if types == Types::Decimals { 1_000_000 } else { 1_000 };
        let ticks: Vec<i64> = there().map(|text| seconds(text) * factor).collect();
        let levels = (types == Types::Decimals).then_some(levels.as_slice());
        column.typed::<Int64Type>().write_batch(&ticks, levels, None).unwrap();
    } else {
        let texts: Vec<ByteArray> = there().map(|text| ByteArray::from(*text)).collect();
        column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
    }
    column.close().unwrap();
}

/// Values that are null in the JSON are null in the map.
fn write_map(group: &mut SerializedRowGroupWriter<'_, File>, values: &[Option<&str>]) {
    let (mut keys, mut texts) = (Vec::new(), Vec::new());
    let (mut key_levels, mut text_levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        let object: serde_json::Map<String, serde_json::Value> =
            value.map(|text| serde_json::from_str(text).unwrap()).unwrap_or_default();
        if object.is_empty() {
            let level = i16::from(value.is_some());
            key_levels.push(level);
            text_levels.push(level);
            repeats.push(0);
        }
        for (index, (key, value)) in object.iter().enumerate() {
            keys.push(ByteArray::from(key.as_str()));
            texts.extend(value.as_str().map(ByteArray::from));
            key_levels.push(2);
            text_levels.push(if value.is_null() { 2 } else { 3 });
            repeats.push(i16::from(index > 0));
        }
    }
    for (values, levels) in [(keys, key_levels), (texts, text_levels)] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), Some(&repeats)).unwrap();
        column.close().unwrap();
    }
}

fn properties(codec: Codec) -> WriterProperties {
    WriterProperties::builder().set_compression(codec).build()
}

/// A text table as the writer sees it, from the good row with changes.
fn table_of(rows: &[String]) -> Table {
    Table::of_csv((header() + &rows.concat()).as_bytes())
}

#[test]
fn parquet_is_the_same_as_csv() {
    let folder = tempfile::tempdir().unwrap();
    let plain = delivery(&[excerpt()]).unwrap();
    let table = Table::of_csv(&std::fs::read(excerpt()).unwrap());
    let version_2 = |codec| {
        let builder = WriterProperties::builder().set_writer_version(WriterVersion::PARQUET_2_0);
        builder.set_compression(codec).set_data_page_size_limit(512).set_write_batch_size(16).build()
    };
    let zstd = || Codec::ZSTD(ZstdLevel::default());
    let gzip = || Codec::GZIP(GzipLevel::default());
    for (types, properties, group_rows, naive) in [
        (Types::Texts, properties(Codec::SNAPPY), 1_000, true),
        (Types::Texts, version_2(gzip()), 7, true),
        (Types::Decimals, properties(zstd()), 50, false),
        (Types::Decimals, version_2(Codec::SNAPPY), 199, false),
        (Types::Decimals, properties(gzip()), 199, false),
        (Types::Doubles, properties(Codec::UNCOMPRESSED), 64, true),
        (Types::Doubles, version_2(gzip()), 199, true),
    ] {
        let form = format!("{types:?} in groups of {group_rows}");
        let path = folder.path().join("bill.parquet");
        table.write(&path, types, properties, group_rows);
        let read = delivery(&[path]).unwrap();
        assert_eq!(read.cells, plain.cells, "{form}");
        assert_eq!(read.summary.control_totals, plain.summary.control_totals, "{form}");
        assert_eq!(read.summary.latest_day, plain.summary.latest_day, "{form}");
        let rules: Vec<&str> = read.summary.issues.iter().map(|issue| issue.rule).collect();
        assert_eq!(rules, if naive { vec!["cost/naive-time"] } else { vec![] }, "{form}");
    }
}

#[test]
fn rows_are_named_by_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bill.parquet");
    let rows = [row(&[]), row(&[("BilledCost", "NaN")]), row(&[("BilledCost", "")]), row(&[])];
    table_of(&rows).write(&path, Types::Texts, properties(Codec::SNAPPY), 2);
    let read = delivery(&[path]).unwrap();
    assert_eq!(read.billed(), amount("2.5"));
    assert_eq!(read.marks(), ["cost/not-a-number - BilledCost", "cost/missing-value - BilledCost"]);
    assert!(read.summary.issues[0].what.starts_with("Row 2: "), "{}", read.summary.issues[0].what);
}

#[test]
fn doubles_are_read_as_the_shortest_decimal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bill.parquet");
    for (written, read_as, rows) in
        [("0.1", Some("0.1"), 1), ("35.2E-7", Some("0.00000352"), 1), ("NaN", None, 0), ("inf", None, 0)]
    {
        table_of(&[row(&[("BilledCost", written)])]).write(
            &path,
            Types::Doubles,
            properties(Codec::SNAPPY),
            10,
        );
        let read = delivery(std::slice::from_ref(&path)).unwrap();
        assert_eq!(read.summary.rows_accepted, rows, "{written}");
        assert_eq!(read.cells.values().next().map(|(billed, _)| *billed), read_as.map(amount), "{written}");
    }
}

#[test]
fn tags_in_a_map_are_tags() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bill.parquet");
    let tags = [
        r#"{" org":"trey","application":"visits \"1\"","Name":"x"}"#,
        "{}",
        "",
        r#"{"environment":null,"org":"last"}"#,
    ];
    let rows = tags.map(|tags| row(&[("Tags", tags)]));
    table_of(&rows).write(&path, Types::Decimals, properties(Codec::SNAPPY), 3);
    let read = delivery(&[path]).unwrap();
    let found: Vec<String> = read.cells.keys().map(|(_, _, key)| format!("{:?}", key.tags)).collect();
    assert_eq!(
        found,
        [
            "[]",
            r#"[("application", "visits \"1\""), ("org", "trey")]"#,
            r#"[("environment", ""), ("org", "last")]"#,
        ]
    );
}

#[test]
fn parquet_without_the_needed_columns_or_types_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bill.parquet");
    let mut table = table_of(&[row(&[])]);
    table.names[0] = "Cost".to_owned();
    table.write(&path, Types::Texts, properties(Codec::SNAPPY), 10);
    let error = delivery(std::slice::from_ref(&path)).err().unwrap();
    assert!(error.to_string().contains("it has no BilledCost"), "{error}");

    for (field, message) in [
        (
            "REQUIRED FLOAT BilledCost;",
            "the column BilledCost has the type FLOAT; export it as DECIMAL, DOUBLE or text",
        ),
        ("REPEATED DOUBLE BilledCost;", "the column BilledCost has the type a list of DOUBLE"),
        ("REQUIRED INT64 ChargePeriodStart;", "has the type INT64; export it as TIMESTAMP or text"),
        ("REQUIRED BOOLEAN ServiceName;", "the column ServiceName has the type BOOLEAN; export it as text"),
        ("REPEATED BYTE_ARRAY Tags;", "export it as JSON text or a map of texts"),
    ] {
        let name = field.split(' ').next_back().unwrap().trim_end_matches(';');
        let others = COLUMNS.iter().filter(|(other, _)| *other != name);
        let fields: String = others.map(|(name, _)| Table::field_type(name, Types::Texts)).collect();
        let schema = Arc::new(parse_message_type(&format!("message focus {{ {fields} {field} }}")).unwrap());
        let file = File::create(&path).unwrap();
        SerializedFileWriter::new(file, schema, Arc::new(properties(Codec::SNAPPY)))
            .unwrap()
            .close()
            .unwrap();
        let error = delivery(std::slice::from_ref(&path)).err().unwrap().to_string();
        assert!(error.contains(message), "{error}");
    }
}

/// Cut anywhere, or with any byte changed: an error or other rows, never a crash.
#[test]
fn damaged_parquet_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let table = Table::of_csv(&std::fs::read(excerpt()).unwrap());
    let path = folder.path().join("bill.parquet");
    table.write(&path, Types::Decimals, properties(Codec::SNAPPY), 100);
    let whole = std::fs::read(&path).unwrap();
    for keep in [4, 5, 8, 100, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        let error = of_bytes(&whole[..keep]).err().unwrap();
        assert!(matches!(error, FocusError::Damaged { .. }), "{keep}: {error}");
    }
    let mut errors = 0;
    for step in 0..400 {
        let mut bytes = whole.clone();
        let position = 4 + (step * 7_919) % (bytes.len() - 12);
        bytes[position] ^= 1 << (step % 8);
        let path = written(&folder, "damaged.parquet", &bytes);
        errors += usize::from(focus::read(&[path], &options(), &mut |_| Ok(()), &|_| {}).is_err());
    }
    assert!(errors > 0);
}

/// One value of 64 MiB that packs to little.
#[test]
fn pages_that_are_too_large_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bill.parquet");
    let long = "x".repeat(64 * 1024 * 1024);
    for codec in [Codec::GZIP(GzipLevel::default()), Codec::SNAPPY, Codec::ZSTD(ZstdLevel::default())] {
        let mut table = table_of(&[row(&[])]);
        let service = table.names.iter().position(|name| name == "ServiceName").unwrap();
        table.rows[0][service] = Some(long.clone());
        table.write(&path, Types::Texts, properties(codec), 10);
        let error = delivery(std::slice::from_ref(&path)).err().unwrap();
        assert!(matches!(error, FocusError::TooLarge { .. }), "{codec:?}: {error}");
    }
}
