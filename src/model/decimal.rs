//! Exact decimals: integers scaled by 10^9 (contract §2.0: at most 9 places, below 10^18). No float decides anything.

/// A decimal times 10^9. Arithmetic here checks the bound of §2.0 and gives `None` beyond it.
pub type Scaled = i128;
/// One whole unit.
pub const ONE: Scaled = 1_000_000_000;
/// Decimals lie strictly between minus and plus this.
pub const LIMIT: Scaled = ONE * 1_000_000_000_000_000_000;
/// The null of every decimal column.
pub const NULL_DECIMAL: Scaled = i128::MIN;

/// Why a text is no decimal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecimalError {
    /// Not of the form `[+-]?[0-9]+(\.[0-9]+)?`.
    Form,
    /// At or beyond 10^18.
    Range,
}

/// Parses `[+-]?[0-9]+(\.[0-9]+)?`; more than 9 places are rounded half away from zero.
pub fn parse(text: &str) -> Result<Scaled, DecimalError> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(DecimalError::Form),
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(DecimalError::Form);
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 18 {
        return Err(DecimalError::Range);
    }
    let whole: Scaled = whole.bytes().fold(0, |sum, byte| sum * 10 + Scaled::from(byte - b'0'));
    let mut places: Scaled = 0;
    for place in 0..9 {
        places = places * 10 + fraction.as_bytes().get(place).map_or(0, |byte| Scaled::from(byte - b'0'));
    }
    if fraction.as_bytes().get(9).is_some_and(|byte| *byte >= b'5') {
        places += 1;
    }
    let value = whole * ONE + places;
    if value >= LIMIT {
        return Err(DecimalError::Range);
    }
    Ok(if negative { -value } else { value })
}

/// `value / divisor` rounded half away from zero; `divisor` is positive.
pub fn round_div(value: Scaled, divisor: Scaled) -> Scaled {
    let half = divisor / 2 + divisor % 2;
    let quotient = value / divisor;
    let rest = (value % divisor).abs();
    if rest >= half { quotient + value.signum() } else { quotient }
}

/// Inside the bound of §2.0, or `None`.
pub fn bounded(value: Scaled) -> Option<Scaled> {
    (-LIMIT < value && value < LIMIT).then_some(value)
}

pub fn add(left: Scaled, right: Scaled) -> Option<Scaled> {
    bounded(left.checked_add(right)?)
}

pub fn subtract(left: Scaled, right: Scaled) -> Option<Scaled> {
    bounded(left.checked_sub(right)?)
}

/// The product, rounded half away from zero at 9 places.
pub fn multiply(left: Scaled, right: Scaled) -> Option<Scaled> {
    if let Some(product) = left.checked_mul(right) {
        return bounded(round_div(product, ONE));
    }
    // Too wide for 128 bits: split one factor into whole units and rest. A result inside the bound needs
    // |left * whole| below 10^27, which fits.
    let (whole, rest) = (right / ONE, right % ONE);
    let main = left.checked_mul(whole)?;
    let tail = left.checked_mul(rest)?;
    bounded(main.checked_add(round_div(tail, ONE))?)
}

/// The quotient, rounded half away from zero at 9 places; `None` for a division by zero.
pub fn divide(left: Scaled, right: Scaled) -> Option<Scaled> {
    if right == 0 {
        return None;
    }
    let (left, right) = if right < 0 { (-left, -right) } else { (left, right) };
    bounded(round_div(left.checked_mul(ONE)?, right))
}

/// Always with 9 places: `12.500000000`.
pub fn format_places(value: Scaled, places: u32) -> String {
    let scale = 10i128.pow(9 - places);
    let value = round_div(value, scale);
    let one = 10i128.pow(places);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.abs() / one, value.abs() % one);
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:0width$}", width = places as usize) }
}

/// As short as it goes: `12.5`, `12`.
pub fn format_short(value: Scaled) -> String {
    let text = format_places(value, 9);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_form_of_the_contract() {
        for (text, scaled) in [("12", 12 * ONE), ("-1.5", -ONE * 3 / 2), ("+0.1", ONE / 10), ("0.0000000005", 1), ("-0.0000000004", 0)] {
            assert_eq!(parse(text), Ok(scaled), "{text}");
        }
        for text in ["", "1.", ".5", "1e3", "1,5", "--1", "0x1", "1 "] {
            assert_eq!(parse(text), Err(DecimalError::Form), "{text}");
        }
        assert_eq!(parse("1000000000000000000"), Err(DecimalError::Range));
        assert_eq!(parse("999999999999999999.9999999995"), Err(DecimalError::Range));
        assert!(parse("0000999999999999999999.9").is_ok());
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(divide(ONE, 3 * ONE), Some(333_333_333));
        assert_eq!(divide(2 * ONE, 3 * ONE), Some(666_666_667));
        assert_eq!(divide(-2 * ONE, 3 * ONE), Some(-666_666_667));
        assert_eq!(round_div(5, 10), 1);
        assert_eq!(round_div(-5, 10), -1);
        assert_eq!(round_div(4, 10), 0);
        assert_eq!(divide(ONE, 0), None);
        assert_eq!(multiply(LIMIT / 2, 2 * ONE), None);
        assert_eq!(multiply(LIMIT / 4, 2 * ONE), Some(LIMIT / 2));
        assert_eq!(format_short(parse("12.50").unwrap_or(0)), "12.5");
        assert_eq!(format_places(parse("-0.00005").unwrap_or(0), 4), "-0.0001");
    }
}
