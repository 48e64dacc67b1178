//! The FOCUS 1.0 sample: space-separated times, literal NULL, an extra column, three providers.

use super::*;

#[test]
fn the_sample_goes_in_whole() {
    let read = delivery(&[excerpt()]).unwrap();
    assert_eq!((read.summary.rows_read, read.summary.rows_rejected), (199, 0));
    let totals: Vec<(&str, String, u64, Decimal, Decimal)> = read
        .summary
        .control_totals
        .iter()
        .map(|total| {
            let scope = &total.scope;
            assert_eq!(scope.currency.code(), "USD");
            let start = scope.period_start.to_string();
            (scope.billing_account.as_str(), start, total.rows, total.billed, total.effective)
        })
        .collect();
    let expected = [
        (
            "/providers/Microsoft.Billing/billingAccounts/8611537",
            "2024-09-01",
            51,
            "1.97651418586",
            "1.97651418586",
        ),
        ("1234567890123", "2024-09-01", 141, "-1.50623842460", "-3"),
        ("20209880", "2024-09-01", 6, "0.29707392473", "0"),
        ("20209880", "2024-10-01", 1, "0.24", "0"),
    ];
    let expected = expected.map(|(account, start, rows, billed, effective)| {
        (account, start.to_owned(), rows, amount(billed), amount(effective))
    });
    assert_eq!(totals, expected);
    assert_eq!(read.billed(), amount("1.00734968599"));
    assert_eq!(read.marks(), ["cost/naive-time 2 ChargePeriodStart"]);
    assert_eq!(read.summary.files, ["focus_1_0_excerpt.csv"]);
}

#[test]
fn the_same_rows_are_the_same_cells_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read(excerpt()).unwrap();
    let plain = delivery(&[excerpt()]).unwrap();
    let crlf = String::from_utf8(text.clone()).unwrap().replace('\n', "\r\n");
    let with_mark = [b"\xef\xbb\xbf".as_slice(), &text].concat();
    let middle = text.len() / 2;
    let middle = middle + text[middle..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let first_line = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let second_half = [&text[..first_line], &text[middle..]].concat();
    let members = [packed(&text[..middle]), packed(&text[middle..])].concat();
    let forms: [(&str, Vec<PathBuf>); 6] = [
        ("csv.gz", vec![written(&folder, "packed.csv.gz", &packed(&text))]),
        ("csv.gz without the ending", vec![written(&folder, "packed.csv", &packed(&text))]),
        ("csv.gz of two members", vec![written(&folder, "members.csv.gz", &members)]),
        ("CR LF", vec![written(&folder, "crlf.csv", crlf.as_bytes())]),
        ("byte order mark", vec![written(&folder, "mark.csv", &with_mark)]),
        (
            "two files",
            vec![
                written(&folder, "first.csv", &text[..middle]),
                written(&folder, "second.csv.gz", &packed(&second_half)),
            ],
        ),
    ];
    for (form, paths) in forms {
        let read = delivery(&paths).unwrap();
        assert_eq!(read.cells, plain.cells, "{form}");
        assert_eq!(read.summary.control_totals, plain.summary.control_totals, "{form}");
    }
}

#[test]
fn progress_ends_with_all_rows_and_bytes() {
    let seen = std::cell::RefCell::new(Vec::new());
    let path = excerpt();
    let size = std::fs::metadata(&path).unwrap().len();
    focus::read(&[path], &options(), &mut |_| Ok(()), &|progress| seen.borrow_mut().push(progress)).unwrap();
    let seen = seen.into_inner();
    let last = seen.last().unwrap();
    assert_eq!((last.rows, last.bytes_read, last.bytes_total), (199, size, size));
    assert!(
        seen.windows(2).all(|pair| pair[0].rows <= pair[1].rows && pair[0].bytes_read <= pair[1].bytes_read)
    );
}

#[test]
fn cells_come_sorted() {
    let mut batches = Vec::new();
    focus::read(
        &[excerpt()],
        &options(),
        &mut |batch| {
            batches.push(batch);
            Ok(())
        },
        &|_| {},
    )
    .unwrap();
    let places: Vec<_> =
        batches.iter().flatten().map(|cell| (&cell.scope, cell.day, &cell.key.sub_account)).collect();
    assert!(places.is_sorted());
}
