//! The job file of an estate, ready to be run.

use super::batch::Table;
use super::plan::{Format, Plan};
use super::shape::Shape;
use super::tables::TAGS;
use std::fmt::Write;

/// The text of `job.toml`.
pub(super) fn job(plan: &Plan, tables: &[Box<dyn Table + '_>]) -> String {
    let mut text = String::new();
    let shape = plan.shape.word();
    let rows = plan.consumptions;
    // Writing to a text cannot fail.
    let _ = writeln!(text, "# An estate of {rows} consumptions, {shape}, made by `seatwise generate` with seed {}.", plan.seed);
    let _ = writeln!(text, "# Run it:   seatwise run job.toml");
    let _ = writeln!(text, "# Results:  out/latest; affinity: full | top | off says how much is told of every pair.\n");
    let _ = writeln!(text, "name = \"{shape}\"\n");
    for table in tables {
        let _ = writeln!(text, "[extracts.{}]\npath = \"{}\"", table.name(), file_name(table.name(), plan.format));
    }
    text.push_str("\n[calculation]\nas_of = \"2026-11-22\"\n");
    text.push_str(&rules(plan.shape));
    text.push_str("\n[output]\npath = \"out\"\naffinity = \"top\"\n\n[log]\naffinity = \"top\"\n");
    if plan.dirty >= ALLOWED {
        // Every extract is cut to whole rows, so that one may have a little more than the share.
        let share = (plan.dirty + 10_000).min(1_000_000);
        let _ = writeln!(text, "\n[limits]\nmax_reject_ratio = {}.{:06}", share / 1_000_000, share % 1_000_000);
    }
    text
}

/// The file of an extract.
pub(super) fn file_name(table: &str, format: Format) -> String {
    format!("{table}.{}", format.extension())
}

/// So many dirty rows of a million are less than a job tolerates without being told.
const ALLOWED: u32 = 50_000;

const OWN_MACHINE: &str = r#"
[[requirement]]
name = "own-machine"
rule = "consumption.asset_id = license.machine"
[[requirement]]
name = "own-user"
rule = "consumption.user_id = license.user_id"
"#;

fn rules(shape: Shape) -> String {
    match shape {
        Shape::OwnMachine => OWN_MACHINE.to_owned(),
        Shape::Rules200 => many_rules(),
        _ => String::new(),
    }
}

/// Ten requirements and 190 affinities over the tags and levels of demands and licenses.
fn many_rules() -> String {
    let mut text = String::new();
    for level in 0..TAGS {
        let rule = format!("consumption.level_{level} + 80 >= license.level_{level}");
        let _ = write!(text, "\n[[requirement]]\nname = \"level-{level}\"\nrule = \"{rule}\"");
    }
    for number in 0..200 - TAGS {
        let (place, round) = (number % TAGS, number / TAGS);
        let rule = match round % 4 {
            0 => format!("consumption.tag_{place} = license.tag_{place}"),
            1 => format!("consumption.level_{place} >= license.level_{place} + {round}"),
            2 => format!("consumption.tag_{place} = \\\"t-{round}\\\" and license.tag_{place} in [\\\"t-1\\\", \\\"t-{round}\\\"]"),
            _ => format!("consumption.level_{place} < {} and license.metric = \\\"device\\\"", round * 5),
        };
        let _ = write!(text, "\n[[affinity]]\nname = \"rule-{number}\"\nrule = \"{rule}\"\npoints = {}", 10 + number);
    }
    text.push('\n');
    text
}
