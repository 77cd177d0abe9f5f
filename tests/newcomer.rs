//! The first ten minutes of somebody new, with the real binary: a project of `seatwise init`, and exports that were not made for it.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// How a command ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ended {
    fn holds(&self, text: &str) {
        assert!(self.stdout.contains(text), "no {text:?} in\n{}\n{}", self.stdout, self.stderr);
    }

    fn lacks(&self, text: &str) {
        assert!(!self.stdout.contains(text), "{text:?} in\n{}", self.stdout);
    }
}

/// Runs the binary in a folder; a line is divided at spaces.
fn seatwise(folder: &Path, line: &str) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatwise"));
    command.current_dir(folder).args(line.split_whitespace()).timeout(Duration::from_secs(120));
    command.env("NO_COLOR", "1").env_remove("RUST_LOG").env_remove("RUST_BACKTRACE");
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn done(folder: &Path, line: &str) -> Ended {
    let ended = seatwise(folder, line);
    assert_eq!(ended.code, Some(0), "{line}\n{}\n{}", ended.stdout, ended.stderr);
    ended
}

fn desk() -> TempDir {
    tempfile::Builder::new().prefix("seatwise-").tempdir().expect("a temporary folder")
}

/// A desk with the exports of `fixtures/foreign`.
fn foreign() -> TempDir {
    let desk = desk();
    for name in ["installs.csv", "entitlements.csv"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/foreign").join(name);
        fs::copy(from, desk.path().join(name)).expect("a fixture");
    }
    desk
}

#[test]
fn a_new_project_works_at_once() {
    let desk = desk();
    let made = done(desk.path(), "init licenses");
    made.holds("seatwise why PC-42 --job licenses/job.toml");
    let check = done(desk.path(), "check licenses/job.toml --as-of 2026-11-22");
    check.lacks("warning");
    check.lacks("rejected");
    assert_eq!(check.stderr, "");
    check.holds("9 licenses: 1 retired · 7 active · 1 expired; 21 demands to cover");
    done(desk.path(), "run licenses/job.toml --as-of 2026-11-22").holds("demands=21 covered=19 deficits=2 rejected=0");
    let why = done(desk.path(), "why PC-42 --job licenses/job.toml");
    why.holds("DRAW/PC-42 is not covered.");
    why.holds("At its turn, number 5, its only candidate had no free seat");
    why.holds("Not eligible: L-100 fails location: location Lyon is not within Leeds.");
    why.holds("Not usable: L-102, for it expired after 2025-08-31.");
    done(desk.path(), "rules test licenses/job.toml").holds("3 examples, all hold");
}

/// Nothing in a new project depends on the day, and it runs for many years.
#[test]
fn a_new_project_is_the_same_every_time() {
    let desk = desk();
    done(desk.path(), "init a");
    done(desk.path(), "init deep/er/b");
    for name in ["job.toml", "README.md", ".gitignore", "extracts/consumptions.csv", "extracts/licenses.csv"] {
        let read = |project: &str| fs::read(desk.path().join(project).join(name)).expect(name);
        assert_eq!(read("a"), read("deep/er/b"), "{name}");
    }
    done(desk.path(), "run a/job.toml --as-of 2034-01-31").holds("demands=21 covered=19 deficits=2");
    let again = seatwise(desk.path(), "init a");
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("it holds .gitignore, README.md, extracts, job.toml, out;"), "{}", again.stderr);
    fs::create_dir(desk.path().join("c")).expect("a folder");
    done(&desk.path().join("c"), "init .").holds("seatwise check ./job.toml");
    done(&desk.path().join("c"), "check job.toml");
}

/// By hand: 8 machines have Drawdesk CAD (row 20 twice, and a ninth, PC-40, has the date 31/02/2025 and is refused). ENT-1003 has 2
/// seats for Leeds, where PC-03 and PC-07 are. ENT-1002 ended on 30 June 2025. ENT-1001 ends on 11 December 2026, for the dates
/// have the day first, and has 5 seats for the other six: PC-11, 19, 23, 31, 38, and PC-42, which was installed last, on 3 November.
#[test]
fn exports_of_others_become_a_job_that_says_why() {
    let desk = foreign();
    let report = done(desk.path(), "import installs.csv entitlements.csv --write job.toml");
    report.holds("80 of 84 rows would be accepted, 4 refused");
    report.holds("product_id: 5 of 5 in installs.csv stand in entitlements.csv");
    report.holds("Wrote job.toml\n");
    let check = done(desk.path(), "check job.toml --as-of 2026-11-22");
    check.holds("consumptions  84 rows in 1 file, 4 rejected");
    check.holds("8 licenses: 1 retired · 5 active · 1 expiring · 1 expired; 62 demands to cover");
    done(desk.path(), "run job.toml --as-of 2026-11-22").holds("products=5 demands=62 covered=60 deficits=2 rejected=4");
    let why = done(desk.path(), "why PC-42 --job job.toml");
    why.holds("Drawdesk CAD/PC-42 is not covered.");
    why.holds("It comes from consumption PC-42/Drawdesk CAD.");
    why.holds("in use since 2026-11-03, last used on 2026-11-18.");
    why.holds("At its turn, number 8, its only candidate had no free seat");
    why.holds("The nearest license is ENT-1001, which scores 0: 1 seat was missing. Its last seat before that went to Drawdesk CAD/PC-38 at turn 7");
    why.holds("Not eligible: ENT-1003 fails location: location Lyon is not within Leeds.");
    why.holds("Not usable: ENT-1002, for it expired after 2025-06-30.");
    let json: Value = serde_json::from_str(&done(desk.path(), "why PC-42 --job job.toml --json").stdout).expect("JSON");
    let deficit = &json["found"][0]["demands"][0]["deficit"];
    assert_eq!((deficit["reason"].as_str(), deficit["nearest"]["license_id"].as_str()), (Some("capacity_exhausted"), Some("ENT-1001")));
    let show: Value = serde_json::from_str(&done(desk.path(), "show --job job.toml --format json").stdout).expect("JSON");
    let of = |product: &str| {
        show["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["product_id"] == product)).cloned().expect(product)
    };
    let numbers = |product: &str| ["required", "allocated", "outstanding"].map(|column| of(product)[column].as_i64().unwrap_or(-1));
    assert_eq!(numbers("Drawdesk CAD"), [8, 7, 1]);
    // Three servers, two seats: the four older ones are retired.
    assert_eq!(numbers("Stackbase Enterprise"), [3, 2, 1]);
    assert_eq!(of("Drawdesk Viewer")["metric"], "site");
}

/// What is written is what `--map` prints, and neither a job nor an extract of one is written over.
#[test]
fn nothing_is_written_over() {
    let desk = foreign();
    let map = done(desk.path(), "import installs.csv entitlements.csv --map").stdout;
    done(desk.path(), "import installs.csv entitlements.csv --write job.toml");
    let job = fs::read_to_string(desk.path().join("job.toml")).expect("a job");
    for line in map.lines() {
        assert!(job.contains(line), "{line}");
    }
    let again = seatwise(desk.path(), "import installs.csv entitlements.csv --write job.toml");
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("job.toml has [extracts.consumptions] already"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(desk.path().join("job.toml")).expect("a job"), job);

    fs::write(desk.path().join("computers.csv"), COMPUTERS).expect("a file");
    let added = done(desk.path(), "import computers.csv --write job.toml");
    added.holds("Added to job.toml");
    let more = fs::read_to_string(desk.path().join("job.toml")).expect("a job");
    assert!(more.starts_with(job.trim_end()) && more.contains("[extracts.assets]\npath = \"computers.csv\""), "{more}");
    done(desk.path(), "check job.toml --as-of 2026-11-22").holds("assets        3 rows in 1 file");

    let alone = seatwise(desk.path(), "import installs.csv --write other.toml");
    assert_eq!(alone.code, Some(2));
    assert!(alone.stderr.contains("a job needs licenses") && !desk.path().join("other.toml").exists(), "{}", alone.stderr);
    fs::create_dir(desk.path().join("jobs")).expect("a folder");
    done(desk.path(), "import installs.csv entitlements.csv --write jobs/other.toml");
    let other = fs::read_to_string(desk.path().join("jobs/other.toml")).expect("a job");
    assert!(other.contains("path = \"../installs.csv\""), "{other}");
    assert!(other.contains("[output]\npath = \"out-other\"") && job.contains("[output]\npath = \"out\""), "{other}");
    done(desk.path(), "check jobs/other.toml --as-of 2026-11-22");
}

/// As an inventory tool of Windows machines writes it.
const COMPUTERS: &str = "Name,Serial Number,Install Status,Assigned To,Site,CPU Core Count,Warranty End\n\
    PC-42,S-1001,In Use,q.li,Lyon,8,2027-01-31\nPC-11,S-1002,In Use,l.novak,Lyon,4,2026-12-31\nPC-90,S-1003,Retired,,Leeds,4,2024-06-30\n";

/// Four tools, four files; two of them call by one name what is a number here and a text there.
#[test]
fn a_whole_estate_at_once() {
    let desk = desk();
    for (name, text) in [
        (
            "software.csv",
            "Computer Name,ARP Display Name,Install Date,Last Used Time,User Name,Model\nPC-42,Visio,3/14/2024 12:00:00 AM,11/1/2026 1:30:00 PM,ann,10\n\
            PC-43,Visio,4/2/2024 12:00:00 AM,,bob,11\nPC-44,Project,4/2/2024 12:00:00 AM,NULL,cy,12\n",
        ),
        (
            "entitlements.csv",
            "\"Number\",\"Software Model\",\"License metric\",\"Purchased rights\",\"Start date\",\"End date\",\"Status\"\n\
            \"ENT1\",\"Visio\",\"Per Device\",\"1\",\"2024-01-01\",\"2037-01-01\",\"Active\"\n\"ENT2\",\"Project\",\"Per Device\",\"5\",\"2024-01-01\",\"\",\"Active\"\n",
        ),
        (
            "assets.csv",
            "AssetName;Model;Username;City;State;CPU cores\nPC-42;XPS 13;ann;Leeds;Active;8\nPC-43;XPS 15;bob;Lyon;Active;8\nPC-44;Opti;cy;Lyon;Retired;4\n",
        ),
        ("people.csv", "SamAccountName,DisplayName,Enabled,Office\nann,Ann A,True,Leeds\nbob,Bob B,Yes,Lyon\ncy,Cy C,No,Lyon\n"),
    ] {
        fs::write(desk.path().join(name), text).expect("a file");
    }
    let report = done(desk.path(), "import software.csv entitlements.csv assets.csv people.csv --write job.toml");
    report.holds("asset_id: 3 of 3 in software.csv stand in assets.csv");
    report.holds("read as text, for another file holds something else by that name: Model");
    done(desk.path(), "check job.toml --as-of 2026-11-22");
    // PC-44 is disposed of; of the two that have Visio PC-42 had it first.
    done(desk.path(), "run job.toml --as-of 2026-11-22").holds("products=2 demands=2 covered=1 deficits=1 rejected=0");
    done(desk.path(), "why PC-43 --job job.toml").holds("Visio/PC-43 is not covered.");
}

/// A job that reads foreign files without a mapping leads to the command that makes one.
#[test]
fn check_shows_the_way() {
    let desk = foreign();
    let job = "name = \"bare\"\n[extracts.consumptions]\npath = \"installs.csv\"\ncsv = { separator = \";\" }\n\
        [extracts.licenses]\npath = \"entitlements.csv\"\n[output]\npath = \"out\"\n";
    fs::write(desk.path().join("job.toml"), job).expect("a job");
    let check = seatwise(desk.path(), "check job.toml");
    assert_eq!(check.code, Some(4));
    for part in [
        "did you mean \"Software Title\"? then say so in the job: columns = { product_id = \"Software Title\" }",
        "`seatwise import consumptions=installs.csv` tells which column is which",
        "is another separator set?",
        "`seatwise import licenses=entitlements.csv` tells which column is which",
    ] {
        assert!(check.stderr.contains(part), "no {part:?} in\n{}", check.stderr);
    }
}

#[test]
fn a_program_can_read_the_proposal() {
    let desk = foreign();
    let report: Value =
        serde_json::from_str(&done(desk.path(), "import installs.csv entitlements.csv --format json").stdout).expect("JSON");
    let installs = &report["files"][0];
    assert_eq!((installs["extract"].as_str(), installs["separator"].as_str()), (Some("consumptions"), Some(";")));
    assert_eq!(installs["rows"], serde_json::json!({ "read": 84, "accepted": 80, "rejected": 4 }));
    assert_eq!(installs["join"]["columns"], serde_json::json!(["Computer Name", "Software Title"]));
    assert_eq!(report["links"][0]["known"], 5);
    assert_eq!(report["errors"], serde_json::json!([]));
}

/// The list of licenses has a code and a name for each product; the inventory knows the names.
#[test]
fn the_product_is_what_both_files_know() {
    let desk = desk();
    fs::write(desk.path().join("installs.csv"), "Device,Application\nPC-1,Draw 5\nPC-2,Cad Pro\nPC-3,Sheet\n").expect("a file");
    let entitlements = "License No,Product Code,Product Name,Qty,Metric\n1,D-5,Draw 5,1,Per Device\n2,C-P,Cad Professional,1,Per Device\n";
    fs::write(desk.path().join("entitlements.csv"), entitlements).expect("a file");
    let report = done(desk.path(), "import installs.csv entitlements.csv --write job.toml");
    report.holds("Product Name  product_id  sure    by its values: installs.csv has them too, and not those of Product Code");
    report.holds("product_id: 1 of 3 in installs.csv stand in entitlements.csv");
    report.holds("Cad Pro is not there; is it \"Cad Professional\"? then say so in the job: values = { product_id = { \"Cad Pro\" = \"Cad Professional\" } }");
    report.holds("Sheet is not there\n");
    // What it says may be done, and does what it says.
    let path = desk.path().join("job.toml");
    let job = fs::read_to_string(&path).expect("a job");
    let line = "path = \"installs.csv\"\n";
    assert!(job.contains(line), "{job}");
    fs::write(&path, job.replace(line, &format!("{line}values = {{ product_id = {{ \"Cad Pro\" = \"Cad Professional\" }} }}\n")))
        .expect("a job");
    done(desk.path(), "run job.toml --as-of 2026-11-22").holds("products=3 demands=3 covered=2 deficits=1 rejected=0");
}
