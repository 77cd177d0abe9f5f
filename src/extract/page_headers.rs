//! The headers of a Parquet file's pages, looked at before Polars reads them. A damaged or hostile header can announce more
//! values, or bytes, than any memory holds; Polars believes it, and an allocation that fails ends the process, which no guard
//! catches. So the sizes are checked against each other and the file here, without looking into a page.

use polars::io::parquet::read::FileMetadata;

/// What a page may unpack to: 256 MiB, or 1000 times its packed size.
const FREE_BYTES: i64 = 256 << 20;
const GROWTH: i64 = 1000;
/// The kinds of pages (parquet.thrift).
const DATA_PAGE: i64 = 0;
const DICTIONARY_PAGE: i64 = 2;
const DATA_PAGE_V2: i64 = 3;
/// Deeper than any page header; a header is not meant to be a riddle.
const MAX_DEPTH: usize = 8;

/// Whether all pages of a file can be what their headers say; the error is a phrase.
pub fn check(file: &[u8], metadata: &FileMetadata) -> Result<(), String> {
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
            chunk_pages(pages, chunk.num_values()).map_err(|problem| format!("row group {group_number}: {problem}"))?;
        }
    }
    Ok(())
}

/// Goes from page to page of a column chunk until all its values are announced.
fn chunk_pages(mut pages: &[u8], values: i64) -> Result<(), &'static str> {
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
    Ok(())
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

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;

/// As much of Thrift's compact protocol as page headers are written in. `None`: the bytes are no such thing.
struct Thrift<'a> {
    bytes: &'a [u8],
}

type Visit<'v> = &'v mut dyn FnMut(&mut Thrift<'_>, i64, u8, usize) -> Option<()>;

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// An integer of 16, 32 or 64 bits.
    fn number(&mut self, kind: u8) -> Option<i64> {
        (4..=6).contains(&kind).then(|| self.zigzag())?
    }

    /// Calls `visit` with number and kind of each field of a struct; it must take or skip the value.
    fn fields(&mut self, depth: usize, visit: Visit<'_>) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut field = 0i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = if head >> 4 == 0 { self.zigzag()? } else { field + i64::from(head >> 4) };
            visit(self, field, head & 0x0f, depth + 1)?;
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.byte().map(|_| ()),
            4..=6 => self.varint().map(|_| ()),
            DOUBLE => self.jump(8),
            BINARY => {
                let length = self.varint()?;
                self.jump(length)
            }
            LIST | SET => {
                let head = self.byte()?;
                let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                // Every element takes a byte at least, so a length beyond the bytes ends the loop.
                for _ in 0..length {
                    match head & 0x0f {
                        TRUE | FALSE => self.byte().map(|_| ())?,
                        kind => self.skip(kind, depth)?,
                    }
                }
                Some(())
            }
            STRUCT => self.fields(depth, &mut |reader, _, kind, depth| reader.skip(kind, depth)),
            _ => None,
        }
    }

    fn jump(&mut self, length: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(length).ok()?..)?;
        Some(())
    }
}
