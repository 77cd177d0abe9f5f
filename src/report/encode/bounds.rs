//! The least and the greatest value of a page or a column chunk, as its statistics tell them.

use parquet::basic::Type;
use parquet::data_type::ByteArray;
use parquet::file::statistics::{Statistics, ValueStatistics};

/// Longer bounds of texts are cut: to a beginning below, to a beginning that is one greater above.
const LONGEST: usize = 64;

/// A value that bounds others. Bounds of one column are of one kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Bound {
    Boolean(bool),
    Day(i32),
    Integer(i64),
    Text(Box<[u8]>),
}

/// The least and the greatest value.
pub type Bounds = (Bound, Bound);

/// Bounds that hold for what either holds for.
pub fn widest(one: Option<Bounds>, other: Option<Bounds>) -> Option<Bounds> {
    match (one, other) {
        (Some((low, high)), Some((lower, higher))) => Some((low.min(lower), high.max(higher))),
        (one, other) => one.or(other),
    }
}

/// As the column index tells a lower bound.
pub fn low_bytes(bound: &Bound) -> Vec<u8> {
    match bound {
        Bound::Text(text) => below(text).to_vec(),
        other => plain(other),
    }
}

/// As the column index tells an upper bound.
pub fn high_bytes(bound: &Bound) -> Vec<u8> {
    match bound {
        Bound::Text(text) => above(text).unwrap_or_else(|| text.to_vec()),
        other => plain(other),
    }
}

fn plain(bound: &Bound) -> Vec<u8> {
    match bound {
        Bound::Boolean(value) => vec![u8::from(*value)],
        Bound::Day(value) => value.to_le_bytes().to_vec(),
        Bound::Integer(value) => value.to_le_bytes().to_vec(),
        Bound::Text(text) => text.to_vec(),
    }
}

/// The statistics of a chunk.
pub fn statistics(kind: Type, bounds: Option<Bounds>, nulls: u64) -> Option<Statistics> {
    let nulls = Some(nulls);
    let (low, high) = bounds.map_or((None, None), |(low, high)| (Some(low), Some(high)));
    Some(match kind {
        Type::BOOLEAN => {
            let of = |bound| if let Bound::Boolean(value) = bound { Some(value) } else { None };
            Statistics::Boolean(
                ValueStatistics::new(low.and_then(of), high.and_then(of), None, nulls, false).with_backwards_compatible_min_max(true),
            )
        }
        Type::INT32 => {
            let of = |bound| if let Bound::Day(value) = bound { Some(value) } else { None };
            Statistics::Int32(
                ValueStatistics::new(low.and_then(of), high.and_then(of), None, nulls, false).with_backwards_compatible_min_max(true),
            )
        }
        Type::INT64 => {
            let of = |bound| if let Bound::Integer(value) = bound { Some(value) } else { None };
            Statistics::Int64(
                ValueStatistics::new(low.and_then(of), high.and_then(of), None, nulls, false).with_backwards_compatible_min_max(true),
            )
        }
        Type::BYTE_ARRAY => {
            let cut = |bound: &Option<Bound>| matches!(bound, Some(Bound::Text(text)) if text.len() > LONGEST);
            let (low_cut, high_cut) = (cut(&low), cut(&high));
            let above_cut = high_cut && matches!(&high, Some(Bound::Text(text)) if above(text).is_some());
            let bytes = |bytes: Vec<u8>| ByteArray::from(bytes);
            Statistics::ByteArray(
                ValueStatistics::new(low.as_ref().map(low_bytes).map(bytes), high.as_ref().map(high_bytes).map(bytes), None, nulls, false)
                    .with_min_is_exact(!low_cut)
                    .with_max_is_exact(!above_cut),
            )
        }
        _ => return None,
    })
}

/// The longest beginning of whole characters that may be told.
fn below(text: &[u8]) -> &[u8] {
    if text.len() <= LONGEST {
        return text;
    }
    let inside = |end: usize| text[end] & 0xC0 == 0x80;
    let end = (0..=LONGEST).rev().find(|end| !inside(*end)).unwrap_or(0);
    &text[..end]
}

/// A short text that is greater than all that begin like this one; none where that one is short itself, or no such text is found.
fn above(text: &[u8]) -> Option<Vec<u8>> {
    let begin = below(text);
    if begin.len() == text.len() {
        return None;
    }
    // The last character of one byte can be raised without making the text invalid.
    let last = begin.iter().rposition(|byte| *byte < 0x7E)?;
    let mut raised = begin[..=last].to_vec();
    raised[last] += 1;
    Some(raised)
}
