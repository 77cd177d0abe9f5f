//! The kernel by tables of one-line cases, after the contract's sections: a little estate (see `little`), and what comes of it.
//!
//! An expected item names what it is about (`P/a1 <- L1 1 affinity`, `P/a2 deficit no_license`) and those `key=value` that the
//! case is about; there must be no other items, in no other order. `brute` is phase 2 as a plain loop; `lookups` holds looked-up rules against it, `laws`
//! states what holds for every estate.

mod brute;
mod bundles;
mod covering;
mod deficits;
mod downgrades;
mod explicit;
mod laws;
mod little;
mod lookups;
mod pages;
mod ranking;
mod reservations;
mod stopping;

use little::little;

/// Runs a table of lines `what it shows | estate | item, item`, and tells of all cases that fail.
fn check(table: &str) {
    let cases: Vec<&str> = table.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let failures: Vec<String> = cases.iter().filter_map(|case| failure(case)).collect();
    assert!(failures.is_empty(), "{} of {} cases fail:\n\n{}\n", failures.len(), cases.len(), failures.join("\n\n"));
}

fn failure(case: &str) -> Option<String> {
    let parts: Vec<&str> = case.split(" | ").collect();
    let [name, estate, items] = parts[..] else { return Some(format!("no case: {case}")) };
    let expected: Vec<&str> = items.split(", ").collect();
    let found = little(estate).outcome();
    let same = found.len() == expected.len() && expected.iter().zip(&found).all(|(expected, found)| agrees(expected, found));
    (!same).then(|| format!("{name}: {estate}\n  expected\n    {}\n  found\n    {}", expected.join("\n    "), found.join("\n    ")))
}

/// Whether an item says all that is expected of it: the words before the first `key=value` are equal, the keys are among its own.
fn agrees(expected: &str, found: &str) -> bool {
    let split = |item: &str| -> (Vec<String>, Vec<String>) { item.split(' ').map(str::to_owned).partition(|word| !word.contains('=')) };
    let ((subject, keys), (found_subject, found_keys)) = (split(expected), split(found));
    subject == found_subject && keys.iter().all(|key| found_keys.contains(key))
}

#[test]
fn a_table_can_fail() {
    assert!(agrees("P/a <- L 1 affinity score=1", "P/a <- L 1 affinity turn=1 score=1"));
    assert!(!agrees("P/a <- L 1 affinity score=1", "P/a <- L 1 affinity score=10"));
    assert!(!agrees("P/a <- L 1", "P/a <- L 1 affinity"));
    assert_eq!(failure("one | license L P device 1; use c P a | P/a <- L 1 affinity"), None);
    assert!(failure("another item | license L P device 1; use c P a | P/a <- L 1 direct").is_some());
    assert!(failure("an item too many | license L P device 1; use c P a | P/a <- L 1 affinity, P/b <- L 1 affinity").is_some());
    assert!(failure("an item too few | license L P device 2; use c P a; use d P b | P/a <- L 1 affinity").is_some());
    assert!(failure("no items | use c P a").is_some());
}
