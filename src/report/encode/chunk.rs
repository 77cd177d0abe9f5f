//! A column chunk under way: pages are compressed, laid one behind the other, and told about in the two indexes. What stands in a page
//! is for others.

use super::bits::{hybrid, run_of};
use super::bounds::{Bounds, high_bytes, low_bytes, statistics, widest};
use super::{Column, Tools};
use bytes::Bytes;
use parquet::basic::{BoundaryOrder, Compression, Encoding, EncodingMask, PageType, ZstdLevel};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};

/// A column chunk that is ready to be put into a row group.
pub struct Chunk {
    pub bytes: Vec<u8>,
    pub close: ColumnCloseResult,
}

/// What one page holds beside its values.
pub struct PageFacts {
    pub rows: usize,
    /// Entries, nulls and empty lists included.
    pub entries: usize,
    pub nulls: usize,
    pub bounds: Option<Bounds>,
}

/// The levels of a page (Parquet's): whether an entry begins a row, and how much of its nesting is there.
#[derive(Default)]
pub struct Levels<'a> {
    pub repetition: Option<&'a [u32]>,
    /// With the width of a level.
    pub definition: Option<(&'a [u32], u32)>,
    /// Instead of `definition`, where every entry is at one level.
    pub all_defined: bool,
}

/// A chunk of which less than one part in so many would be saved is not compressed.
const LEAST_SAVED: usize = 10;
/// A page of fewer bytes than this does not tell whether compressing pays.
const TELLING: usize = 512;

pub struct ChunkMaker<'c> {
    column: &'c Column,
    /// How many pages there will be.
    expected: usize,
    /// Whether pages are compressed: judged by the dictionary and the first page that tells it.
    compresses: Option<bool>,
    /// The dictionary, with the number of its values, and the pages before that page.
    dictionary: Option<(Vec<u8>, usize)>,
    waiting: Vec<(PageFacts, Vec<u8>, Encoding)>,
    sink: TrackedWrite<Vec<u8>>,
    dictionary_at: Option<u64>,
    data_at: Option<u64>,
    pages: Vec<(Encoding, i32)>,
    entries: u64,
    rows: u64,
    nulls: u64,
    compressed: u64,
    uncompressed: u64,
    bounds: Option<Bounds>,
    order: Order,
    column_index: ColumnIndexBuilder,
    offset_index: OffsetIndexBuilder,
}

/// Whether the bounds of pages go up or down.
struct Order {
    last: Option<Bounds>,
    ascending: bool,
    descending: bool,
}

impl<'c> ChunkMaker<'c> {
    /// For a chunk of so many pages.
    pub fn new(column: &'c Column, pages: usize) -> Self {
        Self {
            column,
            expected: pages,
            compresses: None,
            dictionary: None,
            waiting: Vec::new(),
            sink: TrackedWrite::new(Vec::new()),
            dictionary_at: None,
            data_at: None,
            pages: Vec::new(),
            entries: 0,
            rows: 0,
            nulls: 0,
            compressed: 0,
            uncompressed: 0,
            bounds: None,
            order: Order { last: None, ascending: true, descending: true },
            column_index: ColumnIndexBuilder::new(column.descr.physical_type()),
            offset_index: OffsetIndexBuilder::new(),
        }
    }

    /// The dictionary, which comes before all other pages.
    pub fn dictionary(&mut self, plain: Vec<u8>, values: usize) {
        self.dictionary = Some((plain, values));
    }

    /// A page of values; `values` are encoded, in pieces that follow each other.
    pub fn page(
        &mut self,
        facts: PageFacts,
        levels: &Levels<'_>,
        values: &[&[u8]],
        encoding: Encoding,
        tools: &mut Tools,
    ) -> Result<(), ParquetError> {
        let mut body = std::mem::take(&mut tools.body);
        body.clear();
        if let Some(repetition) = levels.repetition {
            with_length(&mut body, |out| hybrid(repetition, 1, out));
        }
        if levels.all_defined {
            with_length(&mut body, |out| run_of(1, facts.entries, 1, out));
        } else if let Some((definition, width)) = levels.definition {
            with_length(&mut body, |out| hybrid(definition, width, out));
        }
        values.iter().for_each(|piece| body.extend_from_slice(piece));
        let stored = match self.compresses {
            None if body.len() < TELLING => {
                self.waiting.push((facts, body.clone(), encoding));
                tools.body = body;
                return Ok(());
            }
            None => Some(self.judge(&body, tools)?).filter(|_| self.compresses == Some(true)),
            Some(true) => Some(tools.compress(&body)?),
            Some(false) => None,
        };
        let stored = stored.map_or_else(|| Bytes::copy_from_slice(&body), Bytes::from);
        let done = self.data(facts, stored, body.len(), encoding);
        tools.body = body;
        done
    }

    /// Decides whether compressing pays, and puts what waits for it. Gives the page that it judged by as it would be compressed.
    fn judge(&mut self, body: &[u8], tools: &mut Tools) -> Result<Vec<u8>, ParquetError> {
        let page = tools.compress(body)?;
        let small = |(plain, values): (Vec<u8>, usize)| tools.compress(&plain).map(|small| (plain, values, small));
        let dictionary = self.dictionary.take().map(small).transpose()?;
        let (whole, smaller) = dictionary.as_ref().map_or((0, 0), |(plain, _, small)| (plain.len(), small.len()));
        let (whole, smaller) = (whole + self.expected * body.len(), smaller + self.expected * page.len());
        let compresses = smaller < whole - whole / LEAST_SAVED;
        self.compresses = Some(compresses);
        if let Some((plain, values, small)) = dictionary {
            let size = plain.len();
            let buf = if compresses { small.into() } else { plain.into() };
            let dictionary = Page::DictionaryPage { buf, num_values: values as u32, encoding: Encoding::PLAIN, is_sorted: false };
            self.dictionary_at = Some(self.put(CompressedPage::new(dictionary, size))?.0);
        }
        for (facts, body, encoding) in std::mem::take(&mut self.waiting) {
            let size = body.len();
            let stored = if compresses { tools.compress(&body)?.into() } else { body.into() };
            self.data(facts, stored, size, encoding)?;
        }
        Ok(page)
    }

    /// Puts a page as it is stored, of so many bytes before.
    fn data(&mut self, facts: PageFacts, buf: Bytes, size: usize, encoding: Encoding) -> Result<(), ParquetError> {
        let page = Page::DataPage {
            buf,
            num_values: facts.entries as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let (at, size) = self.put(CompressedPage::new(page, size))?;
        self.data_at.get_or_insert(at);
        match self.pages.last_mut() {
            Some((last, count)) if *last == encoding => *count += 1,
            _ => self.pages.push((encoding, 1)),
        }
        self.offset_index.append_row_count(facts.rows as i64);
        self.offset_index.append_offset_and_size(at as i64, size as i32);
        self.note(facts);
        Ok(())
    }

    fn note(&mut self, facts: PageFacts) {
        self.entries += facts.entries as u64;
        self.rows += facts.rows as u64;
        self.nulls += facts.nulls as u64;
        let nulls = facts.nulls as i64;
        match &facts.bounds {
            None => self.column_index.append(true, Vec::new(), Vec::new(), nulls, None),
            Some((low, high)) => {
                self.column_index.append(false, low_bytes(low), high_bytes(high), nulls, None);
                if let Some((last_low, last_high)) = &self.order.last {
                    self.order.ascending &= last_low <= low && last_high <= high;
                    self.order.descending &= low <= last_low && high <= last_high;
                }
                self.order.last = Some((low.clone(), high.clone()));
            }
        }
        self.bounds = widest(self.bounds.take(), facts.bounds);
    }

    /// Where a page was put, and its size there.
    fn put(&mut self, page: CompressedPage) -> Result<(u64, u64), ParquetError> {
        let spec = SerializedPageWriter::new(&mut self.sink).write_page(page)?;
        self.compressed += spec.compressed_size as u64;
        self.uncompressed += spec.uncompressed_size as u64;
        Ok((spec.offset, spec.compressed_size as u64))
    }

    pub fn finish(mut self, bloom_filter: Option<Sbbf>, tools: &mut Tools) -> Result<Chunk, ParquetError> {
        if self.compresses.is_none() {
            // Small pages alone, but the dictionary may be large.
            let body = self.waiting.first().map(|(_, body, _)| body.clone()).unwrap_or_default();
            self.judge(&body, tools)?;
        }
        let descr = &self.column.descr;
        let encodings = self.pages.iter().map(|(encoding, _)| *encoding);
        let dictionary = self.dictionary_at.map(|_| Encoding::PLAIN);
        let all = encodings.chain(dictionary).chain([Encoding::RLE]);
        let page_of = |page_type, encoding, count| PageEncodingStats { page_type, encoding, count };
        let dictionary_page = dictionary.map(|encoding| page_of(PageType::DICTIONARY_PAGE, encoding, 1));
        let data_pages = self.pages.iter().map(|(encoding, count)| page_of(PageType::DATA_PAGE, *encoding, *count));
        let mut metadata = ColumnChunkMetaData::builder(descr.clone())
            .set_compression(if self.compresses == Some(true) {
                Compression::ZSTD(ZstdLevel::default())
            } else {
                Compression::UNCOMPRESSED
            })
            .set_encodings_mask(EncodingMask::new_from_encodings(all.collect::<Vec<_>>().iter()))
            .set_page_encoding_stats(dictionary_page.into_iter().chain(data_pages).collect())
            .set_total_compressed_size(self.compressed as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_num_values(self.entries as i64)
            .set_data_page_offset(self.data_at.unwrap_or(0) as i64)
            .set_dictionary_page_offset(self.dictionary_at.map(|at| at as i64));
        if let Some(statistics) = statistics(descr.physical_type(), self.bounds, self.nulls) {
            metadata = metadata.set_statistics(statistics);
        }
        self.column_index.set_boundary_order(match (self.order.ascending, self.order.descending) {
            (true, _) => BoundaryOrder::ASCENDING,
            (false, true) => BoundaryOrder::DESCENDING,
            (false, false) => BoundaryOrder::UNORDERED,
        });
        let close = ColumnCloseResult {
            bytes_written: self.compressed,
            rows_written: self.rows,
            metadata: metadata.build()?,
            bloom_filter,
            column_index: Some(self.column_index.build()?),
            offset_index: Some(self.offset_index.build()),
        };
        Ok(Chunk { bytes: self.sink.into_inner()?, close })
    }
}

/// Appends bytes with their number before them.
fn with_length(out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    fill(out);
    let length = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
}
