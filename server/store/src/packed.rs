//! Many small records in one value: weeks and months of cost, days of resources, counts of an objective.
//!
//! A database spends far more on handing a column over than on keeping it, so what pages read by the
//! thousand is kept as bytes beside the facts it is made of, and made again with them.
//!
//! The bytes: a version; eight bytes of [`checksum`] over the rest; how many records; the records. Integers
//! are varints of seven bits a byte, the lowest first, signed ones zig-zag; a text is its length and UTF-8.
//! Most numbers are written as what they differ by from a neighbour: small, and often nothing.

use std::collections::HashSet;
use std::sync::Arc;

use domain::cost::{Amounts, OwnerMonth, OwnerWeek};
use domain::objective::SliBucket;
use domain::period::Period;
use domain::product::Environment;
use domain::rate::Month;
use domain::resource::ResourceDays;
use domain::week::IsoWeek;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::{StoreError, text};

/// The first byte; another one is a layout that this program does not know.
const VERSION: u8 = 1;

/// Bytes before the number of records.
const HEAD: usize = 9;

/// The fewest bytes that a week takes, so that a number of records can be believed.
const WEEK_BYTES: usize = 15;

/// The fewest bytes that a month of a product takes.
const MONTH_BYTES: usize = 8;

/// The fewest bytes that a count takes.
const BUCKET_BYTES: usize = 6;

/// The fewest bytes that a resource takes.
const RESOURCE_BYTES: usize = 2;

/// Which texts of a week differ from those of the week before it, bit by bit.
const SOURCE: u8 = 1;
const CURRENCY: u8 = 2;
const OWNER: u8 = 4;
const ENVIRONMENT: u8 = 8;
const SERVICE: u8 = 16;
const ALL_TEXTS: u8 = SOURCE | CURRENCY | OWNER | ENVIRONMENT | SERVICE;

/// Packs amounts of one week in the order given; which week it is stands beside them.
pub(crate) fn weeks_write(weeks: &[OwnerWeek]) -> Vec<u8> {
    let mut writer = Writer::new(weeks.len());
    let mut before: Option<&OwnerWeek> = None;
    for week in weeks {
        let changed = before.map_or(ALL_TEXTS, |before| texts_changed(before, week));
        writer.bytes.push(changed);
        if changed & SOURCE != 0 {
            writer.text(&week.source);
        }
        if changed & CURRENCY != 0 {
            writer.text(week.currency.code());
        }
        if changed & OWNER != 0 {
            let (kind, name) = text::owner_words(&week.owner);
            writer.text(kind);
            writer.text(name);
        }
        if changed & ENVIRONMENT != 0 {
            writer.text(week.environment.as_str());
        }
        if changed & SERVICE != 0 {
            writer.text(&week.service);
        }
        for day in &week.days {
            writer.signed(day.billed);
            writer.signed(day.effective.wrapping_sub(day.billed));
        }
        before = Some(week);
    }
    writer.finish()
}

fn texts_changed(before: &OwnerWeek, week: &OwnerWeek) -> u8 {
    let flag = |changed: bool, flag: u8| if changed { flag } else { 0 };
    flag(before.source != week.source, SOURCE)
        | flag(before.currency != week.currency, CURRENCY)
        | flag(before.owner != week.owner, OWNER)
        | flag(before.environment != week.environment, ENVIRONMENT)
        | flag(before.service != week.service, SERVICE)
}

/// The texts of one answer, each kept once.
#[derive(Default)]
pub(crate) struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// Adds what [`weeks_write`] packed for this week.
///
/// # Errors
/// [`StoreError::Corrupt`] when a byte is not what was written.
pub(crate) fn weeks_read(
    week: IsoWeek,
    packed: &[u8],
    texts: &mut Texts,
    weeks: &mut Vec<OwnerWeek>,
) -> Result<(), StoreError> {
    weeks_unpack(week, packed, texts, weeks)
        .ok_or_else(|| StoreError::corrupt(format!("the packed costs of {week} are damaged")))
}

fn weeks_unpack(week: IsoWeek, packed: &[u8], texts: &mut Texts, weeks: &mut Vec<OwnerWeek>) -> Option<()> {
    let (mut reader, count) = Reader::open(packed, WEEK_BYTES)?;
    weeks.reserve(count);
    let (mut source, mut service) = (texts.share(""), texts.share(""));
    let (mut currency, mut owner, mut environment) = (None, None, None::<Environment>);
    for _ in 0..count {
        let changed = reader.byte()?;
        if changed & !ALL_TEXTS != 0 {
            return None;
        }
        if changed & SOURCE != 0 {
            source = texts.share(reader.text()?);
        }
        if changed & CURRENCY != 0 {
            currency = Some(text::currency(reader.text()?).ok()?);
        }
        if changed & OWNER != 0 {
            owner = Some(text::owner(reader.text()?, reader.text()?).ok()?);
        }
        if changed & ENVIRONMENT != 0 {
            environment = Some(reader.text()?.parse().ok()?);
        }
        if changed & SERVICE != 0 {
            service = texts.share(reader.text()?);
        }
        let mut days = [Amounts::default(); 7];
        for day in &mut days {
            let billed = reader.signed()?;
            *day = Amounts { billed, effective: billed.wrapping_add(reader.signed()?) };
        }
        weeks.push(OwnerWeek {
            week,
            source: Arc::clone(&source),
            currency: currency?,
            owner: owner.clone()?,
            environment: environment?,
            service: Arc::clone(&service),
            days,
        });
    }
    reader.bytes.is_empty().then_some(())
}

/// Packs sums of one month in the order given; which month it is stands beside them.
pub(crate) fn months_write<'a>(months: impl ExactSizeIterator<Item = &'a OwnerMonth>) -> Vec<u8> {
    let mut writer = Writer::new(months.len());
    for month in months {
        writer.text(month.currency.code());
        writer.text(month.product.as_str());
        writer.signed(month.amounts.billed);
        writer.signed(month.amounts.effective.wrapping_sub(month.amounts.billed));
    }
    writer.finish()
}

/// Adds what [`months_write`] packed for this month.
///
/// # Errors
/// [`StoreError::Corrupt`] when a byte is not what was written.
pub(crate) fn months_read(
    month: Month,
    packed: &[u8],
    months: &mut Vec<OwnerMonth>,
) -> Result<(), StoreError> {
    months_unpack(month, packed, months)
        .ok_or_else(|| StoreError::corrupt(format!("the packed costs of {month} are damaged")))
}

fn months_unpack(month: Month, packed: &[u8], months: &mut Vec<OwnerMonth>) -> Option<()> {
    let (mut reader, count) = Reader::open(packed, MONTH_BYTES)?;
    months.reserve(count);
    for _ in 0..count {
        let currency = text::currency(reader.text()?).ok()?;
        let product = reader.text()?.parse().ok()?;
        let billed = reader.signed()?;
        let amounts = Amounts { billed, effective: billed.wrapping_add(reader.signed()?) };
        months.push(OwnerMonth { month, currency, product, amounts });
    }
    reader.bytes.is_empty().then_some(())
}

/// The number of a UTC day: days since 1970-01-01.
fn day_number(day: Date) -> i64 {
    day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The UTC day of a number; `None` beyond the calendar.
fn day_of(number: i64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(SignedDuration::from_hours(number.checked_mul(24)?)).ok()
}

/// Packs resources in the order given; the key that names them stands beside them.
pub(crate) fn resources_write(resources: &[ResourceDays]) -> Vec<u8> {
    let mut writer = Writer::new(resources.len());
    for resource in resources {
        writer.text(&resource.id);
        writer.unsigned(resource.days.len() as u64);
        let (mut day_before, mut before) = (0_i64, Amounts::default());
        for (day, amounts) in &resource.days {
            let day = day_number(*day);
            writer.signed(day.wrapping_sub(day_before));
            writer.signed(amounts.billed.wrapping_sub(before.billed));
            writer.signed(amounts.effective.wrapping_sub(amounts.billed));
            (day_before, before) = (day, *amounts);
        }
    }
    writer.finish()
}

/// What [`resources_write`] packed.
///
/// # Errors
/// [`StoreError::Corrupt`] when a byte is not what was written.
pub(crate) fn resources_read(packed: &[u8]) -> Result<Vec<ResourceDays>, StoreError> {
    resources_unpack(packed).ok_or_else(|| StoreError::corrupt("packed resources are damaged"))
}

fn resources_unpack(packed: &[u8]) -> Option<Vec<ResourceDays>> {
    let (mut reader, count) = Reader::open(packed, RESOURCE_BYTES)?;
    let mut resources = Vec::with_capacity(count);
    for _ in 0..count {
        let id = reader.text()?.to_owned();
        let count = usize::try_from(reader.unsigned()?).ok()?;
        if count > reader.bytes.len() / 3 {
            return None;
        }
        let mut days = Vec::with_capacity(count);
        let (mut day, mut billed) = (0_i64, 0_i64);
        for _ in 0..count {
            day = day.wrapping_add(reader.signed()?);
            billed = billed.wrapping_add(reader.signed()?);
            let effective = billed.wrapping_add(reader.signed()?);
            days.push((day_of(day)?, Amounts { billed, effective }));
        }
        resources.push(ResourceDays { id, days });
    }
    reader.bytes.is_empty().then_some(resources)
}

/// Packs counts in the order given; whose they are stands beside them.
pub(crate) fn buckets_write(buckets: &[SliBucket]) -> Vec<u8> {
    let mut writer = Writer::new(buckets.len());
    let (mut end_before, mut length_before) = (0_i64, 0_i64);
    for bucket in buckets {
        let (start, end) = (bucket.period.start.as_microsecond(), bucket.period.end.as_microsecond());
        let length = end.wrapping_sub(start);
        writer.signed(start.wrapping_sub(end_before));
        writer.signed(length.wrapping_sub(length_before));
        writer.signed(bucket.good);
        writer.signed(bucket.total.wrapping_sub(bucket.good));
        writer.signed(bucket.samples_seen);
        writer.signed(bucket.samples_expected.wrapping_sub(bucket.samples_seen));
        (end_before, length_before) = (end, length);
    }
    writer.finish()
}

/// Adds what [`buckets_write`] packed for this objective.
///
/// # Errors
/// [`StoreError::Corrupt`] when a byte is not what was written.
pub(crate) fn buckets_read(
    objective: &str,
    packed: &[u8],
    buckets: &mut Vec<SliBucket>,
) -> Result<(), StoreError> {
    buckets_unpack(objective, packed, buckets)
        .ok_or_else(|| StoreError::corrupt(format!("the packed counts of {objective} are damaged")))
}

fn buckets_unpack(objective: &str, packed: &[u8], buckets: &mut Vec<SliBucket>) -> Option<()> {
    let (mut reader, count) = Reader::open(packed, BUCKET_BYTES)?;
    buckets.reserve(count);
    let objective: Arc<str> = objective.into();
    let (mut end, mut length) = (0_i64, 0_i64);
    for _ in 0..count {
        let start = end.wrapping_add(reader.signed()?);
        length = length.wrapping_add(reader.signed()?);
        end = start.wrapping_add(length);
        let good = reader.signed()?;
        let total = good.wrapping_add(reader.signed()?);
        let samples_seen = reader.signed()?;
        let samples_expected = samples_seen.wrapping_add(reader.signed()?);
        let period = Period {
            start: Timestamp::from_microsecond(start).ok()?,
            end: Timestamp::from_microsecond(end).ok()?,
        };
        let objective = Arc::clone(&objective);
        buckets.push(SliBucket { objective, period, good, total, samples_seen, samples_expected });
    }
    reader.bytes.is_empty().then_some(())
}

/// A number that every change of a single byte changes: each step is reversible, so two different words
/// never lead to the same number.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(bytes.len() as u64, |hash, word| step(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)))
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn new(count: usize) -> Self {
        let mut writer = Self { bytes: vec![0; HEAD] };
        writer.unsigned(count as u64);
        writer
    }

    fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.unsigned(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn finish(mut self) -> Vec<u8> {
        if let Some((head, body)) = self.bytes.split_first_chunk_mut::<HEAD>() {
            let sum = checksum(body).to_le_bytes();
            *head = [VERSION, sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7]];
        }
        self.bytes
    }
}

/// What is left to read; `None` wherever it is not what a [`Writer`] writes.
struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    /// The reader of the records and how many there are.
    fn open(packed: &'b [u8], least: usize) -> Option<(Self, usize)> {
        let (version, rest) = packed.split_first()?;
        let (sum, body) = rest.split_first_chunk::<8>()?;
        if *version != VERSION || u64::from_le_bytes(*sum) != checksum(body) {
            return None;
        }
        let mut reader = Self { bytes: body };
        let count = usize::try_from(reader.unsigned()?).ok()?;
        (count <= reader.bytes.len() / least).then_some((reader, count))
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0, 0);
        for (position, byte) in self.bytes.iter().enumerate() {
            value |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                self.bytes = &self.bytes[position + 1..];
                return (shift < 63 || *byte <= 1).then_some(value);
            }
            shift += 7;
            if shift > 63 {
                return None;
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn text(&mut self) -> Option<&'b str> {
        let length = usize::try_from(self.unsigned()?).ok()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use domain::cost::Owner;
    use proptest::prelude::*;

    use super::*;

    fn amount() -> impl Strategy<Value = i64> {
        prop_oneof![Just(0), -2_000_000_000_000..2_000_000_000_000_i64, any::<i64>()]
    }

    fn owner() -> impl Strategy<Value = Owner> {
        prop_oneof![
            Just(Owner::Unallocated),
            "[a-c]{1,3}".prop_map(|slug| Owner::Product(slug.parse().unwrap())),
            any::<String>().prop_map(Owner::Shared),
        ]
    }

    fn week() -> IsoWeek {
        "2026-W47".parse().unwrap()
    }

    prop_compose! {
        fn owner_week()(
            source in "[ab]",
            currency in prop_oneof![Just("USD"), Just("JPY")],
            owner in owner(),
            environment in prop::sample::select(Environment::ALL.to_vec()),
            service in prop_oneof![Just(String::new()), any::<String>()],
            days in prop::array::uniform7((amount(), amount())),
        ) -> OwnerWeek {
            let currency = currency.parse().unwrap();
            let days = days.map(|(billed, effective)| Amounts { billed, effective });
            let (source, service) = (source.into(), service.into());
            OwnerWeek { week: week(), source, currency, owner, environment, service, days }
        }
    }

    prop_compose! {
        fn bucket()(
            start in -200_000_000_000_000_000..200_000_000_000_000_000_i64,
            length in prop_oneof![Just(86_400_000_000_i64), 0..50_000_000_000_000_000_i64],
            counts in prop::array::uniform4(amount()),
        ) -> SliBucket {
            let instant = |micros| Timestamp::from_microsecond(micros).unwrap();
            let [good, total, samples_seen, samples_expected] = counts;
            let period = Period { start: instant(start), end: instant(start + length) };
            SliBucket { objective: "o".into(), period, good, total, samples_seen, samples_expected }
        }
    }

    fn unpacked(packed: &[u8]) -> Option<Vec<OwnerWeek>> {
        let mut weeks = Vec::new();
        weeks_read(week(), packed, &mut Texts::default(), &mut weeks).ok().map(|()| weeks)
    }

    proptest! {
        #[test]
        fn weeks_come_back(weeks in prop::collection::vec(owner_week(), 0..20)) {
            prop_assert_eq!(unpacked(&weeks_write(&weeks)), Some(weeks));
        }

        #[test]
        fn resources_come_back(
            resources in prop::collection::vec(
                (any::<String>(), prop::collection::vec((-90_000..90_000_i64, (amount(), amount())), 0..9)),
                0..9,
            ),
        ) {
            let day = |(day, (billed, effective))| (day_of(day).unwrap(), Amounts { billed, effective });
            let resources: Vec<ResourceDays> = resources
                .into_iter()
                .map(|(id, days)| ResourceDays { id, days: days.into_iter().map(day).collect() })
                .collect();
            prop_assert_eq!(resources_read(&resources_write(&resources)).unwrap(), resources);
        }

        #[test]
        fn counts_come_back(buckets in prop::collection::vec(bucket(), 0..20)) {
            let mut read = Vec::new();
            buckets_read("o", &buckets_write(&buckets), &mut read).unwrap();
            prop_assert_eq!(read, buckets);
        }

        #[test]
        fn months_come_back(sums in prop::collection::vec(("[a-c]{1,3}", (amount(), amount())), 0..20)) {
            let month = Month::containing(week().monday());
            let month_of = |(product, (billed, effective)): (String, (i64, i64))| OwnerMonth {
                month,
                currency: "USD".parse().unwrap(),
                product: product.parse().unwrap(),
                amounts: Amounts { billed, effective },
            };
            let months: Vec<OwnerMonth> = sums.into_iter().map(month_of).collect();
            let mut read = Vec::new();
            months_read(month, &months_write(months.iter()), &mut read).unwrap();
            prop_assert_eq!(read, months);
        }

        /// Every single changed byte, everything cut off and everything added.
        #[test]
        fn damage_is_refused(
            weeks in prop::collection::vec(owner_week(), 0..6),
            at in any::<prop::sample::Index>(),
            change in 1..=u8::MAX,
        ) {
            let mut packed = weeks_write(&weeks);
            let at = at.index(packed.len());
            prop_assert_eq!(unpacked(&packed[..at]), None);
            packed[at] ^= change;
            prop_assert_eq!(unpacked(&packed), None);
            packed[at] ^= change;
            packed.push(change);
            prop_assert_eq!(unpacked(&packed), None);
        }

        /// Bytes nobody wrote, under a checksum that is right: refused or read, nothing else.
        #[test]
        fn nonsense_ends(body in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut writer = Writer { bytes: vec![0; HEAD] };
            writer.bytes.extend(body);
            let packed = writer.finish();
            let _ = unpacked(&packed);
            let _ = buckets_read("o", &packed, &mut Vec::new());
            let _ = months_read(Month::containing(week().monday()), &packed, &mut Vec::new());
        }
    }

    #[test]
    fn a_day_is_a_few_bytes() {
        let days = [Amounts { billed: 12_345_678, effective: 12_345_678 }; 7];
        let one = |service: &str| OwnerWeek {
            week: week(),
            source: "focus".into(),
            currency: "USD".parse().unwrap(),
            owner: Owner::Unallocated,
            environment: Environment::Production,
            service: service.into(),
            days,
        };
        let (first, both) = (weeks_write(&[one("a")]).len(), weeks_write(&[one("a"), one("b")]).len());
        assert_eq!(both - first, 1 + 2 + 7 * (4 + 1), "texts that stay the same take no room");
    }
}
