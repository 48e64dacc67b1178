//! Numbers of one kind put in order, and what may be said of them: exact, without floating point.

use rust_decimal::Decimal;

/// From how many values on percentiles and the mean say something that another period can be compared with
/// (reference/incidents_and_review.md 3.3).
pub const ENOUGH: usize = 20;

/// Values of one kind, such as durations in seconds; empty when nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    sorted: Vec<i64>,
}

impl Sample {
    /// A sample of values in any order.
    #[must_use]
    pub fn new(mut values: Vec<i64>) -> Self {
        values.sort_unstable();
        Self { sorted: values }
    }

    /// The values, smallest first.
    #[must_use]
    pub fn values(&self) -> &[i64] {
        &self.sorted
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The sum of all values.
    #[must_use]
    pub fn sum(&self) -> i128 {
        self.sorted.iter().copied().map(i128::from).sum()
    }

    /// The smallest and the largest value; `None` without any.
    #[must_use]
    pub fn range(&self) -> Option<(i64, i64)> {
        Some((*self.sorted.first()?, *self.sorted.last()?))
    }

    /// Whether there are at least [`ENOUGH`] values.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.count() >= ENOUGH
    }

    /// The value below which so many percent lie, by linear interpolation between the two neighbours of rank
    /// (n − 1)·p (type 7 of Hyndman and Fan, the usual one of spreadsheets, R and NumPy); exact to a hundredth.
    /// `None` without values. See [`Sample::percentile_told`] for what a page may print.
    #[must_use]
    pub fn percentile(&self, percent: u8) -> Option<Decimal> {
        let last = self.count().checked_sub(1)?;
        let rank = last * usize::from(percent.min(100));
        let (below, part) = (rank / 100, i128::try_from(rank % 100).ok()?);
        let low = i128::from(*self.sorted.get(below)?);
        let high = i128::from(*self.sorted.get((below + 1).min(last))?);
        let hundredths = low * (100 - part) + high * part;
        Some(Decimal::from_i128_with_scale(hundredths, 2).normalize())
    }

    /// The percentile where there are [`ENOUGH`] values, else `None`: of fewer it would be an anecdote.
    #[must_use]
    pub fn percentile_told(&self, percent: u8) -> Option<Decimal> {
        self.is_enough().then(|| self.percentile(percent)).flatten()
    }

    /// The middle value, of an even number the middle between both.
    #[must_use]
    pub fn median(&self) -> Option<Decimal> {
        self.percentile(50)
    }

    /// The sum over the count; durations are skewed, so that one long incident moves it: it is shown last.
    #[must_use]
    pub fn mean(&self) -> Option<Decimal> {
        let count = i64::try_from(self.count()).ok()?;
        Decimal::try_from_i128_with_scale(self.sum(), 0).ok()?.checked_div(Decimal::from(count))
    }
}
