//! What the data team asks: `schema`, `export`; and which OUTPUT is meant where nobody says.

use super::{Desk, Ended, JOB, assert_transcript};
use std::fs;

#[test]
fn columns_of_tables_and_extracts() {
    let desk = Desk::new();
    let lines = ["schema", "schema --input", "schema demands", "schema licenses --input", "schema licences", "schema usage --input"];
    let ended = lines.map(|line| desk.type_line(line));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [0, 0, 0, 0, 2, 2].map(Some));
    assert_transcript("schema", &ended);
    assert_transcript(
        "schema-json",
        &["schema bundles --format json", "schema bundles --input --format json"].map(|line| desk.type_line(line)),
    );
}

#[test]
fn the_document_has_every_table_and_its_shape_is_one() {
    let desk = Desk::new();
    let document = |line: &str| -> serde_json::Value { serde_json::from_str(&desk.type_line(line).stdout).expect("JSON") };
    let (all, one) = (document("schema --format json"), document("schema usage --format json"));
    let keys = |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&all), ["contract", "tables", "inputs", "units"]);
    assert_eq!(keys(&all), keys(&one));
    assert_eq!(all["tables"][2], one["tables"][0]);
    assert_eq!((all["tables"].as_array().map(Vec::len), all["inputs"].as_array().map(Vec::len)), (Some(23), Some(10)));
    // What it says of a table is what a run writes.
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    for table in all["tables"].as_array().expect("tables") {
        let file = table["file"].as_str().expect("a file");
        assert!(desk.path("out/latest").join(file).is_file(), "{file}");
        let header = desk.type_line(&format!("export {} --raw --limit 0", table["name"].as_str().expect("a name"))).stdout;
        let columns: Vec<&str> =
            table["columns"].as_array().expect("columns").iter().filter_map(|column| column["name"].as_str()).collect();
        let extended = table["extended_by_rules"] == true && header.trim_end().starts_with(&columns.join(","));
        assert!(header.trim_end() == columns.join(",") || extended, "{file}: {header}");
    }
}

/// A desk whose names and departments would be formulas.
fn hostile() -> Desk {
    let desk = Desk::new();
    desk.write("products.csv", "product_id,name,publisher\nDRAW,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",\"@Draw, Inc.\"\n-3,＝2,\n");
    desk.write("licenses.csv", "license_id,product_id,metric,seats,department\n+L-1,DRAW,device,1,lab\n-5,DRAW,device,0,\n");
    desk.write("job.toml", format!("{JOB}\n[extracts.products]\npath = \"products.csv\"\n"));
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    desk
}

#[test]
fn tables_for_spreadsheets_and_programs() {
    let desk = hostile();
    let lines = [
        "export positions-report",
        "export positions-report --columns Product,Missing --filter Missing>0",
        "export positions --columns product_id,name,publisher,outstanding --raw",
        "export usage --columns license_id,seats,status",
        "export usage --columns license_id --filter seats=0 --filter license_id=-5",
        "export deficits --format tsv --columns demand_id,reason,detail",
        "export affinity --limit 1",
        "export rejects",
        "export rejects --columns value --to rejects.csv",
        "export positons",
        "export usage --columns licence_id",
        "export usage --filter seats",
        "export usage --as-of 2020-01-01",
        "export usage --to nowhere/usage.csv",
    ];
    let ended = lines.map(|line| desk.type_line(line));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 74].map(Some));
    assert_transcript("export", &ended);
    assert_eq!(fs::read_to_string(desk.path("rejects.csv")).expect("a file"), "value\n");
}

#[test]
fn a_file_is_replaced_whole() {
    let desk = hostile();
    desk.write("sheet.csv", "old");
    let names = || {
        let mut names: Vec<_> = fs::read_dir(desk.path("")).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    assert_eq!(desk.type_line("export positions-report --bom --to sheet.csv").code, Some(0));
    let sheet = fs::read_to_string(desk.path("sheet.csv")).expect("a file");
    assert!(sheet.starts_with("\u{feff}Status,Product,"), "{sheet}");
    assert_eq!(sheet.trim_start_matches('\u{feff}').trim_end(), desk.type_line("export positions-report").stdout.trim_end());
    // A run that is damaged leaves the file as it was.
    fs::write(fs::canonicalize(desk.path("out/latest")).expect("a run").join("positions.parquet"), "PAR1").expect("damage");
    let broken = desk.type_line("export positions --to sheet.csv");
    assert_eq!(broken.code, Some(3), "{}", broken.transcript());
    assert_eq!(fs::read_to_string(desk.path("sheet.csv")).expect("a file"), sheet);
    assert_eq!(names(), before);
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let desk = hostile();
    let script = "\"$0\" export affinity | true; \"$0\" export coverage --to - | head -n 1";
    let mut command = std::process::Command::new("bash");
    command.args(["-o", "pipefail", "-c", script, env!("CARGO_BIN_EXE_seatwise")]).current_dir(desk.path(""));
    let output = command.output().expect("bash runs");
    assert_eq!((output.status.code(), output.stderr.is_empty()), (Some(0), true), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"consumption_id,"));
}

/// Every command that looks at runs finds the only OUTPUT, and says the same where there is none or several.
#[test]
fn which_output_is_meant() {
    let commands = ["why PC-1", "show", "export tries", "log --count", "history", "verify --quiet", "diff latest latest"];
    let told = |desk: &Desk, code: i32, words: &str| {
        let ended = commands.map(|line| desk.type_line(line));
        for one in &ended {
            assert_eq!(
                (one.code, one.stderr.contains(words)),
                (Some(code), !words.is_empty() || one.stderr.is_empty()),
                "{}",
                one.transcript()
            );
        }
        ended.map(|ended| ended.stderr)
    };
    let same = |stderr: [String; 7]| assert!(stderr.iter().all(|one| *one == stderr[0]), "{stderr:?}");
    let desk = Desk::new();
    same(told(&desk, 2, "no job here, or in jobs/, has published anything\n  help: name a job with --job"));
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    told(&desk, 0, "");
    desk.write("other.toml", JOB.replacen("path = \"out\"", "path = \"elsewhere\"", 1));
    told(&desk, 0, "");
    assert_eq!(desk.type_line("run other.toml --quiet").code, Some(0));
    same(told(&desk, 2, "the jobs here publish into several folders: "));
    // What removes something does not guess.
    fs::remove_file(desk.path("other.toml")).expect("removed");
    let prune = desk.type_line("prune --keep-runs 1 --yes");
    assert_eq!(prune.code, Some(2));

    let asked = |line: &str| commands.map(|command| desk.type_line(&format!("{command} {line}")));
    let alike = |ended: [Ended; 7]| {
        assert!(ended.iter().all(|one| one.code == Some(3) && one.stderr == ended[0].stderr), "{:?}", ended.map(|one| one.stderr));
    };
    alike(asked("--output nowhere"));
    fs::create_dir(desk.path("empty")).expect("a folder");
    alike(asked("--output empty"));
    assert_transcript(
        "which-output",
        &["why PC-1 --output nowhere", "history --output empty", "prune --keep-runs 1"].map(|line| desk.type_line(line)),
    );
}
