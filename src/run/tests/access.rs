//! What `check` says of an OUTPUT, held against what a run meets there.

use super::super::access::refusal;
use super::*;
use crate::run::Patience;
use crate::run::modes::files;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

/// All that is there, with what a change of it would change.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (u32, std::time::SystemTime)> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let found = fs::symlink_metadata(&path).unwrap();
        if found.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        all.insert(path, (found.permissions().mode(), found.modified().unwrap()));
    }
    all
}

/// A run that publishes, or why it could not.
fn run(output: &Path) -> Result<(), RunError> {
    let staged = OutputFolder::open_after(output, files(None), Patience::None)?.begin(Timestamp::now())?;
    fill(&staged, &["usage.parquet"])?;
    let manifest = manifest(&staged, "2026-11-22", Timestamp::now());
    staged.publish(manifest).map(|_| ())
}

#[test]
fn what_is_foreseen_is_what_a_run_meets() {
    type Make = fn(&Path) -> PathBuf;
    let ways: [(&str, bool, Make); 14] = [
        ("nothing", true, |place| place.join("deep/out")),
        ("published before", true, |place| {
            run(&place.join("out")).unwrap();
            place.join("out")
        }),
        ("reached by a link", true, |place| {
            fs::create_dir(place.join("there")).unwrap();
            symlink("there", place.join("out")).unwrap();
            place.join("out")
        }),
        ("a file", false, |place| {
            fs::write(place.join("out"), "").unwrap();
            place.join("out")
        }),
        ("below a file", false, |place| {
            fs::write(place.join("file"), "").unwrap();
            place.join("file/deep/out")
        }),
        ("a link that leads nowhere", false, |place| {
            symlink("/nowhere/at/all", place.join("out")).unwrap();
            place.join("out")
        }),
        ("a name that is too long", false, |place| place.join("x".repeat(300)).join("out")),
        ("a file for runs", false, |place| {
            fs::write(place.join("runs"), "").unwrap();
            place.to_owned()
        }),
        ("a file for the staging folder", false, |place| {
            fs::write(place.join(".staging"), "").unwrap();
            place.to_owned()
        }),
        ("a folder for the lock", false, |place| {
            fs::create_dir(place.join(".lock")).unwrap();
            place.to_owned()
        }),
        ("a folder for latest", false, |place| {
            fs::create_dir(place.join("latest")).unwrap();
            place.to_owned()
        }),
        ("a folder for a date", false, |place| {
            fs::create_dir(place.join("as_of=2026-11-22")).unwrap();
            place.to_owned()
        }),
        ("a folder for another date", true, |place| {
            fs::create_dir(place.join("as_of=2020-01-01")).unwrap();
            place.to_owned()
        }),
        ("a run without a manifest", true, |place| {
            fs::create_dir_all(place.join("runs/20261121T023000Z-3fa91c")).unwrap();
            place.to_owned()
        }),
    ];
    for (name, good, make) in ways {
        let place = tempfile::tempdir().unwrap();
        let output = make(place.path());
        let before = tree(place.path());
        let foreseen = refusal(&output, date("2026-11-22"));
        assert_eq!(tree(place.path()), before, "{name}: it only looks");
        let met = run(&output);
        assert_eq!((foreseen.is_ok(), met.is_ok()), (good, good), "{name}: {foreseen:?} {met:?}");
        if let (Err(foreseen), Err(met)) = (foreseen, met) {
            assert_eq!((foreseen.exit_code(), met.exit_code()), (74, 74), "{name}: {foreseen} {met}");
        }
    }
}

/// Root may write into any folder, and others not into these: what is foreseen is so for whoever runs this.
#[test]
fn what_may_not_be_written() {
    for closed in ["", "runs", ".staging"] {
        let place = tempfile::tempdir().unwrap();
        run(place.path()).unwrap();
        let closed = place.path().join(closed);
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
        let foreseen = refusal(place.path(), date("2026-11-22"));
        let met = run(place.path());
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(foreseen.is_ok(), met.is_ok(), "{}: {foreseen:?} {met:?}", closed.display());
    }
}
