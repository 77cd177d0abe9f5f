//! Money and percentages, exact to the last step (contract §6: money is decimal(18, 4), percentages are float64 rounded half
//! away from zero at 4 places).

use crate::model::decimal::{NULL_DECIMAL, Scaled, round_div};
use crate::model::value::NULL_INT;

/// An amount in ten-thousandths.
pub type Money = i128;

/// decimal(18, 4) holds amounts strictly between minus and plus this: 10^14.
const MONEY_LIMIT: Money = 1_000_000_000_000_000_000;

/// The scale of [`Scaled`] over that of [`Money`].
const SCALED_PER_MONEY: Scaled = 100_000;

/// The amount of a decimal column's value; none for null and for what decimal(18, 4) cannot hold.
///
/// Prices are below 10^14 (§2.0), but seats × price may not be. Such an amount is written as null: a capped one would look
/// like a real one, and would be added up.
pub fn money(value: Scaled) -> Option<Money> {
    if value == NULL_DECIMAL {
        return None;
    }
    fitting(round_div(value, SCALED_PER_MONEY))
}

/// An amount as a value; 0 for none.
pub fn scaled(amount: Option<Money>) -> Scaled {
    amount.map_or(0, |amount| amount * SCALED_PER_MONEY)
}

/// `units` × a price; none where one of them is null, or where the amount does not fit.
pub fn cost(units: i64, price: Scaled) -> Option<Money> {
    if units == NULL_INT {
        return None;
    }
    // A price of §2 has at most 4 places, so nothing is lost before the product.
    fitting(money(price)?.checked_mul(Money::from(units))?)
}

/// An amount that decimal(18, 4) can hold.
pub fn fitting(amount: Money) -> Option<Money> {
    (-MONEY_LIMIT < amount && amount < MONEY_LIMIT).then_some(amount)
}

/// 100 × `part` / `whole`; none where one of them is null or the whole is 0. Neither is negative.
pub fn percent(part: i64, whole: i64) -> Option<f64> {
    if part == NULL_INT || whole == NULL_INT || whole <= 0 {
        return None;
    }
    let ten_thousandths = round_div(Scaled::from(part) * 1_000_000, Scaled::from(whole));
    // Both are exact in a float below 2^53, and the quotient is then the float nearest to the decimal.
    Some(ten_thousandths as f64 / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decimal::{ONE, parse};

    #[test]
    fn percentages_are_rounded_half_away_from_zero_at_four_places() {
        assert_eq!(percent(1, 3), Some(33.3333));
        assert_eq!(percent(2, 3), Some(66.6667));
        assert_eq!(percent(1, 2_000_000), Some(0.0001), "0.00005 goes up");
        assert_eq!(percent(1, 2_000_001), Some(0.0), "just below stays");
        assert_eq!(percent(7, 7), Some(100.0));
        assert_eq!(percent(0, 7), Some(0.0));
        assert_eq!(percent(1, 0), None);
        assert_eq!(percent(1, NULL_INT), None);
    }

    #[test]
    fn money_is_exact() {
        assert_eq!(money(parse("12.34565").unwrap_or(0)), Some(123_457));
        assert_eq!(money(parse("-12.34565").unwrap_or(0)), Some(-123_457));
        assert_eq!(money(NULL_DECIMAL), None);
        assert_eq!(cost(3, parse("0.1").unwrap_or(0)), Some(3_000));
        assert_eq!(cost(NULL_INT, ONE), None);
        assert_eq!(cost(1_000_000_000_000, 100 * ONE), None, "10^14 does not fit decimal(18, 4)");
        assert_eq!(cost(1_000_000_000_000, 99 * ONE), Some(990_000_000_000_000_000));
    }
}
