//! Damaged Parquet files: an error that names the file, never a panic (reliability.md, F13, F14).

use super::parquet::parquet;
use super::*;
use pl::{IntoColumn, NamedFrom};
use polars::prelude as pl;

/// Files of different encodings, so that different readers meet the damage. SEATWISE_EVERY_BIT=1 tries every bit (minutes).
fn small() -> Vec<Vec<u8>> {
    let rows = 40usize;
    let ids: Vec<String> = (0..rows).map(|row| format!("user-{row:04}")).collect();
    let names: Vec<Option<&str>> = (0..rows).map(|row| (row % 3 > 0).then_some(["Ann", "Bob"][row % 2])).collect();
    let levels: Vec<i64> = (0..rows as i64).collect();
    let mut roles = pl::ListStringChunkedBuilder::new("roles".into(), rows, rows);
    for row in 0..rows {
        pl::ListBuilderTrait::append_series(&mut roles, &pl::Series::new("".into(), vec!["r"; row % 3])).unwrap();
    }
    let columns = vec![
        pl::Series::new("user_id".into(), ids.clone()).into_column(),
        pl::Series::new("name".into(), names).into_column(),
        pl::Series::new("level".into(), levels).into_column(),
        pl::IntoSeries::into_series(pl::ListBuilderTrait::finish(&mut roles)).into_column(),
    ];
    let plain = |compression| {
        let mut frame = pl::DataFrame::new(rows, columns.clone()).unwrap();
        let mut bytes = Vec::new();
        pl::ParquetWriter::new(&mut bytes).with_compression(compression).with_row_group_size(Some(16)).finish(&mut frame).unwrap();
        bytes
    };
    vec![parquet(columns.clone()), plain(pl::ParquetCompression::Uncompressed), delta_encoded(&ids)]
}

/// Delta encodings and pages of the second version, by another writer.
fn delta_encoded(ids: &[String]) -> Vec<u8> {
    use ::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use ::parquet::basic::Encoding;
    use ::parquet::file::properties::{WriterProperties, WriterVersion};
    use std::sync::Arc;
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(ids));
    let levels: ArrayRef = Arc::new(Int64Array::from_iter_values((0..ids.len() as i64).map(|row| row * row)));
    let batch = RecordBatch::try_from_iter([("user_id", names), ("level", levels)]).unwrap();
    let properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_dictionary_enabled(false)
        .set_column_encoding("user_id".into(), Encoding::DELTA_BYTE_ARRAY)
        .set_column_encoding("level".into(), Encoding::DELTA_BINARY_PACKED)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ::parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn outcome(desk: &Desk, bytes: &[u8]) -> Option<String> {
    desk.write("data.parquet", bytes);
    let read = desk.read(&desk.spec(ExtractKind::Users, &["data.parquet"]));
    let errors = read.err()?;
    assert!(errors.iter().all(|error| error.complaint().file.as_deref() == Some("data.parquet")), "{errors:?}");
    Some(errors[0].to_string())
}

#[test]
fn cut_off_anywhere() {
    let desk = Desk::new(&[]);
    for bytes in small() {
        assert_eq!(outcome(&desk, &bytes), None);
        for length in (0..bytes.len()).step_by(17) {
            let message = outcome(&desk, &bytes[..length]);
            assert!(message.is_some_and(|message| message.starts_with("extract users, file data.parquet: it is no")), "{length}");
        }
    }
}

#[test]
fn a_bit_flipped_anywhere() {
    let desk = Desk::new(&[]);
    let every = std::env::var_os("SEATWISE_EVERY_BIT").is_some();
    for bytes in small() {
        for place in (0..bytes.len()).step_by(if every { 1 } else { 13 }) {
            for bit in if every { 0..8 } else { place as u32 % 8..place as u32 % 8 + 1 } {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << bit;
                // Values may have changed without a trace; all that is asked is an answer.
                outcome(&desk, &flipped);
            }
        }
    }
}

#[test]
fn no_parquet_at_all() {
    let desk = Desk::new(&[]);
    for (bytes, part) in [
        (&b""[..], "it is empty"),
        (b"user_id\nu1\n", "it looks like text"),
        (b"PAR1PAR1", "end is missing"),
        (b"PAR1\xff\xff\xff\x7fPAR1", "no readable Parquet"),
    ] {
        let message = outcome(&desk, bytes).unwrap_or_default();
        assert!(message.contains(part), "{message}");
    }
}
