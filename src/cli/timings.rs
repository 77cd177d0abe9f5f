//! What each stage of a run took, as a table: the figures of its manifest, with the share of each, and how fast it was.

use super::summary::{align_right, bare_table, separated, trimmed};
use super::terminal::Paint;
use crate::run::manifest::{Manifest, StageTime};
use crate::run::memory::show;
use comfy_table::{Attribute, Cell};

/// The table. `pairs` is how many pairs of a demand and a license the run weighed.
pub fn table(manifest: &Manifest, pairs: u64, paint: Paint) -> String {
    let whole: f64 = manifest.stages.iter().map(|stage| stage.seconds).sum();
    let mut table = bare_table(paint);
    let bold = |title| if paint.on { Cell::new(title).add_attribute(Attribute::Bold) } else { Cell::new(title) };
    table.set_header(["Stage", "Seconds", "Share", "Peak memory", "A second"].map(bold));
    for stage in &manifest.stages {
        let rate = work(manifest, stage, pairs).map(|(count, what)| rate(count, what, stage.seconds)).unwrap_or_default();
        table.add_row(row(&stage.stage, stage.seconds, whole, stage.peak_bytes, rate));
    }
    let peak = manifest.memory.as_ref().map(|memory| memory.peak_bytes);
    table.add_row(row("all", whole, whole, peak, String::new()));
    align_right(&mut table, &[1, 2, 3, 4]);
    trimmed(&table)
}

fn row(name: &str, seconds: f64, whole: f64, peak: Option<u64>, rate: String) -> [Cell; 5] {
    let share = if whole > 0.0 { format!("{:.1} %", seconds / whole * 100.0) } else { String::new() };
    [name.to_owned(), format!("{seconds:.3}"), share, peak.map(show).unwrap_or_default(), rate].map(Cell::new)
}

/// What a stage goes through: rows that are read or written, pairs that are weighed. Of the others nothing could be compared.
fn work(manifest: &Manifest, stage: &StageTime, pairs: u64) -> Option<(u64, &'static str)> {
    let inputs = || manifest.inputs.iter().map(|file| file.rows).sum();
    // The affinity table is written with the log's pairs.
    let tables = manifest.outputs.iter().filter(|file| file.name.ends_with(".parquet") && file.name != "affinity.parquet");
    match stage.stage.as_str() {
        "read" => Some((inputs(), "rows")),
        "allocate" => Some((pairs, "pairs")),
        "tables" => Some((tables.filter_map(|file| file.rows).sum(), "rows")),
        "log" if manifest.log != "off" || manifest.affinity != "off" => Some((pairs, "pairs")),
        _ => None,
    }
}

/// How many a second; nothing where the clock is too coarse to tell.
fn rate(count: u64, what: &str, seconds: f64) -> String {
    if seconds < 0.001 {
        return String::new();
    }
    format!("{} {what}", separated(&format!("{:.0}", count as f64 / seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::Date;
    use crate::run::manifest::{InputFile, JobMark, MemoryUse, OutputFile};
    use jiff::Timestamp;

    fn manifest() -> Manifest {
        let mark = JobMark { name: "nightly".to_owned(), digest: String::new() };
        let mut manifest = Manifest::begin("20261122T023000Z-3fa91c", mark, Date(0), Timestamp::UNIX_EPOCH);
        let stage = |name: &str, seconds, mib: u64| StageTime { stage: name.to_owned(), seconds, peak_bytes: Some(mib << 20) };
        manifest.stages = vec![
            stage("read", 0.5, 200),
            stage("build", 0.25, 250),
            stage("allocate", 1.0, 300),
            stage("check", 0.0, 300),
            stage("tables", 0.25, 1536),
            stage("log", 2.0, 400),
        ];
        manifest.memory = Some(MemoryUse { peak_bytes: 1536 << 20, limit_bytes: 2 << 30 });
        let file = |rows| InputFile { extract: String::new(), path: String::new(), bytes: 1, rows, sha256: String::new() };
        manifest.inputs = vec![file(900_000), file(100_000)];
        let table = |name: &str, rows| OutputFile { name: name.to_owned(), rows: Some(rows), bytes: 1, sha256: String::new() };
        manifest.outputs = vec![table("affinity.parquet", 7), table("batch.log", 9), table("demands.parquet", 500_000)];
        manifest.log = "pairs".to_owned();
        manifest
    }

    #[test]
    fn every_stage_and_all_of_them() {
        insta::assert_snapshot!(table(&manifest(), 40_000_000, Paint { on: false }), @r"
        Stage     Seconds    Share  Peak memory          A second
        read        0.500   12.5 %      200 MiB    2,000,000 rows
        build       0.250    6.2 %      250 MiB
        allocate    1.000   25.0 %      300 MiB  40,000,000 pairs
        check       0.000    0.0 %      300 MiB
        tables      0.250    6.2 %      1.5 GiB    2,000,000 rows
        log         2.000   50.0 %      400 MiB  20,000,000 pairs
        all         4.000  100.0 %      1.5 GiB
        ");
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let mut manifest = manifest();
        manifest.log = "top".to_owned();
        manifest.memory = None;
        manifest.stages.truncate(1);
        manifest.stages[0] = StageTime { stage: "log".to_owned(), seconds: 0.0, peak_bytes: None };
        insta::assert_snapshot!(table(&manifest, 5, Paint { on: false }), @r"
        Stage  Seconds  Share  Peak memory  A second
        log      0.000
        all      0.000
        ");
    }
}
