//! An extract as Parquet. Row groups are made and encoded side by side, a few at a time, and put into the file in order: what the
//! file holds depends on no thread, and no table is in memory as a whole.

use super::batch::{Table, batch, schema};
use super::error::Fault;
use arrow::datatypes::SchemaRef;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriter, ArrowWriterOptions, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use rayon::prelude::*;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a row group, and of a piece of work.
pub(super) const GROUP_ROWS: u64 = 131_072;
/// Row groups in work at a time.
const WAVE: u64 = 8;

/// Writes a table.
pub(super) fn write(table: &dyn Table, out: impl Write + Send) -> Result<(), Fault> {
    let schema = schema(table);
    let properties = WriterProperties::builder()
        .set_created_by(concat!("seatwise version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(GROUP_ROWS as usize));
    let options = ArrowWriterOptions::new().with_properties(properties.build());
    let writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options)?;
    let (mut writer, factory) = writer.into_serialized_writer()?;
    let groups = table.rows().div_ceil(GROUP_ROWS);
    for wave in (0..groups).step_by(WAVE as usize) {
        let made: Vec<Result<Vec<ArrowColumnChunk>, Fault>> = (wave..groups.min(wave + WAVE))
            .into_par_iter()
            .map(|group| encode(table, &schema, &factory, group as usize, rows_of(group, table.rows())))
            .collect();
        for chunks in made {
            let mut group = writer.next_row_group()?;
            for chunk in chunks? {
                chunk.append_to_row_group(&mut group)?;
            }
            group.close()?;
        }
    }
    writer.close()?;
    Ok(())
}

/// The rows of a group.
pub(super) fn rows_of(group: u64, rows: u64) -> Range<u64> {
    group * GROUP_ROWS..rows.min((group + 1) * GROUP_ROWS)
}

fn encode(
    table: &dyn Table,
    schema: &SchemaRef,
    factory: &ArrowRowGroupWriterFactory,
    group: usize,
    rows: Range<u64>,
) -> Result<Vec<ArrowColumnChunk>, Fault> {
    let batch = batch(table, schema, rows)?;
    let mut writers = factory.create_column_writers(group)?.into_iter();
    let mut chunks = Vec::with_capacity(batch.num_columns());
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        for leaf in compute_leaves(field, array)? {
            let mut writer = writers.next().ok_or_else(|| Fault::Internal("fewer columns in the file than in the table".to_owned()))?;
            writer.write(&leaf)?;
            chunks.push(writer.close()?);
        }
    }
    Ok(chunks)
}
