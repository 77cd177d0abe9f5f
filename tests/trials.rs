//! `what-if` and `diff` against real runs of random estates: a trial that changes nothing shows nothing; a trial of other settings
//! shows what a real run of them differs in; and no trial leaves anything, in the output or anywhere.

use crate::agreement::write;
use crate::estates::random_estate;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SEEDS: std::ops::Range<u64> = 0..14;

/// A folder with a job, and another one for what trials need on the way.
struct Place {
    home: tempfile::TempDir,
    scratch: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a folder"), scratch: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn ask(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatwise"));
        command.current_dir(self.home.path()).env("TMPDIR", self.scratch.path()).args(words);
        command.output().expect("the binary runs")
    }

    /// What a comparison comes to, but for what names the two runs.
    fn results(&self, words: &[&str]) -> Value {
        let output = self.ask(&[words, &["--json"]].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {error}");
        let mut document: Value = serde_json::from_slice(&output.stdout).expect("a document");
        let whole = document.as_object_mut().expect("an object");
        for about in ["before", "after", "settings", "warning", "inputs"] {
            assert!(whole.remove(about).is_some(), "{about}");
        }
        document
    }

    /// Every file below the output with its digest, every link with what it says.
    fn listing(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        list(&self.path("out"), &mut found);
        found
    }

    fn assert_no_traces(&self, before: &BTreeMap<String, String>) {
        assert_eq!(&self.listing(), before, "a trial changed the output");
        assert_eq!(fs::read_dir(self.scratch.path()).expect("a folder").count(), 0, "a trial left something");
    }
}

fn list(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        if path.is_symlink() {
            found.insert(name, format!("-> {}", fs::read_link(&path).expect("a link").display()));
        } else if path.is_dir() {
            found.insert(name, "folder".to_owned());
            list(&path, found);
        } else {
            found.insert(name, format!("{:x}", Sha256::digest(fs::read(&path).expect("a file"))));
        }
    }
}

/// The job with other choices: as a file, and as settings.
fn other_job(job: &str) -> (String, Vec<String>) {
    let mut table: toml::Table = job.parse().expect("a job");
    let calculation = table.entry("calculation").or_insert_with(|| toml::Table::new().into()).as_table_mut().expect("a table");
    let flip = |key: &str, default: bool, calculation: &mut toml::Table| {
        let now = calculation.get(key).and_then(toml::Value::as_bool).unwrap_or(default);
        calculation.insert(key.to_owned(), (!now).into());
        format!("calculation.{key}={}", !now)
    };
    let mut settings = vec![
        flip("partial_cover", false, calculation),
        flip("split_across_licenses", true, calculation),
        flip("downgrades", true, calculation),
    ];
    calculation.insert("grace_days".to_owned(), 40.into());
    settings.push("calculation.grace_days=40".to_owned());
    if let Some(rules) = table.get_mut("affinity").and_then(toml::Value::as_array_mut) {
        for rule in rules.iter_mut().filter_map(toml::Value::as_table_mut) {
            let points = rule["points"].as_integer().expect("points") + 777;
            rule.insert("points".to_owned(), points.into());
            settings.push(format!("affinity.\"{}\".points={points}", rule["name"].as_str().expect("a name")));
        }
    }
    // Whatever is set last is no rule of the job's, so that this is one more.
    let extra: toml::Table = "name = 'trial of points'\nrule = 'license.seats > 2'\npoints = 250".parse().expect("a rule");
    table.entry("affinity").or_insert_with(|| toml::Value::Array(Vec::new())).as_array_mut().expect("a list").push(extra.into());
    settings.push("affinity.\"trial of points\".rule=license.seats > 2".to_owned());
    settings.push("affinity.\"trial of points\".points=250".to_owned());
    (table.to_string(), settings)
}

#[test]
fn trials_of_random_estates() {
    let (mut tried, mut changed) = (0, 0);
    for seed in SEEDS {
        let place = Place::new();
        let estate = random_estate(seed);
        write(&estate, place.home.path());
        if place.ask(&["run", "job.toml", "--quiet"]).status.code() != Some(0) {
            continue;
        }
        let before = place.listing();
        let nothing = place.results(&["what-if", "job.toml"]);
        assert_eq!(nothing["same_results"], Value::Bool(true), "seed {seed}: {nothing:#}");

        let (other, settings) = other_job(&estate.job);
        fs::write(place.path("other.toml"), other).expect("a job");
        let real = place.ask(&["run", "other.toml", "--quiet", "--output", "other"]);
        if real.status.code() != Some(0) {
            continue;
        }
        let real = place.results(&["diff", "./out/latest", "./other/latest"]);
        let with = place.results(&["what-if", "job.toml", "--with", "other.toml"]);
        assert_eq!(with, real, "seed {seed}: another job");
        let mut words = vec!["what-if", "job.toml"];
        words.extend(settings.iter().flat_map(|setting| ["--set", setting.as_str()]));
        assert_eq!(place.results(&words), real, "seed {seed}: settings");
        place.assert_no_traces(&before);
        tried += 1;
        changed += usize::from(real["same_results"] == Value::Bool(false));
    }
    assert!(tried >= 7 && changed >= 5, "{tried} seeds were tried, {changed} of them changed");
}

const JOB: &str = "name = \"n\"\n[extracts.consumptions]\npath = \"c.csv\"\n[extracts.licenses]\npath = \"l.csv\"\n\
    [calculation]\nas_of = \"2026-11-22\"\n[output]\npath = \"out\"\n";
const CONSUMPTIONS: &str = "consumption_id,product_id,asset_id,department\nC-1,CAD,PC-1,lab\nC-2,CAD,PC-2,lab\nC-3,CAD,PC-3,office\n";
const LICENSES: &str = "license_id,product_id,metric,seats,department,ends_on,scope\n\
    L-1,CAD,device,2,lab,2026-12-31,\nL-2,CAD,device,1,,,\nL-3,BIM,device,1,,,\n";

/// A desk with three demands on three seats.
fn little() -> Place {
    let place = Place::new();
    for (name, content) in [("job.toml", JOB), ("c.csv", CONSUMPTIONS), ("l.csv", LICENSES)] {
        fs::write(place.path(name), content).expect("a file");
    }
    assert_eq!(place.ask(&["run", "job.toml", "--quiet"]).status.code(), Some(0));
    place
}

#[test]
fn fields_of_licenses_are_those_of_a_changed_extract() {
    let place = little();
    let before = place.listing();
    let changes = [
        ("license.L-1.seats=1", "L-1,CAD,device,2,", "L-1,CAD,device,1,"),
        ("license.L-1.ends_on=2026-11-01", "2026-12-31", "2026-11-01"),
        ("license.L-1.ends_on=", "2026-12-31", ""),
        ("license.L-1.department=office", "2,lab,", "2,office,"),
        ("license.L-1.scope=department; location", "2026-12-31,", "2026-12-31,department;location"),
        ("license.L-3.product_id=CAD", "L-3,BIM", "L-3,CAD"),
        ("license.L-2.metric=site", "L-2,CAD,device", "L-2,CAD,site"),
    ];
    for (setting, old, new) in changes {
        let tried = place.results(&["what-if", "job.toml", "--set", setting]);
        assert!(LICENSES.contains(old), "{old}");
        fs::write(place.path("l.csv"), LICENSES.replacen(old, new, 1)).expect("a file");
        assert_eq!(place.ask(&["run", "job.toml", "--quiet", "--output", "real"]).status.code(), Some(0));
        fs::write(place.path("l.csv"), LICENSES).expect("a file");
        let real = place.results(&["diff", "./out/latest", "./real/latest"]);
        assert_eq!(real["same_results"], Value::Bool(false), "{setting}");
        assert_eq!(tried, real, "{setting}");
    }
    place.assert_no_traces(&before);
}

#[test]
fn a_trial_asks_for_no_lock_and_leaves_nothing_when_it_fails() {
    let place = little();
    let before = place.listing();
    let lock = fs::File::open(place.path("out/.lock")).expect("the lock");
    lock.lock().expect("it is free");
    assert_eq!(place.results(&["what-if", "job.toml"])["same_results"], Value::Bool(true));
    for setting in ["license.L-9.seats=1", "extracts.licenses.path=none.csv", "affinity.custodian.rule=license.colour = \"red\""] {
        assert_ne!(place.ask(&["what-if", "job.toml", "--set", setting]).status.code(), Some(0), "{setting}");
    }
    place.assert_no_traces(&before);
}

#[test]
fn a_date_moved_past_an_end() {
    let place = little();
    let later = place.results(&["what-if", "job.toml", "--as-of", "2027-01-01"]);
    assert_eq!(place.results(&["what-if", "job.toml", "--set", "calculation.as_of=2027-01-01"]), later);
    let sentences: Vec<&str> = later["summary"].as_array().expect("a list").iter().filter_map(|one| one["sentence"].as_str()).collect();
    assert_eq!(
        sentences,
        [
            "1 demand of CAD loses cover, because L-1 is expired on 2027-01-01, and was active on 2026-11-22",
            "1 demand of CAD loses cover, because other demands took its place on L-2: \
             L-1 is expired on 2027-01-01, and was active on 2026-11-22",
            "1 demand of CAD moves from L-1 to L-2, because L-1 is expired on 2027-01-01, and was active on 2026-11-22",
        ]
    );
}
