//! Estates made up from a seed: to try what a size costs, and to find where the program is slow. Equal plans give equal bytes,
//! on any number of threads.
//!
//! [`plan`](Plan) what is asked for · [`Shape`] what the estate is like · `random` numbers as functions of (seed, row) · `world` the
//! estate as functions · `forest` its trees · `tables` the extracts, a table a file · `dirt` rows to be rejected · `batch` rows as
//! columns, `parquet_file` and `csv_file` columns as files · `job` the job file. Nothing here knows what the program does with an
//! estate.

mod batch;
mod csv_file;
mod dirt;
mod error;
mod forest;
mod job;
mod parquet_file;
mod plan;
mod random;
mod shape;
mod tables;
mod world;

#[cfg(test)]
mod tests;

pub use error::GenerateError;
pub use plan::{Format, MOST_DIRTY, MOST_ROWS, Plan};
pub use shape::Shape;

use batch::Table;
use error::Fault;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use world::World;

/// A file that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    pub name: String,
    /// Rows; none for the job.
    pub rows: Option<u64>,
    pub bytes: u64,
}

/// The job file of an estate.
pub const JOB_FILE: &str = "job.toml";

/// Makes an estate in a folder, which is made too, and must be empty.
pub fn generate(plan: &Plan, folder: &Path) -> Result<Vec<Made>, GenerateError> {
    let world = World::new(plan)?;
    let failed = |source| GenerateError::Io { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(GenerateError::NotEmpty(folder.to_owned()));
    }
    let tables = tables::all(&world);
    let mut made = Vec::new();
    for table in &tables {
        let name = job::file_name(table.name(), plan.format);
        let path = folder.join(&name);
        let bytes = write(table.as_ref(), plan.format, &path).map_err(|fault| fault.of(path))?;
        made.push(Made { name, rows: Some(table.rows()), bytes });
    }
    let text = job::job(plan, &tables);
    let path = folder.join(JOB_FILE);
    fs::write(&path, &text).map_err(|source| GenerateError::Io { path, source })?;
    made.push(Made { name: JOB_FILE.to_owned(), rows: None, bytes: text.len() as u64 });
    Ok(made)
}

fn write(table: &dyn Table, format: Format, path: &Path) -> Result<u64, Fault> {
    let mut out = BufWriter::new(File::create_new(path)?);
    match format {
        Format::Parquet => parquet_file::write(table, &mut out)?,
        Format::Csv => csv_file::write(table, &mut out)?,
    }
    out.flush()?;
    Ok(out.get_ref().metadata()?.len())
}
