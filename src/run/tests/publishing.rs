//! Publishing, failing, links, the lock and what a start repairs.

use super::*;
use crate::run::manifest::Failure;
use crate::run::testing::FaultyFiles;
use std::os::unix::fs::symlink;
use std::sync::Arc;

#[test]
fn a_run_is_published_whole_and_linked() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("deep/out");
    let id = publish_at(&output, "2026-11-22", "2026-11-22T02:30:00Z");
    assert!(id.starts_with("20261122T023000Z-"));
    assert_eq!(names(&output), [".lock", ".staging", "as_of=2026-11-22", "latest", "runs"].map(str::to_owned).into());
    let manifest = assert_whole(&output.join("latest"), Status::Complete);
    assert_eq!(
        manifest.outputs.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["batch.log", "rejects.parquet", "usage.parquet"]
    );
    assert_eq!((manifest.run_id, manifest.previous_manifest_sha256, manifest.error), (id, None, None));
    assert_settled(&output);
}

#[test]
fn a_rerun_takes_the_links_and_leaves_the_first_run() {
    let folder = tempfile::tempdir().unwrap();
    let first = publish_at(folder.path(), "2026-11-22", "2026-11-22T02:30:00Z");
    let second = publish_at(folder.path(), "2026-11-22", "2026-11-22T09:00:00Z");
    assert_eq!(assert_legal(folder.path()), [first, second.clone()].into());
    assert_eq!(link(folder.path(), "latest"), Some(second.clone()));
    assert_eq!(link(folder.path(), "as_of=2026-11-22"), Some(second));
}

#[test]
fn a_backfill_never_moves_latest_back() {
    let folder = tempfile::tempdir().unwrap();
    let newest = publish_at(folder.path(), "2026-11-22", "2026-11-22T02:30:00Z");
    let backfill = publish_at(folder.path(), "2026-11-20", "2026-11-22T10:00:00Z");
    assert_eq!(link(folder.path(), "latest"), Some(newest.clone()));
    assert_eq!(link(folder.path(), "as_of=2026-11-20"), Some(backfill.clone()));
    let history = History::read(folder.path()).unwrap();
    assert_eq!(history.baseline(date("2026-11-22")).map(|run| run.id.to_string()), Some(backfill));
    assert_eq!(history.baseline(date("2026-11-23")).map(|run| run.id.to_string()), Some(newest));
    assert_eq!(history.baseline(date("2026-11-20")), None);
}

#[test]
fn every_start_repairs_links_and_clears_the_staging_folder() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path();
    let first = publish_at(output, "2026-11-21", "2026-11-21T02:30:00Z");
    publish_at(output, "2026-11-22", "2026-11-22T02:30:00Z");
    std::fs::remove_file(output.join("latest")).unwrap();
    symlink(format!("runs/{first}"), output.join("latest")).unwrap();
    std::fs::remove_file(output.join("as_of=2026-11-21")).unwrap();
    symlink("runs/20200101T000000Z-000000", output.join("as_of=2020-01-01")).unwrap();
    std::fs::create_dir_all(output.join(".staging/20261122T023000Z-dead00/deep")).unwrap();
    std::fs::write(output.join(".staging/20261122T023000Z-dead00/usage.parquet"), "half").unwrap();
    symlink("runs/nowhere", output.join(".staging/link-latest")).unwrap();
    std::fs::create_dir(output.join("as_of=mine")).unwrap();
    drop(OutputFolder::open(output).unwrap());
    assert_settled(output);
    assert!(!output.join("as_of=2020-01-01").is_symlink());
    assert!(output.join("as_of=mine").is_dir(), "what is no link is not ours");
}

#[test]
fn a_damaged_run_gets_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path();
    let first = publish_at(output, "2026-11-21", "2026-11-21T02:30:00Z");
    let second = publish_at(output, "2026-11-22", "2026-11-22T02:30:00Z");
    std::fs::write(output.join("runs").join(&second).join("manifest.json"), "{").unwrap();
    let open = OutputFolder::open(output).unwrap();
    assert_eq!(open.history().damaged.len(), 1);
    assert_eq!(link(output, "latest"), Some(first));
    assert_eq!(link(output, "as_of=2026-11-22"), None);
}

#[test]
fn a_failed_run_leaves_rejects_log_and_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path();
    let good = publish_at(output, "2026-11-21", "2026-11-21T02:30:00Z");
    let started = time("2026-11-22T02:30:00Z");
    let run = OutputFolder::open(output).unwrap().begin(started).unwrap();
    fill(&run, &["usage.parquet", "rejects.parquet", "batch.log"]).unwrap();
    let _open = run.create("positions.parquet").unwrap();
    let manifest = manifest(&run, "2026-11-22", started);
    let failure = Failure { exit_code: 4, message: "too many rejects".to_owned() };
    let ended = run.fail(manifest, failure.clone()).unwrap();
    let manifest = assert_whole(&ended.folder, Status::Failed);
    assert_eq!(names(&ended.folder), ["batch.log", "manifest.json", "rejects.parquet"].map(str::to_owned).into());
    assert_eq!((manifest.error, manifest.run_id), (Some(failure), ended.id.to_string()));
    assert_eq!(link(output, "latest"), Some(good));
    assert_settled(output);
}

#[test]
fn long_files_leave_the_memory_and_what_is_seldom_read_sooner() {
    let folder = tempfile::tempdir().unwrap();
    let files = FaultyFiles::default();
    let run = OutputFolder::open_with(folder.path(), Arc::new(files.clone())).unwrap().begin(time("2026-11-22T09:00:00Z")).unwrap();
    for (name, pieces) in [("usage.parquet", 2), ("demands.parquet", 5), ("batch.log", 3)] {
        let mut file = run.create(name).unwrap();
        if name == "batch.log" {
            file = file.read_seldom();
        }
        for _ in 0..pieces {
            file.write_all(&[b'x'; 300 * 1024]).unwrap();
            run.synced().unwrap();
        }
        file.finish(Some(1)).unwrap();
    }
    run.synced().unwrap();
    assert_eq!(files.let_go(), ["batch.log", "demands.parquet"]);
}

#[test]
fn a_run_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = OutputFolder::open(folder.path()).unwrap().begin(Timestamp::now()).unwrap();
    fill(&run, &["usage.parquet"]).unwrap();
    assert!(run.dir().join("usage.parquet").exists());
    drop(run);
    assert!(assert_legal(folder.path()).is_empty());
    assert_settled(folder.path());
}

#[test]
fn what_the_manifest_would_not_say_is_not_published() {
    let folder = tempfile::tempdir().unwrap();
    let refuse = |spoil: &dyn Fn(&StagedRun)| {
        let started = Timestamp::now();
        let run = OutputFolder::open(folder.path()).unwrap().begin(started).unwrap();
        fill(&run, &["usage.parquet", "batch.log"]).unwrap();
        spoil(&run);
        let manifest = manifest(&run, "2026-11-22", started);
        let error = run.publish(manifest).unwrap_err();
        assert_eq!(error.exit_code(), 70, "{error}");
        assert!(assert_legal(folder.path()).is_empty());
    };
    refuse(&|run| drop(run.create("positions.parquet").unwrap()));
    refuse(&|run| std::fs::write(run.dir().join("stray.parquet"), "").unwrap());
    refuse(&|run| std::fs::remove_file(run.dir().join("usage.parquet")).unwrap());
    assert_eq!(names(&folder.path().join("failed")).len(), 3, "each of them left its log");
    for name in ["", ".hidden", "a/b", "../x"] {
        let run = OutputFolder::open(folder.path()).unwrap().begin(Timestamp::now()).unwrap();
        assert_eq!(run.create(name).err().map(|error| error.exit_code()), Some(70), "{name}");
    }
}

#[test]
fn one_run_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let run = OutputFolder::open(folder.path()).unwrap().begin(Timestamp::now()).unwrap();
    fill(&run, &["usage.parquet"]).unwrap();
    let error = OutputFolder::open(folder.path()).err().unwrap();
    assert_eq!(error.exit_code(), 5);
    assert!(error.to_string().contains(".lock"), "{error}");
    assert!(run.dir().join("usage.parquet").exists(), "the second start must not clear what the first one builds");
    drop(run);
    assert!(OutputFolder::open(folder.path()).is_ok());
}

#[test]
fn an_output_that_cannot_be_written_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let error = OutputFolder::open(&path).err().unwrap();
        assert_eq!(error.exit_code(), 74);
        assert!(error.to_string().contains("file") && error.to_string().contains("output.path"), "{error}");
    }
    let output = folder.path().join("out");
    std::fs::create_dir_all(output.join("latest")).unwrap();
    let error = publish(OutputFolder::open(&output).unwrap(), "2026-11-22", "2026-11-22T02:30:00Z").unwrap_err();
    assert!(matches!(error, RunError::LinksBehind { .. }), "{error}");
    assert_eq!((error.exit_code(), assert_legal_runs(&output)), (74, 1));
}

fn assert_legal_runs(output: &Path) -> usize {
    let runs = names(&output.join("runs"));
    for run in &runs {
        assert_whole(&output.join("runs").join(run), Status::Complete);
    }
    runs.len()
}

#[test]
fn a_file_that_is_hashed_beside_is_a_file_as_any() {
    let folder = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let write = || {
        let run = OutputFolder::open(&folder.path().join("out")).unwrap().begin(time("2026-11-22T02:30:00Z")).unwrap();
        let mut file = run.create("batch.log").unwrap().hashed_beside();
        for length in [1, 300 * 1024, 10, 700 * 1024] {
            file.write_all(&vec![b'x'; length]).unwrap();
        }
        file.finish(Some(1)).unwrap();
        let manifest = manifest(&run, "2026-11-22", time("2026-11-22T02:30:00Z"));
        run.publish(manifest).unwrap()
    };
    let published = pool.install(write);
    assert_eq!(assert_whole(&published.folder, Status::Complete).outputs[0].bytes, 1_000 * 1024 + 11);
}
