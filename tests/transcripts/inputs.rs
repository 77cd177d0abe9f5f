//! Inputs that are not to be believed: stale, short, changed by too much, or changing while they are read; and what is left
//! behind, with which mode.

use super::{Desk, assert_transcript};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// A desk whose licenses are expected to be something.
fn expecting(line: &str) -> Desk {
    let desk = Desk::new();
    desk.job_with("path = \"licenses.csv\"", &format!("path = \"licenses.csv\"\n{line}"));
    desk
}

fn licenses(count: usize) -> String {
    let rows = (1..=count).map(|row| format!("L-{row},DRAW,device,1,lab\n"));
    format!("license_id,product_id,metric,seats,department\n{}", rows.collect::<String>())
}

fn manifest(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).expect("a manifest")).expect("JSON")
}

#[test]
fn a_stale_extract() {
    let desk = expecting("fresh_within = \"26h\"");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let old = SystemTime::now() - Duration::from_secs(51 * 3600 + 1800);
    File::options().append(true).open(desk.path("licenses.csv")).expect("it is there").set_modified(old).expect("a time");
    let ended = [desk.type_line("check job.toml"), desk.type_line("run job.toml")];
    assert!(ended.iter().all(|ended| ended.code == Some(3)));
    assert_eq!(desk.published().len(), 1);
    assert_transcript("input-stale", &ended);
}

#[test]
fn a_short_extract() {
    let desk = expecting("min_rows = 1000");
    let ended = desk.type_line("run job.toml");
    assert_eq!((ended.code, desk.published().len()), (Some(4), 0));
    assert_transcript("input-short", &[ended]);
}

/// The contract lets a night without rows pass; nobody must find that out by the deficits.
#[test]
fn an_extract_with_nothing_but_its_header() {
    let desk = Desk::new();
    desk.write("licenses.csv", licenses(0));
    let no_licenses = [desk.type_line("check job.toml"), desk.type_line("run job.toml")];
    desk.write("licenses.csv", licenses(1));
    desk.write("consumptions.csv", "consumption_id,product_id,asset_id,department\n");
    let no_consumptions = desk.type_line("run job.toml");
    let ended: Vec<_> = no_licenses.into_iter().chain([no_consumptions]).collect();
    assert!(ended.iter().all(|ended| ended.code == Some(0)));
    assert!(ended[0].stdout.contains("warning: licenses: no rows; nothing covers anything"), "{}", ended[0].transcript());
    for (ended, extract) in ended[1..].iter().zip(["licenses", "consumptions"]) {
        assert!(ended.stderr.contains(&format!("WARN noted about=extract message=\"{extract}: no rows; ")), "{}", ended.transcript());
        assert!(ended.stdout.contains(&format!(" no_rows={extract} run=")), "{}", ended.transcript());
    }
    // Who says how many rows there are at least was heard.
    desk.job_with("path = \"consumptions.csv\"", "path = \"consumptions.csv\"\nmin_rows = 0");
    let meant = desk.type_line("run job.toml");
    assert_eq!((meant.code, meant.stderr.as_str()), (Some(0), ""));
}

#[test]
fn an_extract_that_changed_by_too_much() {
    let desk = expecting("max_change = 0.3");
    desk.write("licenses.csv", licenses(10));
    let first = desk.type_line("run job.toml");
    desk.write("licenses.csv", licenses(4));
    let refused = [desk.type_line("check job.toml"), desk.type_line("run job.toml")];
    assert!(refused.iter().all(|ended| ended.code == Some(4)));
    assert_eq!(desk.published().len(), 1);
    let accepted = desk.type_line("run job.toml --accept-change");
    let checks = &manifest(&desk.path("out/latest"))["input_checks"];
    assert_eq!(
        (&checks[0]["check"], &checks[0]["verdict"], &checks[0]["bound"]),
        (&"max_change".into(), &"accepted".into(), &"0.3".into())
    );
    // The next night is held against the run that was let through.
    let next = desk.type_line("run job.toml --quiet");
    assert_eq!((first.code, accepted.code, next.code), (Some(0), Some(0), Some(0)));
    assert_eq!(manifest(&desk.path("out/latest"))["input_checks"][0]["verdict"], "passed");
    let [checked, run] = refused;
    assert_transcript("input-changed-too-much", &[first, checked, run, accepted, next]);
}

#[test]
fn a_past_date_is_held_against_the_night_before_it() {
    let desk = Desk::new();
    desk.job_with("path = \"licenses.csv\"", "path = \"{as_of}.csv\"\nmax_change = 0.3");
    for (date, count) in [("2026-11-20", 4), ("2026-11-21", 5), ("2026-11-22", 50)] {
        desk.write(&format!("{date}.csv"), licenses(count));
    }
    let code = |date: &str| desk.type_line(&format!("run job.toml --quiet --as-of {date}")).code;
    assert_eq!(code("2026-11-22"), Some(0), "nothing is behind it");
    assert_eq!(code("2026-11-20"), Some(0), "nothing is before it");
    assert_eq!(code("2026-11-21"), Some(0), "5 after 4, whatever came later");
    assert_eq!(code("2026-11-22"), Some(0), "50 as in the run of that date");
}

#[test]
fn what_lies_outside_of_the_roots() {
    let desk = Desk::new();
    fs::create_dir(desk.path("feeds")).expect("a folder");
    desk.write("feeds/consumptions.csv", super::CONSUMPTIONS);
    std::os::unix::fs::symlink("../licenses.csv", desk.path("feeds/licenses.csv")).expect("a link");
    let job = super::JOB.replace("path = \"consumptions.csv\"", "path = \"feeds/consumptions.csv\"");
    let job = job.replace("path = \"licenses.csv\"", "path = \"feeds/licenses.csv\"");
    desk.write("job.toml", &job);
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0), "a link may lead anywhere");
    desk.write("job.toml", format!("{job}\n[limits]\nroots = [\"feeds\"]\n"));
    let ended = desk.type_line("run job.toml");
    assert_eq!((ended.code, desk.published().len()), (Some(3), 1));
    assert_transcript("input-outside", &[ended]);
}

/// Mode of each thing below a folder, links left out.
fn modes(folder: &Path, found: &mut Vec<(PathBuf, u32)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let kind = entry.file_type().expect("a kind");
        if !kind.is_symlink() {
            found.push((entry.path(), entry.metadata().expect("metadata").permissions().mode() & 0o7777));
        }
        if kind.is_dir() {
            modes(&entry.path(), found);
        }
    }
}

#[test]
fn files_have_the_mode_of_the_umask_or_of_the_job() {
    for (line, umask, file, folder) in [
        ("", "027", 0o640, 0o750),
        ("", "077", 0o600, 0o700),
        ("mode = \"0660\"", "077", 0o660, 0o770),
        ("mode = \"640\"", "000", 0o640, 0o750),
    ] {
        let desk = Desk::new();
        desk.job_with("path = \"out\"", &format!("path = \"out\"\n{line}"));
        let script = format!("umask {umask}; exec \"$0\" run job.toml --quiet");
        let run = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_seatwise")]).current_dir(desk.folder.path()).status();
        assert!(run.is_ok_and(|status| status.success()));
        let mut found = Vec::new();
        modes(&desk.path("out"), &mut found);
        assert!(found.len() > 15, "{found:?}");
        // The lock is no result: it holds nothing, and keeps the mode of its first day.
        for (path, mode) in found.iter().filter(|(path, _)| !path.ends_with(".lock")) {
            let expected = if path.is_dir() { folder } else { file };
            assert_eq!(*mode, expected, "{} under {umask} with {line:?}", path.display());
        }
    }
}

/// What a hand does to the licenses while a run reads them.
type Hand = fn(&Path);

fn append(path: &Path) {
    let mut file = OpenOptions::new().append(true).open(path).expect("it is there");
    file.write_all(b"L-X,DRAW,device,1,lab\n").expect("it is written");
}

fn cut(path: &Path) {
    let file = OpenOptions::new().write(true).open(path).expect("it is there");
    let length = file.metadata().expect("metadata").len();
    file.set_len(length / 2).expect("it is cut");
}

fn rewrite(path: &Path) {
    let text = fs::read_to_string(path).expect("it is there").replace("device", "DEVICE").replace("DEVICE", "device");
    OpenOptions::new().write(true).open(path).expect("it is there").write_all(text.as_bytes()).expect("it is written");
}

fn replace(path: &Path) {
    let new = path.with_extension("new");
    fs::write(&new, licenses(7)).expect("it is written");
    fs::rename(new, path).expect("it is renamed");
}

fn touch(path: &Path) {
    File::options().append(true).open(path).expect("it is there").set_modified(SystemTime::now()).expect("a time");
}

fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

const HANDS: [(&str, Hand); 6] =
    [("append", append), ("cut", cut), ("rewrite", rewrite), ("replace", replace), ("touch", touch), ("remove", remove)];

/// A run that takes a while, since it reads some thousand rows after the licenses.
fn slow_desk() -> Desk {
    let desk = Desk::new();
    let rows = (0..30_000).map(|row| format!("A-{row},in_service\n"));
    desk.write("assets.csv", format!("asset_id,status\n{}", rows.collect::<String>()));
    desk.job_with("[calculation]", "[extracts.assets]\npath = \"assets.csv\"\n\n[calculation]");
    desk.write("licenses.csv", licenses(2_000));
    desk
}

/// A writer that never stops: whatever the moment, what was read is not what is there in the end.
#[test]
fn a_writer_that_does_not_stop_stops_the_run() {
    for (name, hand) in [("append", append as Hand), ("replace", replace)] {
        let desk = slow_desk();
        let over = AtomicBool::new(false);
        let ended = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    hand(&desk.path("licenses.csv"));
                }
            });
            let ended = desk.type_line("run job.toml --quiet");
            over.store(true, Ordering::SeqCst);
            ended
        });
        assert_eq!((ended.code, desk.published().len()), (Some(3), 0), "{name}\n{}", ended.transcript());
        assert!(ended.stderr.contains("extract licenses, file licenses.csv: input changed: "), "{name}\n{}", ended.transcript());
    }
}

/// Each hand at several moments of a run (SEATWISE_EVERY_MOMENT=1: twenty): the run is refused, or published from bytes that the
/// file really had. Never from a mixture.
#[test]
fn a_change_at_any_moment_is_refused_or_came_too_late_to_matter() {
    let moments = if std::env::var_os("SEATWISE_EVERY_MOMENT").is_some() { 20 } else { 3 };
    let measured = slow_desk();
    let began = Instant::now();
    assert_eq!(measured.type_line("run job.toml --quiet").code, Some(0));
    let length = began.elapsed();
    let mut refused = 0;
    for (name, hand) in HANDS {
        for moment in 0..moments {
            let desk = slow_desk();
            let path = desk.path("licenses.csv");
            let digest = |path: &Path| fs::read(path).map(|bytes| hex(&Sha256::digest(bytes))).ok();
            let before = digest(&path);
            let mut run = Command::new(env!("CARGO_BIN_EXE_seatwise"));
            run.args(["run", "job.toml", "--quiet"]).current_dir(desk.folder.path()).stderr(Stdio::piped());
            let run = run.spawn().expect("the binary runs");
            std::thread::sleep(length * (2 * moment + 1) / (2 * moments));
            hand(&path);
            let after = digest(&path);
            let ended = run.wait_with_output().expect("it ends");
            let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
            match ended.status.code() {
                Some(0) => {
                    let inputs = &manifest(&desk.path("out/latest"))["inputs"];
                    let read = inputs.as_array().expect("inputs").iter().find(|file| file["extract"] == "licenses").expect("licenses");
                    let read = read["sha256"].as_str().map(str::to_owned);
                    assert!(read == before || read == after, "{name} at {moment}: a mixture was published");
                }
                Some(3) => {
                    refused += 1;
                    assert!(stderr.contains("licenses.csv"), "{name} at {moment}: {stderr}");
                    assert_eq!(desk.published(), Vec::<String>::new());
                }
                code => panic!("{name} at {moment}: code {code:?}: {stderr}"),
            }
        }
    }
    assert!(refused > 0, "no moment was met");
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
