//! Half-open stretches of time.

use jiff::Timestamp;

/// From `start` up to but without `end`; both are instants, so a period has no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

impl Period {
    /// The elapsed seconds; 0 when the end does not lie after the start.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        (self.end.as_second() - self.start.as_second()).max(0)
    }

    /// Whether an instant lies inside.
    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    /// What is left of it without stretches that lie in it, in order; the stretches are in order, too.
    #[must_use]
    pub fn without(&self, stretches: &[Self]) -> Vec<Self> {
        if stretches.is_empty() {
            return vec![*self];
        }
        let mut left = Vec::new();
        let mut start = self.start;
        for stretch in stretches {
            left.extend(Self { start, end: stretch.start }.clip(self));
            start = start.max(stretch.end);
        }
        left.extend(Self { start, end: self.end }.clip(self));
        left
    }

    /// What lies between periods, in order: the stretches that none of them covers.
    #[must_use]
    pub fn between(mut periods: Vec<Self>) -> Vec<Self> {
        periods.sort_by_key(|period| period.start);
        let mut gaps = Vec::new();
        let mut covered = periods.first().map(|period| period.end);
        for period in periods {
            if let Some(end) = covered.filter(|end| *end < period.start) {
                gaps.push(Self { start: end, end: period.start });
            }
            covered = covered.max(Some(period.end));
        }
        gaps
    }

    /// The part that both periods share, if it is longer than nothing.
    #[must_use]
    pub fn clip(&self, window: &Self) -> Option<Self> {
        let clipped = Self { start: self.start.max(window.start), end: self.end.min(window.end) };
        (clipped.start < clipped.end).then_some(clipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: i64, to: i64) -> Period {
        let at = |second| Timestamp::from_second(second).unwrap();
        Period { start: at(from), end: at(to) }
    }

    #[test]
    fn a_period_without_its_gaps_is_what_they_lie_between() {
        for (parts, gaps) in [
            (vec![(0, 10)], vec![]),
            (vec![(0, 10), (10, 20)], vec![]),
            (vec![(30, 40), (0, 10), (5, 20)], vec![(20, 30)]),
            (vec![(0, 50), (10, 20), (60, 70), (80, 90)], vec![(50, 60), (70, 80)]),
        ] {
            let parts: Vec<Period> = parts.into_iter().map(|(from, to)| period(from, to)).collect();
            let gaps: Vec<Period> = gaps.into_iter().map(|(from, to)| period(from, to)).collect();
            assert_eq!(Period::between(parts.clone()), gaps, "{parts:?}");
            let whole = period(0, parts.iter().map(|part| part.end.as_second()).max().unwrap());
            let left = whole.without(&gaps);
            let seconds: i64 = left.iter().chain(&gaps).map(Period::seconds).sum();
            assert_eq!(seconds, whole.seconds(), "{left:?}");
            assert_eq!(Period::between(left), gaps);
        }
        assert_eq!(period(10, 20).without(&[period(0, 15), period(18, 30)]), [period(15, 18)]);
        assert_eq!(period(10, 20).without(&[period(0, 30)]), []);
    }
}
