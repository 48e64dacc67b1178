//! Files that are no bills, broken bills, and bills made to hurt.

use std::io::Read;

use super::*;

#[test]
fn what_is_no_focus_file_is_named_and_how_to_mend_it() {
    let semicolons = header().replace(',', ";") + &row(&[]).replace(',', ";");
    let tabs = header().replace(',', "\t");
    let without = header().replace("EffectiveCost,", "").replace("ChargePeriodEnd,", "");
    let twice = header().replace("ListCost", "billedcost");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(header().encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let table: [(&[u8], &str); 17] = [
        (b"", "bill.csv is empty: export it again"),
        (b"\n\n\n", "bill.csv is empty: export it again"),
        (b"a,b,c\n1,2,3\n", "is not a FOCUS 1.0 to 1.2 file: it has no BilledCost, EffectiveCost"),
        (without.as_bytes(), "it has no EffectiveCost, ChargePeriodEnd; export the mandatory columns"),
        (twice.as_bytes(), "has the column BilledCost twice: keep one"),
        (semicolons.as_bytes(), "separates its fields by semicolons: save it as comma-separated UTF-8"),
        (tabs.as_bytes(), "separates its fields by tabs"),
        (
            b"identity/LineItemId,lineItem/UnblendedCost\n",
            "is a legacy AWS Cost and Usage Report: create a data export of the table “FOCUS 1.2",
        ),
        (
            b"line_item_unblended_cost,bill_payer_account_id\n",
            "is an AWS CUR 2.0 export without line_item_currency_code",
        ),
        (b"CostInBillingCurrency,Date\n", "Azure's own format: create a FOCUS export"),
        (b"PK\x03\x04xxxxxxxxxxxx", "is a ZIP archive: unpack it, or export as csv.gz"),
        (&utf16, "is UTF-16 text: save it as UTF-8"),
        (b"\x28\xb5\x2f\xfdxxxxxxx", "is packed by zstd"),
        (b"{\"a\":1}", "is JSON: export FOCUS as csv, csv.gz or Parquet"),
        (&packed(&packed(b"BilledCost")), "is packed twice: unpack it once with gunzip"),
        (&packed(b""), "bill.csv is empty"),
        (b"\x1f\x8b\x08", "ends in the middle (after 0 rows): the download is not complete, fetch it again"),
    ];
    for (bytes, message) in table {
        let error = of_bytes(bytes).err().unwrap().to_string();
        assert!(error.contains(message), "{error} / {message}");
    }
}

#[test]
fn a_truncated_or_damaged_gzip_is_an_error() {
    let text = std::fs::read(excerpt()).unwrap();
    let whole = packed(&text);
    for keep in [11, 100, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let error = of_bytes(&whole[..keep]).err().unwrap();
        assert!(matches!(error, FocusError::Truncated { .. }), "{keep}: {error}");
    }
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xff);
    let mut wrong_checksum = whole.clone();
    let checksum = whole.len() - 8;
    wrong_checksum[checksum] ^= 1;
    let garbage_after = [whole.as_slice(), b"garbage"].concat();
    for bytes in [damaged, wrong_checksum, garbage_after] {
        let error = of_bytes(&bytes).err().unwrap();
        assert!(matches!(error, FocusError::Damaged { .. } | FocusError::Truncated { .. }), "{error}");
    }
}

#[test]
fn a_line_over_one_mebibyte_is_left_out_and_reading_goes_on() {
    let long = row(&[("ChargeDescription", &"x".repeat(1_100_000))]);
    for (form, bad, marks) in [
        ("long", long.clone(), vec!["cost/too-long 3 -", "cost/not-a-number 5 BilledCost"]),
        (
            "at the end",
            long.trim_end().to_owned() + "\n",
            vec!["cost/too-long 3 -", "cost/not-a-number 5 BilledCost"],
        ),
        ("zeros", "\0".repeat(3_000_000) + "\n", vec!["cost/too-long 3 -", "cost/not-a-number 5 BilledCost"]),
        ("commas", ",".repeat(9_000) + "\n", vec!["cost/too-long 3 -", "cost/not-a-number 5 BilledCost"]),
    ] {
        let text = header() + &row(&[]) + &bad + &row(&[]) + &row(&[("BilledCost", "NaN")]);
        let read = of_text(&text);
        assert_eq!(read.marks(), marks, "{form}");
        assert_eq!(read.billed(), amount("2.50"), "{form}");
    }
}

/// What never comes to a row is given up, also where its size is not known: a device, a pipe, a hole.
#[test]
fn what_goes_on_without_a_row_is_given_up() {
    let error = delivery(&["/dev/zero".into()]).err().unwrap().to_string();
    assert_eq!(
        error,
        "zero is no table: its first line is longer than 1 MiB: export FOCUS as csv, csv.gz or Parquet"
    );
    let folder = tempfile::tempdir().unwrap();
    for (name, start, fill) in [("hole", header() + &row(&[]), None), ("empty lines", header(), Some(b'\n'))]
    {
        let path = written(&folder, name, start.as_bytes());
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        match fill {
            None => file.set_len(1 << 40).unwrap(),
            Some(byte) => drop(std::io::copy(&mut std::io::repeat(byte).take(65 << 20), &mut file).unwrap()),
        }
        let error = delivery(&[path]).err().unwrap().to_string();
        assert!(error.contains("64 MiB of it went by without a row: name a FOCUS file"), "{name}: {error}");
    }
}

/// Commitments of one and three years go in, also many of them; a file of nothing but five years does not
/// fill the disk.
#[test]
fn long_charges_make_no_more_than_two_million_days() {
    let charge = |number: u32, years: i16| {
        let (account, end) = (number.to_string(), format!("{}-09-18T22:00:00Z", 2024 + years));
        row(&[("SubAccountId", &account), ("ChargePeriodEnd", &end), ("Tags", "NULL")])
    };
    let good: String =
        (0..300).map(|number| charge(number % 3, 3) + &charge(number, 1) + &row(&[])).collect();
    let read = of_text(&(header() + &good));
    assert_eq!((read.summary.rows_rejected, read.summary.rows_accepted), (0, 900));
    assert_eq!(read.billed(), amount("1125"));

    let many: String = (0..1_200).map(|number| charge(number, 5)).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, "bill.csv.gz", &packed((header() + &many + &row(&[])).as_bytes()));
    let mut cells = 0;
    let mut count = |batch: Vec<ExactCell>| {
        cells += batch.len();
        Ok(())
    };
    let summary = focus::read(&[path], &options(), &mut count, &|_| {}).unwrap();
    assert_eq!((summary.rows_rejected, summary.rows_accepted), (106, 1_095), "the rest goes in");
    assert_eq!(cells, 1_094 * 1_827 + 1);
    let first = &summary.issues[0];
    assert_eq!(mark(first), "cost/too-many-days 1096 ChargePeriodEnd");
    assert!(first.what.contains("lasts 1827 days"), "{}", first.what);
    assert!(first.mend.contains("split the file"), "{}", first.mend);
}

/// It costs the rows up to 1 MiB further, not the whole file, and is told with its first line.
#[test]
fn a_quotation_mark_that_is_never_closed_is_contained() {
    let plain = row(&[("Tags", "NULL"), ("InvoiceIssuerName", "AWS")]).replace('"', "");
    let never_closed = plain.replace("an hour", "\"an hour");
    let read = of_text(&(header() + &plain + &never_closed + &plain));
    assert_eq!(read.marks(), ["cost/columns 3 -"]);
    assert!(read.summary.issues[0].what.contains("from line 3 to 4"), "{}", read.summary.issues[0].what);
    let many = 2 * (1 << 20) / plain.len();
    let read = of_text(&(header() + &never_closed + &plain.repeat(many)));
    assert_eq!(read.marks(), ["cost/too-long 2 -"]);
    let accepted = usize::try_from(read.summary.rows_accepted).unwrap();
    assert!(accepted + 1 >= many / 2 && accepted < many, "{accepted} of {many}");
    let told = &read.summary.issues[0].what;
    assert!(told.contains(&format!("at line {}.", many + 2 - accepted + 1)), "{told}, {many}, {accepted}");
}

#[test]
fn broken_encodings_cost_their_row_only() {
    let mut text =
        (header() + &row(&[("ServiceName", "@")]) + &row(&[("ChargeDescription", "@")])).into_bytes();
    for byte in &mut text {
        if *byte == b'@' {
            *byte = 0xe9;
        }
    }
    let read = of_bytes(&text).unwrap();
    assert_eq!(read.marks(), ["cost/encoding 2 ServiceName"]);
    assert_eq!(read.summary.rows_accepted, 1);
}

#[test]
fn a_file_cut_off_in_a_row_says_so() {
    let text = header() + &row(&[]) + &row(&[])[..60];
    let read = of_text(&text);
    assert_eq!(read.marks(), ["cost/columns 3 -"]);
}

#[test]
fn of_many_issues_the_first_thousand_are_kept_and_all_are_counted() {
    let read =
        of_text(&(header() + &row(&[("BilledCost", "NaN")]).repeat(1_500) + &row(&[("BilledCost", "")])));
    let counts: Vec<(&str, u64)> =
        read.summary.issue_counts.iter().map(|count| (count.rule, count.count)).collect();
    assert_eq!(counts, [("cost/missing-value", 1), ("cost/not-a-number", 1_500)]);
    assert_eq!((read.summary.issues.len(), read.summary.issues_total), (1_001, 1_501));
}

#[test]
fn more_scopes_than_can_be_real_are_an_error() {
    let rows: String = (0..5_000).map(|n| row(&[("BillingAccountId", &format!("account {n}"))])).collect();
    assert!(matches!(of_bytes((header() + &rows).as_bytes()), Err(FocusError::TooManyScopes { .. })));
}

#[test]
fn a_sum_beyond_what_can_be_kept_is_an_error() {
    let rows = row(&[("BilledCost", "6000000000000")]).repeat(2);
    let error = of_bytes((header() + &rows).as_bytes()).err().unwrap();
    assert!(matches!(error, FocusError::SumTooLarge { .. }), "{error}");
}

/// 320 MiB of one byte behind a good row, in lines of 2 MiB: refused by its ratio.
#[test]
fn a_bomb_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.csv.gz");
    let mut encoder = GzEncoder::new(std::fs::File::create(&path).unwrap(), Compression::best());
    encoder.write_all((header() + &row(&[])).as_bytes()).unwrap();
    for _ in 0..160 {
        std::io::copy(&mut std::io::repeat(0).take(2 << 20), &mut encoder).unwrap();
        encoder.write_all(b"\n").unwrap();
    }
    encoder.finish().unwrap();
    let error = delivery(&[path]).err().unwrap();
    assert!(matches!(error, FocusError::Bomb { .. }), "{error}");
}

/// Resources in the column of services: memory and pages stay bounded, and no cost is lost.
#[test]
fn services_beyond_ten_thousand_go_in_as_one() {
    let rows: String =
        (0..10_003).map(|n| row(&[("ServiceName", &format!("i-{n}")), ("Tags", "NULL")])).collect();
    let read = of_text(&(header() + &rows + &row(&[("ServiceName", "i-7"), ("Tags", "NULL")])));
    assert_eq!((read.summary.rows_rejected, read.billed()), (0, amount("12505")));
    assert_eq!(
        read.marks(),
        [10_002, 10_003, 10_004].map(|line| format!("cost/too-many-services {line} ServiceName"))
    );
    let of = |name: &str| -> Decimal {
        read.cells.iter().filter(|((.., key), _)| key.service == name).map(|(_, (billed, _))| billed).sum()
    };
    assert_eq!((of("Further services"), of("i-7")), (amount("3.75"), amount("2.50")));
}

/// Every row its own cell: the table is handed out in parts that add up.
#[test]
fn more_cells_than_the_table_holds_come_in_parts() {
    let rows: String =
        (0..60_000).map(|n| row(&[("SubAccountId", &format!("{}", n % 55_000)), ("Tags", "NULL")])).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, "bill.csv", (header() + &rows).as_bytes());
    let (mut largest, mut cells) = (0, 0);
    let mut count = |batch: Vec<ExactCell>| {
        largest = largest.max(batch.len());
        cells += batch.len();
        Ok(())
    };
    focus::read(std::slice::from_ref(&path), &options(), &mut count, &|_| {}).unwrap();
    assert!(largest <= 50_000 && cells == 60_000, "{largest} {cells}");
    let read = delivery(&[path]).unwrap();
    assert_eq!((read.cells.len(), read.billed()), (55_000, amount("75000")));
}

/// Bytes changed, doubled and cut out anywhere: every row is accounted for, and nothing crashes.
#[test]
fn changed_bytes_never_crash() {
    let whole = std::fs::read(excerpt()).unwrap();
    let header_end = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for step in 0..300_usize {
        let mut bytes = whole[..20_000].to_vec();
        for change in 0..20 {
            let position = header_end + (step * 7_919 + change * 104_729) % (bytes.len() - header_end);
            match (step + change) % 4 {
                0 => bytes[position] = b'"',
                1 => bytes[position] ^= 0x81,
                2 => bytes.insert(position, b",\n\r\0-"[change % 5]),
                _ => drop(bytes.remove(position)),
            }
        }
        let read = of_bytes(&bytes).unwrap();
        assert!(read.summary.rows_read > 0);
    }
}
