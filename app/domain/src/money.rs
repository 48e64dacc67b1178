//! Exact amounts with a currency.

mod codes;

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

/// Micro-units of a currency: 1 USD is 1,000,000, and so is 1 JPY.
pub const MICROS_PER_UNIT: i64 = 1_000_000;

/// An ISO 4217 code such as `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why an amount could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The code is not three capital letters.
    #[error("a currency is three capital letters such as USD")]
    Currency,
    /// The amount does not fit into 64 bits of micro-units (about 9.2 trillion units).
    #[error("the amount is too large")]
    TooLarge,
}

impl Currency {
    /// The Japanese yen, which has no minor unit.
    pub const JPY: Self = Self(*b"JPY");
    /// The United States dollar.
    pub const USD: Self = Self(*b"USD");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals people write: 0 for the yen and the won, 2 for most.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" | b"PYG" | b"UGX" | b"XAF" | b"XOF" | b"XPF" => 0,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].into_iter().all(u8::is_ascii_uppercase) => Ok(Self([*a, *b, *c])),
            _ => Err(MoneyError::Currency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// An amount in micro-units of one currency; amounts of different currencies are never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Micro-units, may be negative.
    pub micros: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of nothing.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { micros: 0, currency }
    }

    /// The exact decimal value in units.
    #[must_use]
    pub fn decimal(&self) -> Decimal {
        decimal_of_micros(self.micros)
    }

    /// Converts at a rate (units of `to` for one unit of this currency), rounded half away from zero
    /// to a micro-unit once.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when the result does not fit.
    pub fn convert(&self, rate: Decimal, to: Currency) -> Result<Self, MoneyError> {
        let exact = self.decimal().checked_mul(rate).ok_or(MoneyError::TooLarge)?;
        Ok(Self { micros: micros_of_decimal(exact)?, currency: to })
    }
}

/// The value in units of an amount in micro-units, exact.
#[must_use]
pub fn decimal_of_micros(micros: i64) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(micros), 6)
}

/// Micro-units of a decimal in units, rounded half away from zero.
///
/// # Errors
/// [`MoneyError::TooLarge`] when the result does not fit into 64 bits.
pub fn micros_of_decimal(value: Decimal) -> Result<i64, MoneyError> {
    // Scaling the mantissa keeps every digit; multiplying the decimal could round a long one twice.
    let rounded = value.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero);
    let missing_digits = 6_u32.saturating_sub(rounded.scale());
    rounded
        .mantissa()
        .checked_mul(10_i128.pow(missing_digits))
        .and_then(|micros| i64::try_from(micros).ok())
        .ok_or(MoneyError::TooLarge)
}

/// Rounds exact parts down to whole steps and hands the missing steps to the largest remainders,
/// earlier parts first, so that the parts add up to `total_steps`.
///
/// `parts` are in steps (yen, micro-units, …). Where `total_steps` is further from the sum of the
/// floors than there are parts, every part takes its share of the difference in turn.
#[must_use]
pub fn largest_remainder(parts: &[Decimal], total_steps: i64) -> Vec<i64> {
    let split: Vec<(i128, i128)> = parts.iter().map(whole_and_rest).collect();
    let mut floors: Vec<i64> = split.iter().map(|(whole, _)| i64::try_from(*whole).unwrap_or(0)).collect();
    let missing = i128::from(total_steps) - floors.iter().map(|floor| i128::from(*floor)).sum::<i128>();
    if parts.is_empty() || missing == 0 {
        return floors;
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(split[*index].1), *index));
    let count = parts.len() as i128;
    let (each, extra) = (missing.div_euclid(count), missing.rem_euclid(count));
    for (rank, index) in order.into_iter().enumerate() {
        let step = each + i128::from((rank as i128) < extra);
        floors[index] = floors[index].saturating_add(i64::try_from(step).unwrap_or(0));
    }
    floors
}

/// Whole steps, rounded down, and what is left in 10⁻²⁸ of a step, the finest that a decimal tells apart.
fn whole_and_rest(part: &Decimal) -> (i128, i128) {
    let unit = 10_i128.pow(part.scale());
    let (whole, rest) = (part.mantissa().div_euclid(unit), part.mantissa().rem_euclid(unit));
    (whole, rest * 10_i128.pow(Decimal::MAX_SCALE.saturating_sub(part.scale())))
}
