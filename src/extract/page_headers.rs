//! The headers of a Parquet file's pages, looked at before Polars reads them. A damaged or hostile header can announce more
//! values, or bytes, than any memory holds; Polars believes it, and an allocation that fails ends the process, which no guard
//! catches. So the sizes are checked against each other and the file here, without looking into a page.

use super::thrift::{STRUCT, Thrift};
use polars::io::parquet::read::FileMetadata;

/// What a page may unpack to: 256 MiB, or 1000 times its packed size.
const FREE_BYTES: i64 = 256 << 20;
const GROWTH: i64 = 1000;
/// The kinds of pages (parquet.thrift).
const DATA_PAGE: i64 = 0;
const DICTIONARY_PAGE: i64 = 2;
const DATA_PAGE_V2: i64 = 3;

/// Whether all pages of a file can be what their headers say, and how many bytes they unpack to; the error is a phrase.
pub fn check(file: &[u8], metadata: &FileMetadata) -> Result<u64, String> {
    let mut unpacked = 0u64;
    for (group_number, group) in metadata.row_groups.iter().enumerate() {
        for chunk in group.parquet_columns() {
            let range = chunk.byte_range();
            let pages =
                usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok()).and_then(|(start, end)| file.get(start..end));
            let Some(pages) = pages else { return Err(format!("row group {group_number} lies beyond the end of the file")) };
            let flat = chunk.descriptor().descriptor.max_rep_level == 0;
            if flat && usize::try_from(chunk.num_values()) != Ok(group.num_rows()) {
                return Err(format!(
                    "row group {group_number} has {} rows, a column of it {} values",
                    group.num_rows(),
                    chunk.num_values()
                ));
            }
            let of_chunk = chunk_pages(pages, chunk.num_values()).map_err(|problem| format!("row group {group_number}: {problem}"))?;
            unpacked = unpacked.saturating_add(of_chunk);
        }
    }
    Ok(unpacked)
}

/// Goes from page to page of a column chunk until all its values are announced; gives the bytes that they unpack to.
fn chunk_pages(mut pages: &[u8], values: i64) -> Result<u64, &'static str> {
    let mut unpacked = 0u64;
    let mut left = values;
    while left > 0 {
        let mut reader = Thrift { bytes: pages };
        let header = PageHeader::read(&mut reader).ok_or("a page header is broken")?;
        let body = reader.bytes;
        let size = usize::try_from(header.compressed).ok().filter(|size| *size <= body.len()).ok_or("a page is cut off")?;
        let most = FREE_BYTES.max(header.compressed.saturating_mul(GROWTH));
        if header.uncompressed < 0 || header.uncompressed > most {
            return Err("a page is to unpack to more than a page can");
        }
        unpacked = unpacked.saturating_add(header.uncompressed.unsigned_abs());
        match header.kind {
            DATA_PAGE | DATA_PAGE_V2 if (0..=left).contains(&header.values) && header.levels_fit() => left -= header.values,
            DATA_PAGE | DATA_PAGE_V2 => return Err("a page announces more values than its column has"),
            // Every value of a dictionary takes a byte at least.
            DICTIONARY_PAGE if !(0..=header.uncompressed).contains(&header.values) => {
                return Err("a dictionary announces more values than it has bytes");
            }
            _ => {}
        }
        pages = &body[size..];
    }
    Ok(unpacked)
}

/// What is asked of a page header.
#[derive(Default)]
struct PageHeader {
    kind: i64,
    uncompressed: i64,
    compressed: i64,
    values: i64,
    /// In pages of the second version: rows, nulls, and the bytes of both kinds of levels.
    parts: [i64; 4],
}

impl PageHeader {
    fn read(reader: &mut Thrift<'_>) -> Option<Self> {
        let mut header = Self { compressed: -1, uncompressed: -1, kind: -1, ..Self::default() };
        reader.fields(0, &mut |reader, field, kind, depth| {
            let number = match field {
                1 => &mut header.kind,
                2 => &mut header.uncompressed,
                3 => &mut header.compressed,
                // The headers of data pages, dictionary pages, and data pages of the second version.
                5 | 7 | 8 if kind == STRUCT => {
                    header.values = -1;
                    return reader.fields(depth, &mut |reader, inner, kind, depth| {
                        let number = match (field, inner) {
                            (_, 1) => &mut header.values,
                            (8, 2) => &mut header.parts[0],
                            (8, 3) => &mut header.parts[1],
                            (8, 5) => &mut header.parts[2],
                            (8, 6) => &mut header.parts[3],
                            _ => return reader.skip(kind, depth),
                        };
                        *number = reader.number(kind)?;
                        Some(())
                    });
                }
                _ => return reader.skip(kind, depth),
            };
            *number = reader.number(kind)?;
            Some(())
        })?;
        Some(header)
    }

    fn levels_fit(&self) -> bool {
        let [nulls, rows, definition, repetition] = self.parts;
        let counts = (0..=self.values).contains(&nulls) && (0..=self.values).contains(&rows);
        counts && definition >= 0 && repetition >= 0 && definition + repetition <= self.compressed
    }
}
