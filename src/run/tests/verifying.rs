//! Damage of each kind, done by hand, and what `verify` says of it.

use super::*;
use crate::run::id::RunId;
use crate::run::manifest::Failure;
use crate::run::verify::{Check, Verified, verify, verify_run};
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// Every file of the tests has one row, as `fill` says.
pub(super) struct OneRow;

impl Check for OneRow {
    fn rows(&self, _: &Path) -> Result<Option<u64>, String> {
        Ok(Some(1))
    }

    fn begin(&self, _: u64) {}

    fn read(&self, _: u64) {}
}

/// An OUTPUT with three dates, one of them run twice, and a failed run.
struct Scene {
    folder: tempfile::TempDir,
    ids: Vec<String>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nights = [
            ("2026-11-20", "2026-11-20T02:30:00Z"),
            ("2026-11-21", "2026-11-21T02:30:00Z"),
            ("2026-11-21", "2026-11-21T09:30:00Z"),
            ("2026-11-22", "2026-11-22T02:30:00Z"),
        ];
        let mut ids: Vec<String> = nights.iter().map(|(as_of, started)| publish_at(folder.path(), as_of, started)).collect();
        let started = time("2026-11-22T09:00:00Z");
        let run = OutputFolder::open(folder.path()).unwrap().begin(started).unwrap();
        fill(&run, &["rejects.parquet", "batch.log"]).unwrap();
        let manifest = manifest(&run, "2026-11-22", started);
        let failed = run.fail(manifest, Failure { exit_code: 4, message: "bad input".to_owned() }).unwrap();
        ids.push(failed.id.to_string());
        Self { folder, ids }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// A file of the run of that number.
    fn file(&self, run: usize, name: &str) -> PathBuf {
        self.path("runs").join(&self.ids[run]).join(name)
    }

    fn verify(&self) -> Verified {
        verify(self.folder.path(), &OneRow).unwrap()
    }

    /// What is wrong, with the ids of runs as their numbers.
    fn wrong(&self) -> Vec<String> {
        self.told(self.verify().wrong)
    }

    fn notes(&self) -> Vec<String> {
        self.told(self.verify().notes)
    }

    fn told(&self, faults: Vec<crate::run::verify::Fault>) -> Vec<String> {
        let name = |text: String| self.ids.iter().enumerate().fold(text, |text, (number, id)| text.replace(id, &format!("RUN{number}")));
        faults.into_iter().map(|fault| name(format!("{}: {}", fault.place, fault.what))).collect()
    }

    /// Damages the scene; the first thing that is wrong then must begin so.
    fn damaged(spoil: impl Fn(&Scene), first: &str) {
        let scene = Scene::new();
        assert_eq!(scene.wrong(), Vec::<String>::new());
        spoil(&scene);
        let wrong = scene.wrong();
        assert!(wrong.first().is_some_and(|fault| fault.starts_with(first)), "expected {first}\n{wrong:#?}");
    }

    fn relink(&self, name: &str, target: impl AsRef<Path>) {
        std::fs::remove_file(self.path(name)).unwrap();
        symlink(target, self.path(name)).unwrap();
    }
}

fn flip_a_byte(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn change_manifest(path: &Path, change: impl Fn(&mut Manifest)) {
    let mut manifest = Manifest::from_bytes(&std::fs::read(path).unwrap()).unwrap();
    change(&mut manifest);
    std::fs::write(path, manifest.to_bytes().unwrap()).unwrap();
}

#[test]
fn what_is_whole_is_told_as_whole() {
    let scene = Scene::new();
    let verified = scene.verify();
    assert_eq!((verified.complete, verified.failed, verified.files), (4, 1, 14));
    assert_eq!((&verified.wrong, &verified.notes), (&Vec::new(), &Vec::new()));
    let (head, sha256) = verified.head.unwrap();
    assert_eq!(head.as_str(), scene.ids[3]);
    assert_eq!(sha256, hex(&Sha256::digest(std::fs::read(scene.file(3, "manifest.json")).unwrap())));
}

#[test]
fn an_output_without_runs_has_nothing_wrong() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(verify(folder.path(), &OneRow).unwrap(), Verified::default());
}

#[test]
fn damage_to_files_is_found() {
    Scene::damaged(|scene| flip_a_byte(&scene.file(1, "usage.parquet")), "runs/RUN1/usage.parquet: is not what was published");
    Scene::damaged(|scene| std::fs::write(scene.file(1, "batch.log"), "").unwrap(), "runs/RUN1/batch.log: has 0 bytes, but was");
    Scene::damaged(|scene| std::fs::remove_file(scene.file(0, "usage.parquet")).unwrap(), "runs/RUN0/usage.parquet: is missing");
    Scene::damaged(|scene| std::fs::write(scene.file(2, "mine.csv"), "").unwrap(), "runs/RUN2/mine.csv: is not in the manifest");
    Scene::damaged(
        |scene| {
            std::fs::rename(scene.file(0, "usage.parquet"), scene.path("elsewhere")).unwrap();
            symlink(scene.path("elsewhere"), scene.file(0, "usage.parquet")).unwrap();
        },
        "runs/RUN0/usage.parquet: is no regular file",
    );
    Scene::damaged(
        |scene| flip_a_byte(&scene.path("failed").join(&scene.ids[4]).join("batch.log")),
        "failed/RUN4/batch.log: is not what was published",
    );
}

#[test]
fn a_row_count_that_differs_is_found() {
    Scene::damaged(
        |scene| change_manifest(&scene.file(3, "manifest.json"), |manifest| manifest.outputs[1].rows = Some(7)),
        "runs/RUN3/rejects.parquet: has 1 rows, but the manifest says 7",
    );
}

#[test]
fn damage_to_manifests_is_found() {
    let truncate = |scene: &Scene| {
        let path = scene.file(3, "manifest.json");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    Scene::damaged(truncate, "runs/RUN3/manifest.json: cannot be read");
    Scene::damaged(
        |scene| std::fs::remove_file(scene.file(1, "manifest.json")).unwrap(),
        "runs/RUN1/manifest.json: cannot be read: No such file",
    );
    // Nothing in its own folder shows it, but the next manifest does.
    Scene::damaged(
        |scene| change_manifest(&scene.file(1, "manifest.json"), |manifest| manifest.job.name = "other".to_owned()),
        "runs/RUN2/manifest.json: names",
    );
    Scene::damaged(
        |scene| change_manifest(&scene.file(3, "manifest.json"), |manifest| manifest.outputs[0].name = "../x".to_owned()),
        "runs/RUN3/manifest.json: names the file \"../x\"",
    );
    Scene::damaged(
        |scene| change_manifest(&scene.file(3, "manifest.json"), |manifest| manifest.run_id = scene.ids[0].clone()),
        "runs/RUN3/manifest.json: is that of run RUN0",
    );
}

#[test]
fn a_broken_chain_is_found() {
    Scene::damaged(
        |scene| {
            std::fs::remove_dir_all(scene.path("runs").join(&scene.ids[1])).unwrap();
        },
        "runs/RUN2/manifest.json: names",
    );
    Scene::damaged(
        |scene| change_manifest(&scene.file(3, "manifest.json"), |manifest| manifest.previous_manifest_sha256 = None),
        "runs/RUN3/manifest.json: says that no run was published before it, but RUN2 was",
    );
    let fork = |scene: &Scene| {
        let first = sha256_of(&scene.file(0, "manifest.json"));
        change_manifest(&scene.file(3, "manifest.json"), |manifest| manifest.previous_manifest_sha256 = Some(first.clone()));
    };
    Scene::damaged(fork, "runs/RUN3/manifest.json: names the same manifest as the one before it as runs/RUN1/manifest.json does");
}

fn sha256_of(path: &Path) -> String {
    hex(&Sha256::digest(std::fs::read(path).unwrap()))
}

#[test]
fn a_chain_whose_beginning_is_gone_is_whole() {
    let scene = Scene::new();
    std::fs::remove_file(scene.path("as_of=2026-11-20")).unwrap();
    std::fs::remove_dir_all(scene.path("runs").join(&scene.ids[0])).unwrap();
    assert_eq!(scene.wrong(), Vec::<String>::new());
}

#[test]
fn links_that_lead_astray_are_found() {
    Scene::damaged(|scene| scene.relink("latest", "runs/nowhere"), "latest: leads to runs/nowhere, which is no complete run");
    Scene::damaged(
        |scene| scene.relink("latest", format!("runs/{}", scene.ids[0])),
        "latest: leads to runs/RUN0, but should lead to runs/RUN3",
    );
    Scene::damaged(|scene| scene.relink("as_of=2026-11-20", format!("runs/{}", scene.ids[3])), "as_of=2026-11-20: leads to runs/RUN3, but");
    Scene::damaged(|scene| scene.relink("as_of=2026-11-21", format!("runs/{}", scene.ids[1])), "as_of=2026-11-21: leads to runs/RUN1, but");
    Scene::damaged(
        |scene| symlink(format!("runs/{}", scene.ids[3]), scene.path("as_of=1999-01-01")).unwrap(),
        "as_of=1999-01-01: leads to",
    );
    Scene::damaged(|scene| std::fs::create_dir(scene.path("as_of=2020-02-02")).unwrap(), "as_of=2020-02-02: is no link");
    Scene::damaged(|scene| std::fs::remove_file(scene.path("latest")).unwrap(), "latest: is missing");
    // An absolute link breaks once OUTPUT is moved.
    Scene::damaged(|scene| scene.relink("latest", scene.path("runs").join(&scene.ids[3])), "latest: leads to /");
}

#[test]
fn what_does_not_belong_is_found() {
    Scene::damaged(|scene| std::fs::create_dir(scene.path("runs/backup")).unwrap(), "runs/backup: is no run");
    Scene::damaged(|scene| std::fs::write(scene.path("failed/note.txt"), "").unwrap(), "failed/note.txt: is no run");
    Scene::damaged(
        |scene| symlink(&scene.ids[0], scene.path("runs/20260101T000000Z-000000")).unwrap(),
        "runs/20260101T000000Z-000000: is no folder",
    );
}

#[test]
fn what_the_next_start_repairs_is_only_noted() {
    let scene = Scene::new();
    scene.relink("latest", format!("runs/{}", scene.ids[2]));
    std::fs::remove_file(scene.path("as_of=2026-11-22")).unwrap();
    std::fs::create_dir(scene.path(".staging/20261123T023000Z-000000")).unwrap();
    std::fs::write(scene.path("README"), "").unwrap();
    assert_eq!(scene.wrong(), Vec::<String>::new());
    let notes = scene.notes();
    assert_eq!(notes.len(), 4, "{notes:#?}");
    drop(OutputFolder::open(scene.folder.path()).unwrap());
    assert_eq!(scene.notes(), ["README: is not of seatwise"]);
}

#[test]
fn one_run_can_be_checked_alone() {
    let scene = Scene::new();
    flip_a_byte(&scene.file(1, "usage.parquet"));
    let check = |number: usize| verify_run(scene.folder.path(), &RunId::parse(&scene.ids[number]).unwrap(), &OneRow).unwrap();
    let whole = check(0).unwrap();
    assert_eq!((whole.complete, whole.files, whole.wrong.len()), (1, 3, 0));
    assert_eq!(scene.told(check(1).unwrap().wrong).len(), 1);
    assert_eq!(check(4).unwrap().failed, 1);
    let unknown = RunId::parse("20200101T000000Z-000000").unwrap();
    assert_eq!(verify_run(scene.folder.path(), &unknown, &OneRow).unwrap(), None);
}
