//! Exact decimals as integers, which both databases can add.
//!
//! An amount is a whole number of steps of 10^-24 units; a step is 10^-18 of a micro-unit. It is stored
//! as micro-units, rounded down, plus the rest in steps.

use rust_decimal::Decimal;

/// Steps in a micro-unit: a rest lies from 0 to below it.
pub(crate) const STEPS_PER_MICRO: i64 = 1_000_000_000_000_000_000;

/// Decimals of a step.
const DECIMALS: u32 = 24;

/// Why an amount is no whole number of steps that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InexactError {
    /// It has more than 24 decimals.
    TooPrecise,
    /// It is larger than 64 bits of micro-units.
    TooLarge,
}

/// The amount in steps.
pub(crate) fn steps_of(value: Decimal) -> Result<i128, InexactError> {
    let value = value.normalize();
    let missing = DECIMALS.checked_sub(value.scale()).ok_or(InexactError::TooPrecise)?;
    let factor = 10_i128.checked_pow(missing).ok_or(InexactError::TooLarge)?;
    value.mantissa().checked_mul(factor).ok_or(InexactError::TooLarge)
}

/// Micro-units rounded down and the rest in steps; `None` when the micro-units do not fit.
pub(crate) fn micros_and_rest(steps: i128) -> Option<(i64, i64)> {
    let per_micro = i128::from(STEPS_PER_MICRO);
    let micros = i64::try_from(steps.div_euclid(per_micro)).ok()?;
    let rest = i64::try_from(steps.rem_euclid(per_micro)).ok()?;
    Some((micros, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_micro_units_and_a_rest() {
        for (text, micros, rest) in [
            ("0", 0, 0),
            ("1.5", 1_500_000, 0),
            ("0.0000005", 0, 500_000_000_000_000_000),
            ("-0.0000005", -1, 500_000_000_000_000_000),
            ("20.52022672899", 20_520_226, 728_990_000_000_000_000),
            ("0.000000000000000000000001", 0, 1),
            ("1.0000000000000000000000000000", 1_000_000, 0),
            ("9223372036854.775807", i64::MAX, 0),
            ("-9223372036854.775808", i64::MIN, 0),
        ] {
            let steps = steps_of(text.parse().unwrap()).unwrap();
            assert_eq!(micros_and_rest(steps), Some((micros, rest)), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let precise: Decimal = "0.0000000000000000000000001".parse().unwrap();
        assert_eq!(steps_of(precise), Err(InexactError::TooPrecise));
        assert_eq!(steps_of(Decimal::MAX), Err(InexactError::TooLarge));
        let large = steps_of("9223372036854.775808".parse().unwrap()).unwrap();
        assert_eq!(micros_and_rest(large), None);
    }
}
