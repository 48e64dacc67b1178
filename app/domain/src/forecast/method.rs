//! How the coming days are expected to cost, from the days before them.

use super::history::History;

/// A way to forecast. Which one a series gets is decided by its own past (see [`super::choose`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The median of the last 14 days without their weekdays, times the weekday's factor of 56 days,
    /// carried on by the growth that both of the last two fortnights have in common.
    #[default]
    Trend,
    /// The same without growth.
    Level,
    /// The newest day of the same weekday.
    SameWeekday,
}

impl Method {
    /// All of them; on a tie the earlier one is taken.
    pub const ALL: [Self; 3] = [Self::Trend, Self::Level, Self::SameWeekday];

    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Trend => "trend",
            Self::SameWeekday => "same-weekday",
        }
    }
}

/// Weeks that weekday factors are taken from.
const FACTOR_WEEKS: usize = 8;
/// Parts that weekday factors are reckoned in.
const WHOLE: i128 = 1_000_000_000;
/// Days that the level is taken from.
const LEVEL_DAYS: usize = 14;

/// What each kind of day is expected to cost after a number of known days.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    known: usize,
    /// By weekday, in micro-units.
    days: [i64; 7],
    /// What a fortnight adds, by weekday, in micro-units.
    growth: [i64; 7],
    /// What the first of a month costs more.
    excess: i64,
}

impl Profile {
    /// Learns from the days at `floor..known`; `None` with less than two weeks that are not the first of
    /// a month, or when a number is too large.
    pub(crate) fn new(history: &History, floor: usize, known: usize, method: Method) -> Option<Self> {
        let known = known.min(history.len());
        if known < floor + LEVEL_DAYS {
            return None;
        }
        let mut profile = Self { known, days: [0; 7], growth: [0; 7], excess: 0 };
        if method == Method::SameWeekday {
            profile.days = newest(history, floor, known)?;
            return Some(profile);
        }
        let factors = factors(history, floor, known);
        let levels = Levels::new(history, floor, known, &factors, method == Method::Trend)?;
        for (weekday, (same, all)) in factors.into_iter().enumerate() {
            let per_day = |level: i128| rounded(level.checked_mul(same)?, 2 * all);
            profile.days[weekday] = i64::try_from(per_day(levels.last)?).ok()?;
            profile.growth[weekday] = i64::try_from(per_day(levels.growth)?).ok()?;
        }
        Some(profile)
    }

    /// What each method of [`Method::ALL`] learns from the same days; a level is a trend without growth.
    pub(crate) fn of_all(history: &History, floor: usize, known: usize) -> Option<[Self; 3]> {
        let trend = Self::new(history, floor, known, Method::Trend)?;
        let newest = Self::new(history, floor, known, Method::SameWeekday)?;
        Some([trend, Self { growth: [0; 7], ..trend }, newest])
    }

    /// Also expects the fees of a month's first day.
    pub(crate) fn with_month_opening(mut self, history: &History) -> Self {
        self.excess = month_opening(history, self.known).unwrap_or(0);
        self
    }

    /// What the day at a position is expected to cost; its position may lie before the known days' end.
    pub(crate) fn expected(&self, history: &History, position: usize) -> i64 {
        let kind = history.kind(position);
        let weekday = usize::from(kind.weekday);
        let plain = self.days.get(weekday).copied().unwrap_or(0);
        let growth = self.growth.get(weekday).copied().unwrap_or(0);
        let plain = if growth == 0 { plain } else { self.grown(plain, growth, position) };
        if kind.opens_month { plain.saturating_add(self.excess) } else { plain }
    }

    /// What a plain day of a weekday is expected to cost, 0 being Monday; without growth.
    pub(crate) fn of_weekday(&self, weekday: usize) -> i64 {
        self.days.get(weekday).copied().unwrap_or(0)
    }

    /// The level stands for the middle of its fortnight, 7½ days before the first unknown day. Growth never
    /// turns a cost into income.
    fn grown(&self, plain: i64, growth: i64, position: usize) -> i64 {
        let half_days = 2 * (position as i128 - self.known as i128) + 15;
        let added = rounded(i128::from(growth) * half_days, 2 * LEVEL_DAYS as i128).unwrap_or(0);
        let sum = i128::from(plain) + added;
        let sum = if plain >= 0 { sum.max(0) } else { sum };
        i64::try_from(sum).unwrap_or(plain)
    }
}

/// What the first of a month costs above its weekday: the median over the last three months, at least
/// nothing, against the same weekday of the 28 days before (reference/cost.md 4.4, step 2). `None` where
/// no first of a month has such days before it.
pub(crate) fn month_opening(history: &History, known: usize) -> Option<i64> {
    let amounts = history.amounts();
    let openings = (0..known.min(history.len())).rev().filter(|position| history.kind(*position).opens_month);
    let mut excesses = Vec::with_capacity(3);
    for opening in openings.take(3) {
        let weekday = history.kind(opening).weekday;
        let before = opening.saturating_sub(28)..opening;
        let same = before.filter(|position| {
            let kind = history.kind(*position);
            kind.weekday == weekday && !kind.opens_month
        });
        let usual = twice_median(&mut same.map(|position| i128::from(amounts[position])).collect::<Vec<_>>());
        excesses.extend(usual.map(|usual| 2 * i128::from(amounts[opening]) - usual));
    }
    let twice_twice = twice_median(&mut excesses)?.max(0);
    i64::try_from(twice_twice / 4).ok()
}

/// The last level and what a fortnight adds to it, both doubled.
struct Levels {
    last: i128,
    growth: i128,
}

impl Levels {
    fn new(
        history: &History,
        floor: usize,
        known: usize,
        factors: &[(i128, i128); 7],
        with_growth: bool,
    ) -> Option<Self> {
        let wanted = if with_growth { 3 * LEVEL_DAYS } else { LEVEL_DAYS };
        let mut plain = Vec::with_capacity(wanted);
        for position in (floor..known).rev() {
            let kind = history.kind(position);
            let (same, all) = factors[usize::from(kind.weekday)];
            if kind.opens_month || same == 0 {
                continue;
            }
            let amount = i128::from(history.amounts()[position]);
            plain.push(rounded(amount.checked_mul(all)?, same)?);
            if plain.len() == wanted {
                break;
            }
        }
        let complete = plain.len() == wanted;
        let mut fortnights = plain.chunks_mut(LEVEL_DAYS).map(twice_median);
        let last = fortnights.next()??;
        let growth = match (fortnights.next().flatten(), fortnights.next().flatten()) {
            (Some(before), Some(first)) if complete => {
                common(last.checked_sub(before)?, before.checked_sub(first)?)
            }
            _ => 0,
        };
        Some(Self { last, growth })
    }
}

/// What two changes have in common: the smaller one of two in the same direction, else nothing. A single
/// jump therefore is no trend.
fn common(one: i128, other: i128) -> i128 {
    if one.signum() == other.signum() { one.signum() * one.abs().min(other.abs()) } else { 0 }
}

/// For each weekday its factor as a fraction: the median of what that weekday cost of the middle day of
/// its own week, over the last eight weeks without first days of months; 1/1 where there is none. Each
/// week is its own measure, so that a level that has shifted does not bend the weekdays for two months.
fn factors(history: &History, floor: usize, known: usize) -> [(i128, i128); 7] {
    let amounts = history.amounts();
    let mut shares: [Vec<i128>; 7] = std::array::from_fn(|_| Vec::with_capacity(12));
    let ends = std::iter::successors(Some(known), |end| end.checked_sub(7));
    for end in ends.take(FACTOR_WEEKS).take_while(|end| *end >= floor + 7) {
        let week = end - 7..end;
        let mut sorted: [i64; 7] = std::array::from_fn(|day| amounts[week.start + day]);
        sorted.sort_unstable();
        let middle = i128::from(sorted[3]);
        if middle <= 0 {
            continue;
        }
        for position in week {
            let kind = history.kind(position);
            if !kind.opens_month {
                shares[usize::from(kind.weekday)].push(i128::from(amounts[position]) * WHOLE / middle);
            }
        }
    }
    shares.map(|mut shares| twice_median(&mut shares).map_or((1, 1), |share| (share, 2 * WHOLE)))
}

/// The newest amount of each weekday, the first of a month left out; a weekday that is not there costs
/// what a day costs in the middle.
fn newest(history: &History, floor: usize, known: usize) -> Option<[i64; 7]> {
    let mut found: [Option<i64>; 7] = [None; 7];
    let mut every = Vec::with_capacity(14);
    for position in (floor.max(known.saturating_sub(7 * FACTOR_WEEKS))..known).rev() {
        let kind = history.kind(position);
        if !kind.opens_month {
            let amount = history.amounts()[position];
            found[usize::from(kind.weekday)].get_or_insert(amount);
            every.push(i128::from(amount));
            if found.iter().all(Option::is_some) {
                break;
            }
        }
    }
    let usual = i64::try_from(twice_median(&mut every)? / 2).ok()?;
    Some(found.map(|amount| amount.unwrap_or(usual)))
}

/// A quotient rounded half away from zero; `None` for a divisor of zero.
pub(crate) fn rounded(dividend: i128, divisor: i128) -> Option<i128> {
    let (quotient, rest) = (dividend.checked_div(divisor)?, dividend.checked_rem(divisor)?);
    let up = rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs();
    Some(if up { quotient + dividend.signum() * divisor.signum() } else { quotient })
}

/// Twice the middle value, or the sum of the two middle ones, so that it stays whole.
pub(crate) fn twice_median(values: &mut [i128]) -> Option<i128> {
    let count = values.len();
    if count == 0 {
        return None;
    }
    let (lower, middle, _) = values.select_nth_unstable(count / 2);
    if count % 2 == 1 {
        return middle.checked_mul(2);
    }
    lower.iter().max()?.checked_add(*middle)
}
