//! A long Parquet file, part by part: while the rows of one part are judged the next is unpacked, and a part goes with its last row. So
//! never more of a file than a few parts stands in memory as it was read, which is several times what is kept of it. It says nothing
//! about which files may be read so, and what a part is made of: that is `parquet_file`'s.

use super::error::ExtractError;
use super::raw::Raw;
use crate::model::words::ExtractKind;
use std::ops::Range;
use std::sync::mpsc::{Receiver, sync_channel};

/// Rows of a part, but that it ends with a row group: of those that the usual writers make, a few. (Then the parts also end where the
/// pieces of identifiers do, which are put together without a copy.)
pub const ROWS: usize = 983_040;
/// A file of fewer parts is read at once.
const LEAST: usize = 4;
/// Parts that wait for somebody to judge them.
const AHEAD: usize = 1;

/// Some rows of a file.
pub struct Part {
    pub columns: Vec<Raw>,
    pub rows: usize,
}

/// The parts of a file in their order, made by a thread of their own.
pub struct Parts {
    made: Receiver<Result<Part, ExtractError>>,
    /// Rows that have not come yet.
    left: usize,
    extract: ExtractKind,
    shown: String,
}

/// Where parts of so many rows end, by the rows of each row group; none for a file that is not long.
pub fn plan(groups: impl IntoIterator<Item = usize>, rows: usize) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut end = 0;
    for group in groups {
        match parts.last_mut() {
            Some(part) if part.len() < rows => part.end += group,
            _ => parts.push(end..end + group),
        }
        end += group;
    }
    if parts.len() < LEAST { Vec::new() } else { parts }
}

impl Parts {
    /// Begins to make parts of these rows; `None` if there is no thread to be had. No part is made after one that failed.
    pub fn begin(
        (extract, shown): (ExtractKind, &str),
        plan: Vec<Range<usize>>,
        mut make: impl FnMut(Range<usize>) -> Result<Vec<Raw>, ExtractError> + Send + 'static,
    ) -> Option<Self> {
        let (hand_on, made) = sync_channel(AHEAD);
        let left = plan.iter().map(Range::len).sum();
        let work = move || {
            for rows in plan {
                let part = make(rows.clone()).map(|columns| Part { columns, rows: rows.len() });
                let failed = part.is_err();
                if hand_on.send(part).is_err() || failed {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("parts".to_owned()).spawn(work).ok()?;
        Some(Self { made, left, extract, shown: shown.to_owned() })
    }
}

impl Iterator for Parts {
    type Item = Result<Part, ExtractError>;

    /// The next part, or what is wrong with it; nothing comes after an error.
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        // Faults in making a part are caught where it is made: whatever ended the thread, rows are missing.
        let lost = || Err(ExtractError::internal(self.extract, &self.shown, "the thread that reads it ended before the file did"));
        let part = self.made.recv().unwrap_or_else(|_| lost());
        self.left = part.as_ref().map_or(0, |part| self.left - part.rows.min(self.left));
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_end_with_row_groups_and_short_files_have_none() {
        assert_eq!(plan([3; 9], 5), [0..6, 6..12, 12..18, 18..24, 24..27]);
        assert_eq!(plan([7, 1, 9, 2, 8, 20], 5), [0..7, 7..17, 17..27, 27..47]);
        for short in [&[7, 1, 9, 2, 8][..], &[100], &[]] {
            assert!(plan(short.iter().copied(), 5).is_empty());
        }
    }

    #[test]
    fn rows_that_never_come_are_told_of() {
        let gone = |rows: Range<usize>| if rows.start == 0 { Ok(Vec::new()) } else { std::panic::resume_unwind(Box::new(())) };
        let mut parts = Parts::begin((ExtractKind::Users, "u.parquet"), vec![0..2, 2..4], gone).unwrap();
        assert!(parts.next().unwrap().is_ok());
        assert!(parts.next().unwrap().is_err_and(|error| error.to_string().contains("u.parquet")));
        assert!(parts.next().is_none());
    }
}
