//! Which rows of a row group can hold one of some texts, by the least and the greatest text of each page. In a table that is sorted by
//! the column that leaves a page or two; in another, what it leaves is still right.

use super::query::Wanted;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use std::ops::Range;

/// Ranges of rows of the row group, ascending, that every wanted column allows.
pub(super) fn ranges(metadata: &ParquetMetaData, group: usize, wanted: &[Wanted<'_>]) -> Vec<Range<usize>> {
    let rows = usize::try_from(metadata.row_group(group).num_rows()).unwrap_or(0);
    let mut ranges: Vec<Range<usize>> = if rows > 0 { std::iter::once(0..rows).collect() } else { Vec::new() };
    for wanted in wanted {
        ranges = intersection(&ranges, &of_column(metadata, group, rows, wanted));
    }
    ranges
}

fn of_column(metadata: &ParquetMetaData, group: usize, rows: usize, wanted: &Wanted<'_>) -> Vec<Range<usize>> {
    let all = || std::iter::once(0..rows).collect();
    let leaves = metadata.row_group(group).columns();
    let Some(leaf) = leaves.iter().position(|leaf| leaf.column_path().string() == wanted.column) else { return all() };
    let index = metadata.page_index_for_row_group(group);
    let (Some(ColumnIndexMetaData::BYTE_ARRAY(bounds)), Some(offsets)) = (index.column_index(leaf), index.offset_index(leaf)) else {
        return all();
    };
    let first_row = |page: usize| match offsets.page_locations().get(page) {
        Some(location) => usize::try_from(location.first_row_index).unwrap_or(rows),
        None => rows,
    };
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for page in 0..offsets.page_locations().len() {
        if bounds.is_null_page(page) || !may_hold(bounds.min_value(page), bounds.max_value(page), &wanted.values) {
            continue;
        }
        let range = first_row(page)..first_row(page + 1);
        match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        }
    }
    ranges
}

/// Whether one of the sorted values lies between the bounds. A bound that is missing excludes nothing; one that was cut is still one.
fn may_hold(least: Option<&[u8]>, greatest: Option<&[u8]>, values: &[String]) -> bool {
    let from = least.map_or(0, |least| values.partition_point(|value| value.as_bytes() < least));
    values.get(from).is_some_and(|value| greatest.is_none_or(|greatest| value.as_bytes() <= greatest))
}

pub(super) fn intersection(left: &[Range<usize>], right: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut one, mut other) = (0, 0);
    let mut both = Vec::new();
    while let (Some(first), Some(second)) = (left.get(one), right.get(other)) {
        let range = first.start.max(second.start)..first.end.min(second.end);
        if !range.is_empty() {
            both.push(range);
        }
        if first.end < second.end { one += 1 } else { other += 1 }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_passed_over_only_if_no_value_can_lie_in_it() {
        let values = ["b", "f"].map(str::to_owned);
        let may = |least: &str, greatest: &str| may_hold(Some(least.as_bytes()), Some(greatest.as_bytes()), &values);
        assert!(may("a", "b") && may("b", "c") && may("c", "z") && may("a", "z"));
        assert!(!may("c", "e") && !may("g", "z") && !may("a", "aa"));
        assert!(may_hold(None, None, &values) && !may_hold(None, None, &[]));
    }

    #[test]
    fn ranges_meet_where_both_have_rows() {
        let all = intersection(&[0..10, 20..30], &[5..25, 28..40]);
        assert_eq!(all, [5..10, 20..25, 28..30]);
        let none: Vec<Range<usize>> = Vec::new();
        assert_eq!(intersection(&[0..10, 30..40], &[10..20, 40..50]), none);
    }
}
