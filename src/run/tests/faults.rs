//! Every call of a run to the file system fails in turn, with each of eight errors, once or from then on, with and without a power
//! cut. Whatever happens, the published state is the old one or the new one, whole, no failed sync is tried again, and the next
//! start goes on from there.

use super::*;
use crate::run::manifest::Failure;
use crate::run::testing::{Fault, FaultyFiles};
use rayon::prelude::*;
use std::sync::Arc;

const EIO: i32 = 5;
const EINTR: i32 = 4;

/// ENOSPC, EIO, EACCES, EDQUOT, EROFS, EMFILE, ENOMEM, ESTALE.
const ERRORS: [i32; 8] = [28, EIO, 13, 122, 30, 24, 12, 116];

/// The faults, each without and with a power cut where that makes a difference. An interrupted call comes once: whoever is
/// interrupted for ever waits for ever.
fn faults() -> Vec<(Fault, bool)> {
    let once = ERRORS.iter().map(|error| (Fault::Once(*error), false));
    let sticky = ERRORS.iter().map(|error| (Fault::Sticky(*error), false));
    let cut = [(Fault::Once(EIO), true), (Fault::Sticky(EIO), true), (Fault::Once(EINTR), false)];
    once.chain(sticky).chain(cut).collect()
}

/// What OUTPUT was before the run that is disturbed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Before {
    Nothing,
    Run,
    /// And what a dead run left behind: a folder, and a link of before.
    RunAndLeftovers,
}

/// What the disturbed run wants.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wants {
    Publish(&'static str),
    /// With a log so long that it is synced while it is written.
    PublishLong,
    Fail,
}

/// A folder in memory, where there is such a thing: thousands of small runs are hard on a disk, and prove nothing more there.
pub(super) fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(super) fn prepare(output: &Path, before: Before) {
    if matches!(before, Before::Nothing) {
        return;
    }
    let first = undisturbed(output, "2026-11-21", "2026-11-21T02:30:00Z");
    undisturbed(output, "2026-11-22", "2026-11-22T02:30:00Z");
    if matches!(before, Before::RunAndLeftovers) {
        std::fs::create_dir(output.join(".staging/20261122T030000Z-000000")).unwrap();
        std::fs::write(output.join(".staging/20261122T030000Z-000000/usage.parquet"), "half").unwrap();
        std::fs::remove_file(output.join("latest")).unwrap();
        std::os::unix::fs::symlink(format!("runs/{first}"), output.join("latest")).unwrap();
    }
}

pub(super) fn undisturbed(output: &Path, as_of: &str, started: &str) -> String {
    let files = Arc::new(FaultyFiles::default());
    publish(OutputFolder::open_with(output, files).unwrap(), as_of, started).unwrap().id.to_string()
}

pub(super) fn disturbed(output: &Path, wants: Wants, files: &FaultyFiles) -> Result<Published, RunError> {
    let folder = OutputFolder::open_with(output, Arc::new(files.clone()))?;
    let started = time("2026-11-22T09:00:00Z");
    match wants {
        Wants::Publish(as_of) => publish(folder, as_of, "2026-11-22T09:00:00Z"),
        Wants::PublishLong => {
            let run = folder.begin(started)?;
            let mut file = run.create("batch.log")?;
            // An error comes out of `finish`.
            let _ = (0..7).try_for_each(|_| file.write_all(&[b'x'; 300 * 1024]));
            file.finish(Some(1))?;
            let manifest = manifest(&run, "2026-11-22", started);
            run.publish(manifest)
        }
        Wants::Fail => {
            let run = folder.begin(started)?;
            fill(&run, &["usage.parquet", "batch.log"])?;
            let manifest = manifest(&run, "2026-11-22", started);
            run.fail(manifest, Failure { exit_code: 4, message: "bad input".to_owned() })
        }
    }
}

/// Disturbs one call; false once the run has no such call.
fn disturb(before: Before, wants: Wants, call: usize, fault: Fault, power_cut: bool) -> bool {
    let folder = scratch();
    let output = folder.path().join("out");
    prepare(&output, before);
    let due = || History::read(&output).unwrap().latest().map(|run| run.id.to_string());
    let (old, old_latest, due_before) = (assert_legal(&output), link(&output, "latest"), due());
    let files = FaultyFiles::failing(call, fault);
    let result = disturbed(&output, wants, &files);
    if files.calls().len() <= call {
        result.unwrap();
        return false;
    }
    if power_cut {
        files.cut_power();
    }
    let case = format!("{before:?} {wants:?} call {call} {fault:?} power cut {power_cut}: {:?}", files.calls().get(call));
    let after = assert_legal(&output);
    let new: Vec<&String> = after.difference(&old).collect();
    assert!(old.is_subset(&after) && new.len() <= 1, "{case}");
    assert_eq!(files.retried_syncs(), Vec::<String>::new(), "{case}");
    let latest = link(&output, "latest");
    // Where it led, where the start should have it lead, or where the new run wants it.
    assert!([old_latest, due_before, due()].contains(&latest), "{case}: {latest:?}");
    match &result {
        // A sync that was reported done is done: no power cut takes it back.
        Ok(published) if !matches!(wants, Wants::Fail) => assert!(after.contains(published.id.as_str()), "{case}"),
        Ok(_) => assert!(new.is_empty(), "{case}"),
        Err(RunError::LinksBehind { run_id, .. }) => assert!(power_cut || after.contains(run_id), "{case}"),
        Err(error) => {
            assert_eq!((error.exit_code(), new.len()), (74, 0), "{case}: {error}");
            assert!(error.to_string().contains(" /"), "{case} names no path: {error}");
        }
    }
    let next = undisturbed(&output, "2026-11-23", "2026-11-23T02:30:00Z");
    assert!(assert_legal(&output).is_superset(&after), "{case}");
    assert_eq!(link(&output, "latest"), Some(next), "{case}");
    assert_settled(&output);
    true
}

#[test]
fn every_call_may_fail() {
    let mut work = Vec::new();
    for before in [Before::Nothing, Before::Run, Before::RunAndLeftovers] {
        for wants in [Wants::Publish("2026-11-22"), Wants::Publish("2026-11-01"), Wants::Fail] {
            work.extend(faults().into_iter().map(|(fault, power_cut)| (before, wants, fault, power_cut)));
        }
    }
    work.extend(faults().into_iter().map(|(fault, power_cut)| (Before::Run, Wants::PublishLong, fault, power_cut)));
    let count = |(before, wants, fault, power_cut): &(Before, Wants, Fault, bool)| {
        (0..).take_while(|call| disturb(*before, *wants, *call, *fault, *power_cut)).count()
    };
    let cases: usize = work.par_iter().map(count).sum();
    println!("failed calls: {cases} cases, 8 errors, once and sticky: 0 violations");
    assert!(cases > 3000, "only {cases} cases");
}

#[test]
fn what_is_reported_as_published_survives_a_power_cut() {
    for before in [Before::Nothing, Before::Run, Before::RunAndLeftovers] {
        let folder = scratch();
        let output = folder.path().join("out");
        prepare(&output, before);
        let files = FaultyFiles::default();
        let published = disturbed(&output, Wants::Publish("2026-11-22"), &files).unwrap();
        files.cut_power();
        assert!(assert_legal(&output).contains(published.id.as_str()));
        assert_eq!(link(&output, "latest"), Some(published.id.to_string()), "{before:?}");
        assert_settled(&output);
    }
}

#[test]
fn a_long_file_is_synced_while_it_is_written() {
    let folder = scratch();
    let files = FaultyFiles::default();
    disturbed(&folder.path().join("out"), Wants::PublishLong, &files).unwrap();
    let syncs = files.calls().iter().filter(|call| *call == "sync batch.log").count();
    assert!((2..=4).contains(&syncs), "once at least, not more than every 600 KiB, and at its end: {:?}", files.calls());
}

#[test]
fn the_order_of_publishing_is_the_documented_one() {
    let folder = scratch();
    let output = folder.path().join("out");
    undisturbed(&output, "2026-11-21", "2026-11-21T02:30:00Z");
    let files = FaultyFiles::default();
    disturbed(&output, Wants::Publish("2026-11-22"), &files).unwrap();
    let mut calls = files.calls();
    for name in ["usage.parquet", "rejects.parquet", "batch.log"] {
        // These are synced by another thread: at some time after they were written, and before the manifest is.
        let place = |what: &str| calls.iter().position(|call| *call == what).unwrap();
        let synced = place(&format!("sync {name}"));
        assert!(place(&format!("write {name}")) < synced && synced < place("create_file manifest.json"), "{calls:?}");
        calls.remove(synced);
    }
    let expected = [
        "read_link as_of=2026-11-21",
        "read_link latest",
        "create_folder RUN",
        "create_file usage.parquet",
        "write usage.parquet",
        "create_file rejects.parquet",
        "write rejects.parquet",
        "create_file batch.log",
        "write batch.log",
        "create_file manifest.json",
        "write manifest.json",
        "sync manifest.json",
        "sync_folder RUN",
        "rename RUN RUN",
        "sync_folder runs",
        "sync_folder .staging",
        "read_link as_of=2026-11-21",
        "read_link latest",
        "symlink RUN link-as_of=2026-11-22",
        "rename link-as_of=2026-11-22 as_of=2026-11-22",
        "symlink RUN link-latest",
        "rename link-latest latest",
        "sync_folder out",
    ];
    assert_eq!(calls, expected);
}
