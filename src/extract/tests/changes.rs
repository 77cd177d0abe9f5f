//! Files that change while a run reads them (contract §8, code 3): what was read is one state of every file, or nothing is.

use super::*;
use crate::extract::options::Moment;
use std::cell::Cell;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

const BEFORE: &str = "tree,node\nlocation,a\nlocation,b\n";
const AFTER: &str = "tree,node\nlocation,x\nlocation,y\n";

/// What somebody does to a file.
type Hand = fn(&Path);
/// What somebody does to a folder of them.
type DeskHand = fn(&Desk);

fn append(path: &Path) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(b"location,c\n").unwrap();
}

fn cut(path: &Path) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(12).unwrap();
}

fn rewrite(path: &Path) {
    OpenOptions::new().write(true).open(path).unwrap().write_all(AFTER.as_bytes()).unwrap();
}

fn replace(path: &Path) {
    let new = path.with_extension("new");
    fs::write(&new, AFTER).unwrap();
    fs::rename(new, path).unwrap();
}

fn remove(path: &Path) {
    fs::remove_file(path).unwrap();
}

/// Reads one file, with a hand on it at a moment. The code and message of what stops the run, or the digest of what was read.
fn read_with(moment: Moment, hand: Hand) -> Result<String, (i32, String)> {
    let desk = Desk::new(&[("t.csv", BEFORE)]);
    let path = desk.path("t.csv");
    let done = Cell::new(false);
    let at = |now: Moment, _: &Path| {
        if now == moment && !done.replace(true) {
            hand(&path);
        }
    };
    let spec = desk.spec(ExtractKind::Trees, &["t.csv"]);
    let reading = desk.read_all(&[spec], &ReadOptions { at: &at, ..ReadOptions::new(as_of()) });
    assert!(done.get(), "{moment:?} never came");
    match reading.errors.first() {
        Some(error) => {
            assert_eq!(reading.errors.len(), 1, "{:?}", reading.errors);
            Err((error.exit_code(), error.to_string()))
        }
        None => Ok(reading.extracts[0].files[0].sha256.clone()),
    }
}

#[test]
fn whatever_happens_to_a_file_at_whatever_moment_stops_the_run() {
    let grew = "it grew from 32 to 43 bytes while ";
    let shrank = "it shrank from 32 to 12 bytes while ";
    let replaced = "another file took its place while ";
    let (it, extracts) = ("it was read", "the extracts were read");
    let cases: [(Moment, Hand, Option<String>); 13] = [
        (Moment::Opened, append, Some(format!("{grew}{it}"))),
        (Moment::Begun, append, Some(format!("{grew}{it}"))),
        (Moment::Read, append, Some(format!("{grew}{it}"))),
        (Moment::AllRead, append, Some(format!("{grew}{extracts}"))),
        (Moment::Opened, cut, Some(format!("{shrank}{it}"))),
        (Moment::Begun, cut, Some(format!("{shrank}{it}"))),
        (Moment::AllRead, cut, Some(format!("{shrank}{extracts}"))),
        (Moment::Opened, replace, Some(format!("{replaced}{it}"))),
        (Moment::AllRead, replace, Some(format!("{replaced}{extracts}"))),
        (Moment::Listed, remove, Some("it vanished before it was read".to_owned())),
        (Moment::Opened, remove, Some(format!("it vanished while {it}"))),
        (Moment::AllRead, remove, Some(format!("it vanished while {extracts}"))),
        // Nothing of it was read yet: it is read as it is then.
        (Moment::Listed, replace, None),
    ];
    for (moment, hand, expected) in cases {
        match (read_with(moment, hand), expected) {
            (Ok(_), None) => {}
            (Err((code, message)), Some(expected)) => {
                let expected = format!("extract trees, file t.csv: input changed: {expected}; run again when its export is complete; ");
                assert!(code == 3 && message.starts_with(&expected), "{moment:?}: {code} {message}");
            }
            other => panic!("{moment:?}: {other:?}"),
        }
    }
}

/// A file that is written anew within the tick of a clock, at equal length: its times may be what they were.
#[test]
fn a_rewrite_that_leaves_no_trace_is_found_by_the_bytes() {
    let desk = Desk::new(&[("t.csv", AFTER)]);
    let after = desk.read(&desk.spec(ExtractKind::Trees, &["t.csv"])).unwrap().files[0].sha256.clone();
    for moment in [Moment::Begun, Moment::Read, Moment::AllRead] {
        let (code, message) = read_with(moment, rewrite).unwrap_err();
        assert!(code == 3 && message.contains("input changed: "), "{moment:?}: {message}");
    }
    // Rewritten before a byte was read: told, or read as it now is.
    match read_with(Moment::Opened, rewrite) {
        Ok(read) => assert_eq!(read, after),
        Err((code, message)) => assert!(code == 3 && message.contains("input changed: it was written to"), "{message}"),
    }
}

#[test]
fn a_folder_that_changes_stops_the_run() {
    let hands: [(DeskHand, &str); 3] = [
        (|desk| desk.write("in/c.csv", BEFORE.as_bytes()), "file in/c.csv: input changed: it appeared while the extracts were read; "),
        (|desk| remove(&desk.path("in/a.csv")), "file in/a.csv: input changed: it vanished while the extracts were read; "),
        (
            |desk| fs::rename(desk.path("in"), desk.path("out")).unwrap(),
            "file in/a.csv: input changed: it vanished while the extracts were read; ",
        ),
    ];
    for (hand, expected) in hands {
        for path in ["in", "in/*.csv"] {
            let desk = Desk::new(&[("in/a.csv", "tree,node\nlocation,a\n"), ("in/b.csv", "tree,node\nlocation,b\n")]);
            let at = |now: Moment, _: &Path| {
                if now == Moment::AllRead {
                    hand(&desk);
                }
            };
            let reading = desk.read_all(&[desk.spec(ExtractKind::Trees, &[path])], &ReadOptions { at: &at, ..ReadOptions::new(as_of()) });
            let message = reading.errors.first().map(ToString::to_string).unwrap_or_default();
            assert!(message.contains(expected), "{path}: {message}");
            assert!(reading.errors.iter().all(|error| error.exit_code() == 3), "{:?}", reading.errors);
        }
    }
    // What folders leave out may come and go.
    let desk = Desk::new(&[("in/a.csv", BEFORE)]);
    let at = |now: Moment, _: &Path| {
        if now == Moment::AllRead {
            desk.write("in/.b.csv.part", b"half");
            desk.write("in/_b.csv", b"half");
        }
    };
    let reading = desk.read_all(&[desk.spec(ExtractKind::Trees, &["in"])], &ReadOptions { at: &at, ..ReadOptions::new(as_of()) });
    assert_eq!(reading.errors, []);
}

#[test]
fn a_change_stands_in_for_what_the_half_written_file_looked_like() {
    // The export writes on while the extracts are read: its first half lacks a column.
    let desk = Desk::new(&[("t.csv", "tree\nlocation\n")]);
    let at = |now: Moment, _: &Path| {
        if now == Moment::AllRead {
            desk.write("t.csv", BEFORE.as_bytes());
        }
    };
    let reading = desk.read_all(&[desk.spec(ExtractKind::Trees, &["t.csv"])], &ReadOptions { at: &at, ..ReadOptions::new(as_of()) });
    assert_eq!(reading.errors.len(), 1, "{:?}", reading.errors);
    assert!(reading.errors[0].to_string().contains("input changed: it grew"), "{:?}", reading.errors);
}
