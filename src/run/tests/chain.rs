//! The chain of manifests, the order of publishing, and the form of a manifest.

use super::*;
use crate::run::manifest::{AffinityText, Failure, InputFile, RejectCount, RequirementText, StageTime};
use std::time::Duration;

fn sha256_of(output: &Path, run: &str) -> String {
    hex(&Sha256::digest(std::fs::read(output.join("runs").join(run).join("manifest.json")).unwrap()))
}

#[test]
fn each_manifest_names_the_run_published_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path();
    let starts = ["2026-11-22T02:30:00Z", "2026-11-22T10:00:00Z", "2026-11-23T02:30:00Z"];
    let ids: Vec<String> =
        ["2026-11-22", "2026-11-20", "2026-11-23"].iter().zip(starts).map(|(as_of, start)| publish_at(output, as_of, start)).collect();
    let history = History::read(output).unwrap();
    assert_eq!(history.runs().iter().map(|run| run.id.to_string()).collect::<Vec<_>>(), ids);
    let previous: Vec<_> = history.runs().iter().map(|run| run.previous_manifest_sha256.clone()).collect();
    assert_eq!(previous, [None, Some(sha256_of(output, &ids[0])), Some(sha256_of(output, &ids[1]))]);
    // After pruning, the chain begins with the oldest one kept.
    std::fs::remove_dir_all(output.join("runs").join(&ids[0])).unwrap();
    drop(OutputFolder::open(output).unwrap());
    assert_settled(output);
    assert_eq!(link(output, "as_of=2026-11-22"), None);
}

#[test]
fn a_clock_that_went_back_does_not_hide_the_newest_run() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path();
    let starts = ["2026-11-22T02:30:00Z", "2026-11-22T01:40:00Z", "2026-11-22T02:10:00Z", "2026-11-22T02:50:00Z"];
    let mut ids = Vec::new();
    for start in starts {
        ids.push(publish_at(output, "2026-11-22", start));
        assert_eq!(link(output, "latest").as_ref(), ids.last());
        drop(OutputFolder::open(output).unwrap());
        assert_eq!(link(output, "latest").as_ref(), ids.last());
    }
    assert_eq!(History::read(output).unwrap().runs().iter().map(|run| run.id.to_string()).collect::<Vec<_>>(), ids);
}

#[test]
fn a_manifest_goes_round_and_keeps_its_order() {
    let mut manifest = Manifest::begin(
        "20261122T023000Z-3fa91c",
        JobMark { name: "nightly".to_owned(), digest: "d1".to_owned() },
        date("2026-11-22"),
        time("2026-11-22T02:30:00Z"),
    );
    manifest.program_version = "0.0.0".to_owned();
    manifest.ended_at = time("2026-11-22T02:31:02.5Z");
    manifest.stages.push(StageTime::new("extract", Duration::from_micros(1_234_567)));
    manifest
        .rules
        .requirements
        .push(RequirementText { name: "location".to_owned(), rule: "consumption.location within license.location".to_owned() });
    manifest.rules.affinities.push(AffinityText { name: "custodian".to_owned(), rule: "a = b".to_owned(), points: 1000 });
    manifest.inputs.push(InputFile {
        extract: "licenses".to_owned(),
        path: "l.csv".to_owned(),
        bytes: 10,
        rows: 2,
        sha256: "aa".to_owned(),
    });
    manifest.rejects.push(RejectCount { extract: "licenses".to_owned(), rows: 2, rejected: 1 });
    manifest.totals.insert("required".to_owned(), 7);
    manifest.error = Some(Failure { exit_code: 4, message: "no".to_owned() });
    let bytes = manifest.to_bytes().unwrap();
    assert_eq!(Manifest::from_bytes(&bytes).unwrap(), manifest);
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap());
}
