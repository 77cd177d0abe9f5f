//! Which files a path is (contract §2, §10).

use super::*;
use crate::extract::sources::resolve;

const TREE: &str = "tree,node\nlocation,a\n";

fn shown(desk: &Desk, paths: &[&str]) -> Result<Vec<String>, String> {
    let found = resolve(&desk.spec(ExtractKind::Trees, paths), as_of());
    found.map(|sources| sources.into_iter().map(|source| source.shown).collect()).map_err(|error| format!("{} {error}", error.exit_code()))
}

#[test]
fn files_lists_folders_and_globs() {
    let names = [
        "in/b.csv",
        "in/a.parquet",
        "in/.hidden.csv",
        "in/_tmp.csv",
        "in/notes.txt",
        "in/sub/c.csv.gz",
        "in/sub-1.csv",
        "in/_x/d.csv",
        "in/.y/e.csv",
        "day-2026-11-22.csv",
        "odd[1].csv",
    ];
    let desk = Desk::new(&names.map(|name| (name, TREE)));
    for (paths, expected) in [
        (&["in/b.csv"] as &[&str], "in/b.csv"),
        (&["in/b.csv", "in/a.parquet", "./in/b.csv"], "./in/b.csv in/a.parquet in/b.csv"),
        (&["in/b.csv", "in/b.csv"], "in/b.csv"),
        (&["in"], "in/a.parquet in/b.csv in/sub-1.csv in/sub/c.csv.gz"),
        (&["./in/"], "in/a.parquet in/b.csv in/sub-1.csv in/sub/c.csv.gz"),
        (&["in/*.csv"], "in/b.csv in/sub-1.csv"),
        (&["in/*"], "in/a.parquet in/b.csv in/sub-1.csv"),
        (&["in/**/*.csv*"], "in/b.csv in/sub-1.csv in/sub/c.csv.gz"),
        (&["in/_*.csv"], "in/_tmp.csv"),
        (&["day-{as_of}.csv"], "day-2026-11-22.csv"),
        (&["odd[1].csv"], "odd[1].csv"),
    ] {
        assert_eq!(shown(&desk, paths).map(|names| names.join(" ")).as_deref(), Ok(expected), "{paths:?}");
    }
    let absolute = desk.folder.path().join("in/b.csv").to_string_lossy().into_owned();
    assert_eq!(shown(&desk, &[&absolute]), Ok(vec![absolute.clone()]));
}

#[test]
fn what_is_not_there() {
    let desk = Desk::new(&[("licenses.csv", TREE), ("empty/readme.md", "")]);
    for (path, parts) in [
        ("licences.csv", ["there is no such file", "did you mean licenses.csv"]),
        ("other/licences.csv", ["there is no such file", "relative to the job's folder"]),
        ("empty", ["the folder holds no extract", "export has run"]),
        ("*.parquet", ["the glob matches no extract", "export has run"]),
        ("empty/*", ["but 1 other name", ".parquet"]),
        ("empty/readme.md", ["its kind is unknown", "rename or convert"]),
    ] {
        let message = shown(&desk, &[path]).unwrap_err();
        assert!(message.starts_with(&format!("3 extract trees, file {path}: ")), "{message}");
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    }
}

#[test]
fn files_are_reported_with_their_hashes() {
    let desk = Desk::new(&[("b/2.csv", "tree,node\nlocation,b\nlocation\n"), ("b/1.csv", TREE)]);
    let extract = desk.read(&desk.spec(ExtractKind::Trees, &["b"])).unwrap();
    let files: Vec<(&str, u64, u64)> = extract.files.iter().map(|file| (file.shown.as_str(), file.rows, file.bytes)).collect();
    assert_eq!(files, [("b/1.csv", 1, 21), ("b/2.csv", 2, 30)]);
    // printf 'tree,node\nlocation,a\n' | sha256sum
    assert_eq!(extract.files[0].sha256, sha256_of(TREE));
    assert_eq!(desk.column(&extract, "node"), ["a", "b"]);
    assert_eq!((extract.rejects[0].file.as_str(), extract.rejects[0].row), ("b/2.csv", 2));
}

fn sha256_of(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
