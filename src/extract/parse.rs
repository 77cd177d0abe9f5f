//! One value at a time: text → integer, decimal, boolean (contract §2.0), and what a field asks of a value (§2). Dates are in
//! `date_format`. Reasons come in the order of §2.1.

use super::fields::Check;
use crate::model::decimal::{self, DecimalError, ONE, Scaled};
use crate::model::words::RejectReason;

/// Integers lie within plus and minus this (§2.0).
pub const INTEGER_LIMIT: i64 = 1_000_000_000_000;
/// Money lies below this (§2.0).
const MONEY_LIMIT: Scaled = ONE * 100_000_000_000_000;
/// Money has 4 places of the 9.
const MONEY_STEP: Scaled = 100_000;

/// Without the white space around it (Unicode's), fast where there is none.
#[inline]
pub fn trimmed(text: &str) -> &str {
    let visible = |byte: Option<&u8>| byte.is_some_and(|byte| (b'!'..=b'~').contains(byte));
    if visible(text.as_bytes().first()) && visible(text.as_bytes().last()) { text } else { text.trim() }
}

/// Whether there is a NUL character in it. Most texts are short, and are looked at eight bytes at once.
#[inline]
pub fn has_nul(text: &str) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let among = |bytes: &[u8; 8]| {
        let word = u64::from_ne_bytes(*bytes);
        word.wrapping_sub(ONES) & !word & (ONES << 7) != 0
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    words.iter().any(among) || text.as_bytes().last_chunk::<8>().map_or_else(|| rest.contains(&0), among)
}

/// `[+-]?[0-9]+` within ±10^12.
pub fn integer(text: &str) -> Result<i64, RejectReason> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RejectReason::BadValue);
    }
    let digits = digits.trim_start_matches('0');
    if digits.len() > 13 {
        return Err(RejectReason::OutOfRange);
    }
    let value = digits.bytes().fold(0i64, |sum, byte| sum * 10 + i64::from(byte - b'0'));
    in_integer_range(if text.starts_with('-') { -value } else { value })
}

/// A physical integer, as an integer of §2.0.
pub fn in_integer_range(value: i64) -> Result<i64, RejectReason> {
    if (-INTEGER_LIMIT..=INTEGER_LIMIT).contains(&value) { Ok(value) } else { Err(RejectReason::OutOfRange) }
}

/// `[+-]?[0-9]+(\.[0-9]+)?`, below 10^18, at most 9 places.
pub fn decimal(text: &str) -> Result<Scaled, RejectReason> {
    decimal::parse(text).map_err(|error| match error {
        DecimalError::Form => RejectReason::BadValue,
        DecimalError::Range => RejectReason::OutOfRange,
    })
}

/// true, false, 1, 0 in any case.
pub fn boolean(text: &str) -> Result<bool, RejectReason> {
    match text {
        "1" => Ok(true),
        "0" => Ok(false),
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(RejectReason::BadValue),
    }
}

/// What a field asks of an integer.
pub fn checked_integer(value: i64, check: Check) -> Result<i64, RejectReason> {
    match check {
        Check::Positive if value <= 0 => Err(RejectReason::OutOfRange),
        Check::NotNegative if value < 0 => Err(RejectReason::OutOfRange),
        _ => Ok(value),
    }
}

/// What a field asks of a decimal; money comes back with 4 places.
pub fn checked_decimal(value: Scaled, check: Check) -> Result<Scaled, RejectReason> {
    if !matches!(check, Check::Money) {
        return Ok(value);
    }
    let rounded = decimal::round_div(value, MONEY_STEP) * MONEY_STEP;
    if value < 0 || rounded >= MONEY_LIMIT { Err(RejectReason::OutOfRange) } else { Ok(rounded) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RejectReason::{BadValue, OutOfRange};

    #[test]
    fn a_nul_is_found_wherever_it_stands() {
        for length in 0..30 {
            let text = "é\u{1}".repeat(length / 3) + &"x".repeat(length % 3);
            assert!(!has_nul(&text), "{text}");
            for place in (0..=text.len()).filter(|place| text.is_char_boundary(*place)) {
                let (before, after) = text.split_at(place);
                assert!(has_nul(&format!("{before}\0{after}")), "{place} of {text}");
            }
        }
    }

    #[test]
    fn integers() {
        for (text, value) in [
            ("0", Ok(0)),
            ("+7", Ok(7)),
            ("-007", Ok(-7)),
            ("1000000000000", Ok(INTEGER_LIMIT)),
            ("-1000000000000", Ok(-INTEGER_LIMIT)),
            ("1000000000001", Err(OutOfRange)),
            ("99999999999999999999999", Err(OutOfRange)),
            ("00000000000000000000001", Ok(1)),
            ("", Err(BadValue)),
            ("+", Err(BadValue)),
            ("1.0", Err(BadValue)),
            ("1e3", Err(BadValue)),
            ("1 000", Err(BadValue)),
            ("١", Err(BadValue)),
        ] {
            assert_eq!(integer(text), value, "{text}");
        }
    }

    #[test]
    fn money_has_four_places_and_bounds() {
        let money = |text: &str| decimal(text).and_then(|value| checked_decimal(value, Check::Money)).map(decimal::format_short);
        assert_eq!(money("12.34565"), Ok("12.3457".to_owned()));
        assert_eq!(money("0"), Ok("0".to_owned()));
        assert_eq!(money("-0.00001"), Err(OutOfRange));
        assert_eq!(money("99999999999999.9999"), Ok("99999999999999.9999".to_owned()));
        assert_eq!(money("99999999999999.99995"), Err(OutOfRange));
        assert_eq!(money("1e5"), Err(BadValue));
    }

    #[test]
    fn booleans_and_white_space() {
        assert_eq!(
            ["TRUE", "False", "1", "0", "yes", "01"].map(boolean),
            [Ok(true), Ok(false), Ok(true), Ok(false), Err(BadValue), Err(BadValue)]
        );
        assert_eq!(trimmed("\u{a0}\u{3000} a b\t\u{85}"), "a b");
        assert_eq!(trimmed("a"), "a");
        assert_eq!(trimmed(" "), "");
    }
}
