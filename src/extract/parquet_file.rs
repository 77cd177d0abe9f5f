//! A Parquet file as a table of physical values, read by a lazy frame of Polars. Refuses from the footer what cannot be true, and
//! brings a damaged file back as an error that names it.
//!
//! The frame scans the bytes that were loaded, and not the file: a mapped file that is cut off ends the process, and the SHA-256
//! must be that of what was parsed. It selects the columns that can be fields or attributes, all of them: an attribute that no rule
//! reads can still reject its row. It holds no cast and no trimming: §2.0 asks for the reason of every value that does not parse,
//! and texts are looked at once for each different one, which no expression does. A long file is read by one frame after the other,
//! each of some row groups. The reader without a plan takes the same time; it is left for text that is no UTF-8, since it alone can
//! be told to read text as bytes.

use super::bytes::{Bytes, expect_magic, grows_beyond};
use super::error::ExtractError;
use super::fields::fields;
use super::footer::{self, Claims};
use super::guard::guarded;
use super::limits::InputLimits;
use super::options::ReadOptions;
use super::page_headers;
use super::parts::{self, Parts};
use super::raw::{Raw, Table, from_series};
use super::sizes::{Oversize, Sizes};
use super::sources::Source;
use super::spec::ExtractSpec;
use crate::model::words::ExtractKind;
use polars::io::parquet::read::FileMetadata;
use polars::prelude::{
    ArrowDataType, Column, DataFrame, DataType, HiveOptions, IdxSize, LazyFrame, ParquetReader, ParquetWriter, PolarsError, PolarsResult,
    ScanArgsParquet, SerReader, by_name,
};
use rustc_hash::FxHashMap;
use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

const MAGIC: &[u8] = b"PAR1";
/// Row numbers are 32 bits wide, and a frame of Polars has no more rows.
const MAX_ROWS: u64 = u32::MAX as u64 - 1;
/// Cells that any file may claim to hold, and how many more for each byte that it may unpack to. Columns of one value, or none,
/// take next to nothing, but a row has an identifier too, of which the best compression leaves a third of a byte; a bomb of 42 KB
/// claims 600 million million.
const FREE_CELLS: u128 = 20_000_000;
const CELLS_A_BYTE: u128 = 5;

/// Reads a Parquet file that is in memory.
pub fn read(extract: ExtractKind, source: &Source, bytes: &Bytes, limits: &InputLimits) -> Result<Table, ExtractError> {
    let shape = open(extract, source, bytes, limits)?;
    let rows = 0..shape.rows;
    let (columns, unreadable) = Unpacking::new(extract, source, bytes, shape, limits).rows(rows.clone())?;
    Ok(Table { columns, unreadable, rows: rows.len(), parts: None, numbers: None, rows_read: rows.len() as u64, broken: Vec::new() })
}

/// Reads a Parquet file of an extract: a long one in parts, if nobody asks for its values before its rows are judged.
pub fn read_for(spec: &ExtractSpec, source: &Source, bytes: &Bytes, options: &ReadOptions<'_>) -> Result<Table, ExtractError> {
    let shape = open(spec.kind, source, bytes, &options.limits)?;
    let (plan, rows) = (parts::plan(shape.groups.iter().copied(), options.part_rows), shape.rows);
    if plan.is_empty() || !may_come_in_parts(spec, &shape) {
        return read(spec.kind, source, bytes, &options.limits);
    }
    let mut unpacking = Unpacking::new(spec.kind, source, bytes, shape, &options.limits);
    let (columns, unreadable) = unpacking.rows(0..0)?;
    let make = move |rows| unpacking.rows(rows).map(|(columns, _)| columns);
    match Parts::begin((spec.kind, &source.shown), plan, make) {
        None => read(spec.kind, source, bytes, &options.limits),
        parts => Ok(Table { columns, unreadable, rows, parts, numbers: None, rows_read: rows as u64, broken: Vec::new() }),
    }
}

/// Whether the values of a file are first asked for when its rows are judged. Before that, those of numbers are where they have to show
/// what type an attribute is of, and of all that is translated or joined; afterwards, those of identifiers that are shown as they stand.
fn may_come_in_parts(spec: &ExtractSpec, shape: &Shape) -> bool {
    let is_field = |name: &str| fields(spec.kind).iter().any(|field| field.name == name);
    let settled = |column: &ColumnShape| {
        let name = column.name.trim();
        let renamed = || spec.columns.iter().filter(|(_, theirs)| theirs.trim() == name).map(|(ours, _)| ours.as_str());
        !column.number || renamed().chain([name]).all(|ours| is_field(ours) || spec.types.contains_key(ours))
    };
    spec.kind == ExtractKind::Consumptions && spec.join.is_empty() && spec.values.is_empty() && shape.columns.iter().all(settled)
}

/// The shape of a file that can be what it says; nothing of its values is read.
fn open(extract: ExtractKind, source: &Source, bytes: &Bytes, limits: &InputLimits) -> Result<Shape, ExtractError> {
    expect_magic(extract, source, bytes.as_ref(), MAGIC, "Parquet")?;
    let damaged = |what: String| damaged(extract, source, &what);
    if !bytes.as_ref().ends_with(MAGIC) || bytes.as_ref().len() < 12 {
        return Err(damaged("its end is missing".to_owned()));
    }
    let claims = footer::claims(bytes.as_ref()).map_err(|what| damaged(what.to_owned()))?;
    check_claims(extract, source, claims, bytes.as_ref().len(), limits)?;
    let shape = match guarded(|| shape(bytes)).map_err(&damaged)? {
        Ok(shape) => shape,
        Err(PolarsError::Duplicate(name)) => {
            let problem = format!("two columns have one name ({name})");
            return Err(ExtractError::content(extract, Some(&source.shown), None, problem, "rename one of them in the export"));
        }
        Err(error) => return Err(damaged(error.to_string())),
    };
    if shape.unpacked > limits.unpacked(bytes.as_ref().len() as u64) {
        return Err(grows_beyond(extract, source, bytes.as_ref().len() as u64, limits));
    }
    Ok(shape)
}

fn damaged(extract: ExtractKind, source: &Source, what: &str) -> ExtractError {
    let problem = format!("it is no readable Parquet file, perhaps cut off or damaged: {}", first_line(what));
    ExtractError::file(extract, &source.shown, problem, "write the file again")
}

/// Refuses what its footer alone shows to be too much.
fn check_claims(extract: ExtractKind, source: &Source, claims: Claims, bytes: usize, limits: &InputLimits) -> Result<(), ExtractError> {
    let rows = u64::try_from(claims.rows).unwrap_or(u64::MAX);
    let cells = u128::from(rows) * u128::from(claims.columns);
    if cells > FREE_CELLS + CELLS_A_BYTE * u128::from(limits.max_unpack_ratio) * bytes as u128 {
        let problem = format!("its footer claims {} rows of {} columns in {bytes} bytes", claims.rows, claims.columns);
        let remedy = "check where the file comes from; if it is right, split it, or raise limits.max_unpack_ratio in the job";
        return Err(ExtractError::file(extract, &source.shown, problem, remedy));
    }
    limits.check_columns(extract, source, claims.columns)?;
    limits.check_rows(extract, source, rows)?;
    if rows > MAX_ROWS {
        let problem = format!("it has {rows} rows, more than {MAX_ROWS}");
        return Err(ExtractError::content(extract, Some(&source.shown), None, problem, "split it into several extracts"));
    }
    Ok(())
}

/// What the footer says.
struct Shape {
    rows: usize,
    /// Rows of each row group.
    groups: Vec<usize>,
    /// Bytes of all its pages.
    unpacked: u64,
    columns: Vec<ColumnShape>,
}

struct ColumnShape {
    name: String,
    /// What it holds, where that is nothing for us.
    unreadable: Option<String>,
    text: bool,
    number: bool,
}

fn shape(bytes: &Bytes) -> PolarsResult<Shape> {
    let mut reader = ParquetReader::new(Cursor::new(bytes.clone()));
    let schema = reader.schema()?;
    let metadata = reader.get_metadata()?.clone();
    let rows = metadata.num_rows;
    let in_groups = metadata.row_groups.iter().try_fold(0usize, |sum, group| sum.checked_add(group.num_rows()));
    if in_groups != Some(rows) {
        return Err(PolarsError::ComputeError(format!("its footer speaks of {rows} rows, its row groups of {in_groups:?}").into()));
    }
    let unpacked = page_headers::check(bytes.as_ref(), &metadata).map_err(|problem| PolarsError::ComputeError(problem.into()))?;
    let columns = schema.iter_values().map(|field| {
        let unreadable = (!readable(&field.dtype)).then(|| kind_word(&field.dtype));
        ColumnShape { name: field.name.to_string(), unreadable, text: is_text(&field.dtype), number: is_number(&field.dtype) }
    });
    let groups = metadata.row_groups.iter().map(|group| group.num_rows()).collect();
    Ok(Shape { rows, groups, unpacked, columns: columns.collect() })
}

/// Whether values of a type can be fields or attributes. Polars is not asked to read others: some would need features that it
/// is built without, and nothing could be done with them.
fn readable(kind: &ArrowDataType) -> bool {
    use ArrowDataType as Kind;
    match kind {
        Kind::Null | Kind::Boolean | Kind::Float32 | Kind::Float64 | Kind::Date32 | Kind::Date64 | Kind::Timestamp(..) => true,
        Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 | Kind::UInt8 | Kind::UInt16 | Kind::UInt32 | Kind::UInt64 => true,
        Kind::Decimal(..) | Kind::Decimal32(..) | Kind::Decimal64(..) | Kind::Decimal256(..) => true,
        Kind::Dictionary(_, values, _) => readable(values),
        Kind::List(items) | Kind::LargeList(items) => matches!(items.dtype(), Kind::Null) || is_text(items.dtype()),
        other => is_text(other) || matches!(other, Kind::Binary | Kind::LargeBinary | Kind::BinaryView),
    }
}

fn is_text(kind: &ArrowDataType) -> bool {
    use ArrowDataType as Kind;
    match kind {
        Kind::Utf8 | Kind::LargeUtf8 | Kind::Utf8View => true,
        Kind::Dictionary(_, values, _) => is_text(values),
        _ => false,
    }
}

/// Whether the values of a column have to be seen before it is known what type an attribute of them is of.
fn is_number(kind: &ArrowDataType) -> bool {
    use ArrowDataType as Kind;
    match kind {
        Kind::Dictionary(_, values, _) => is_number(values),
        Kind::Null | Kind::Boolean | Kind::Date32 | Kind::Date64 | Kind::Timestamp(..) | Kind::List(_) | Kind::LargeList(_) => false,
        other => !is_text(other) && !matches!(other, Kind::Binary | Kind::LargeBinary | Kind::BinaryView),
    }
}

/// A type in a word or two, for messages.
fn kind_word(kind: &ArrowDataType) -> String {
    use ArrowDataType as Kind;
    match kind {
        Kind::Struct(_) => "a struct".to_owned(),
        Kind::Map(..) => "a map".to_owned(),
        Kind::List(items) | Kind::LargeList(items) if matches!(items.dtype(), Kind::Struct(_)) => "a list of structs".to_owned(),
        Kind::List(_) | Kind::LargeList(_) | Kind::FixedSizeList(..) => "a list of something else than text".to_owned(),
        Kind::Time32(_) | Kind::Time64(_) => "a time of day".to_owned(),
        Kind::Duration(_) | Kind::Interval(_) => "a duration".to_owned(),
        Kind::Float16 => "a number of 16 bits".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// What it takes to unpack rows of a file, one stretch after the other.
struct Unpacking {
    extract: ExtractKind,
    source: Source,
    bytes: Bytes,
    shape: Shape,
    limits: InputLimits,
    sizes: Sizes,
}

impl Unpacking {
    fn new(extract: ExtractKind, source: &Source, bytes: &Bytes, shape: Shape, limits: &InputLimits) -> Self {
        Self { extract, source: source.clone(), bytes: bytes.clone(), shape, limits: limits.clone(), sizes: Sizes::new(limits) }
    }

    /// The columns of some rows, and those that hold nothing for us, with what they hold.
    fn rows(&mut self, rows: Range<usize>) -> Result<Unpacked, ExtractError> {
        let unpacked = guarded(|| unpack(&self.bytes, &self.shape, rows, &mut self.sizes));
        let unpacked = unpacked.and_then(|unpacked| unpacked.map_err(|error| error.to_string()));
        let unpacked = unpacked.map_err(|what| damaged(self.extract, &self.source, &what))?;
        unpacked.map_err(|oversize| oversize.refusal(self.extract, &self.source, &self.limits))
    }
}

type Unpacked = (Vec<Raw>, Vec<(String, String)>);

fn unpack(bytes: &Bytes, shape: &Shape, rows: Range<usize>, sizes: &mut Sizes) -> PolarsResult<Result<Unpacked, Oversize>> {
    let wanted: Vec<usize> = (0..shape.columns.len()).filter(|place| shape.columns[*place].unreadable.is_none()).collect();
    let kind_of = |column: &ColumnShape| Some((column.name.trim().to_owned(), column.unreadable.clone()?));
    let (mut raws, mut unreadable) = (Vec::with_capacity(wanted.len()), shape.columns.iter().filter_map(kind_of).collect::<Vec<_>>());
    let columns = match read_columns(bytes, shape, wanted, rows.clone()) {
        Err(error) if error.to_string().contains("invalid UTF-8") => read_as_bytes(bytes, shape, rows.clone())?,
        columns => columns?,
    };
    for column in columns {
        let name = column.name().trim().to_owned();
        if let Err(oversize) = sizes.add(&name, column.as_materialized_series(), rows.start) {
            return Ok(Err(oversize));
        }
        match from_series(name.clone(), column.as_materialized_series())? {
            Ok(raw) => raws.push(raw),
            Err(kind) => unreadable.push((name, kind)),
        }
    }
    Ok(Ok((raws, unreadable)))
}

/// Some rows of the columns at some places of the schema.
fn read_columns(bytes: &Bytes, shape: &Shape, places: Vec<usize>, rows: Range<usize>) -> PolarsResult<Vec<Column>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    // No predicate is pushed down, so that nobody asks the statistics, which may be as damaged as the rest.
    let args = ScanArgsParquet {
        rechunk: false,
        cache: false,
        glob: false,
        use_statistics: false,
        hive_options: HiveOptions::new_disabled(),
        ..ScanArgsParquet::default()
    };
    // By name and not by pattern: a column may be called `*`.
    let names = by_name(places.into_iter().map(|place| shape.columns[place].name.as_str()), true, false);
    let mut frame = LazyFrame::scan_parquet_sources(bytes.sources(), args)?.select([names.as_expr()]);
    if rows.len() < shape.rows {
        frame = frame.slice(rows.start as i64, rows.len() as IdxSize);
    }
    complete(frame.collect()?, rows.len())
}

fn complete(frame: DataFrame, rows: usize) -> PolarsResult<Vec<Column>> {
    if frame.height() != rows {
        return Err(PolarsError::ComputeError(format!("{rows} rows were announced, {} were there", frame.height()).into()));
    }
    Ok(frame.into_columns())
}

/// Some rows of all readable columns, those of text as bytes. Polars refuses a whole file for one text that is no UTF-8, where §2.1 rejects a
/// row; but it takes the types of columns from an Arrow schema in the footer, if there is one. So it is given one in which the
/// columns of text are binary: that of an empty file, written for this.
fn read_as_bytes(bytes: &Bytes, shape: &Shape, rows: Range<usize>) -> PolarsResult<Vec<Column>> {
    let places = |text: bool| move |place: &usize| shape.columns[*place].unreadable.is_none() && shape.columns[*place].text == text;
    let mut columns = read_columns(bytes, shape, (0..shape.columns.len()).filter(places(false)).collect(), rows.clone())?;
    let binary = |place: usize| Column::new_empty(shape.columns[place].name.as_str().into(), &DataType::Binary);
    let mut schema = DataFrame::new(0, (0..shape.columns.len()).filter(places(true)).map(binary).collect())?;
    let mut empty = Vec::new();
    ParquetWriter::new(&mut empty).finish(&mut schema)?;

    let mut reader = ParquetReader::new(Cursor::new(bytes.clone()));
    let mut metadata = FileMetadata::clone(reader.get_metadata()?);
    metadata.key_value_metadata = ParquetReader::new(Cursor::new(empty)).get_metadata()?.key_value_metadata.clone();
    reader.set_metadata(Arc::new(metadata));
    let texts = reader.with_slice(Some((rows.start, rows.len()))).set_rechunk(false).finish()?;
    columns.extend(complete(texts, rows.len())?);
    // As they stand in the file: a part has its columns where the others have them.
    let place: FxHashMap<&str, usize> = shape.columns.iter().enumerate().map(|(place, column)| (column.name.as_str(), place)).collect();
    columns.sort_by_key(|column| place.get(column.name().as_str()).copied());
    Ok(columns)
}

/// Errors of Polars can go on for pages.
fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    line.char_indices().nth(200).map_or(line, |(end, _)| &line[..end])
}
