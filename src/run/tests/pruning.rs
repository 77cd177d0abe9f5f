//! Pruning: what goes and what stays of an OUTPUT, the chain across it, and every call of it failed. What may go is a table in
//! `prune::plan`.

use super::faults::{scratch, undisturbed};
use super::verifying::OneRow;
use super::*;
use crate::run::manifest::Failure;
use crate::run::prune::{Keep, Why, plan};
use crate::run::testing::{Fault, FaultyFiles};
use crate::run::verify::verify;
use std::path::PathBuf;
use std::sync::Arc;

const KEEP: Keep = Keep { runs: Some(2), days: None };

/// Two old dates, two that stay, one of them run twice, an old date run last, and an old failed run.
fn prepare(output: &Path) -> Vec<String> {
    let started = time("2026-11-01T01:00:00Z");
    let run = OutputFolder::open_with(output, Arc::new(FaultyFiles::default())).unwrap().begin(started).unwrap();
    fill(&run, &["batch.log"]).unwrap();
    let manifest = manifest(&run, "2026-11-01", started);
    run.fail(manifest, Failure { exit_code: 3, message: "no input".to_owned() }).unwrap();
    let nights = [
        ("2026-11-01", "2026-11-01T02:30:00Z"),
        ("2026-11-02", "2026-11-02T02:30:00Z"),
        ("2026-11-21", "2026-11-21T02:30:00Z"),
        ("2026-11-22", "2026-11-22T02:30:00Z"),
        ("2026-11-22", "2026-11-22T03:30:00Z"),
        ("2026-10-01", "2026-11-22T04:30:00Z"),
    ];
    nights.iter().map(|(as_of, started)| undisturbed(output, as_of, started)).collect()
}

fn wrong(output: &Path) -> Vec<String> {
    verify(output, &OneRow).unwrap().wrong.into_iter().map(|fault| format!("{}: {}", fault.place, fault.what)).collect()
}

fn prune(output: &Path, files: &FaultyFiles, keep: Keep) -> Result<usize, RunError> {
    let plan = plan(output, keep)?;
    Ok(OutputFolder::open_with(output, Arc::new(files.clone()))?.prune(&plan, keep)?.runs)
}

#[test]
fn what_is_past_keep_goes_and_the_chain_holds() {
    let folder = scratch();
    let output = folder.path().join("out");
    let ids = prepare(&output);
    let announced = plan(&output, KEEP).unwrap();
    let whys: Vec<Why> = announced.targets.iter().map(|target| target.why).collect();
    assert_eq!(whys, [Why::PastKeep, Why::PastKeep, Why::PastKeep, Why::Superseded]);
    assert!(announced.bytes() > 1000, "{}", announced.bytes());
    assert_eq!(announced.links(), ["as_of=2026-10-01", "as_of=2026-11-01", "as_of=2026-11-02"].map(str::to_owned).into());
    assert_eq!(names(&output.join("runs")).len(), 6, "a plan removes nothing");

    assert_eq!(prune(&output, &FaultyFiles::default(), KEEP).unwrap(), 4);
    assert_eq!(names(&output.join("runs")), [ids[2].clone(), ids[4].clone()].into());
    assert_eq!(names(&output.join("pruned")), [format!("{}.json", ids[3]), format!("{}.json", ids[5])].into());
    assert_eq!(link(&output, "latest").as_ref(), Some(&ids[4]));
    assert_settled(&output);
    assert_eq!(wrong(&output), Vec::<String>::new());

    // The next run follows the head of the chain, which was pruned.
    let head = std::fs::read(output.join("pruned").join(format!("{}.json", ids[5]))).unwrap();
    let next = undisturbed(&output, "2026-11-23", "2026-11-23T02:30:00Z");
    let manifest = assert_whole(&output.join("runs").join(&next), Status::Complete);
    assert_eq!(manifest.previous_manifest_sha256, Some(hex(&Sha256::digest(head))));
    assert_eq!(wrong(&output), Vec::<String>::new());

    // Once all runs before them are gone, nobody needs the manifests that were kept.
    assert_eq!(prune(&output, &FaultyFiles::default(), Keep { runs: Some(1), days: Some(1) }).unwrap(), 2);
    assert_eq!((names(&output.join("runs")), names(&output.join("pruned"))), ([next].into(), BTreeSet::new()));
    assert_eq!(wrong(&output), Vec::<String>::new());
}

#[test]
fn old_failed_runs_go_by_their_age() {
    let folder = scratch();
    let output = folder.path().join("out");
    prepare(&output);
    assert_eq!(prune(&output, &FaultyFiles::default(), Keep { runs: None, days: Some(60) }).unwrap(), 1);
    assert_eq!(names(&output.join("failed")).len(), 1);
    let goes = plan(&output, Keep { runs: None, days: Some(20) }).unwrap().targets;
    assert_eq!(goes.iter().filter(|target| target.why == Why::Failed).count(), 1);
    prune(&output, &FaultyFiles::default(), Keep { runs: None, days: Some(20) }).unwrap();
    assert_eq!(names(&output.join("failed")), BTreeSet::new());
    assert_settled(&output);
}

#[test]
fn what_was_not_announced_stays() {
    let folder = scratch();
    let output = folder.path().join("out");
    prepare(&output);
    let announced = plan(&output, KEEP).unwrap();
    // Between the question and the answer another night ends: one more date is past keep now.
    undisturbed(&output, "2026-11-23", "2026-11-23T02:30:00Z");
    let folder = OutputFolder::open_with(&output, Arc::new(FaultyFiles::default())).unwrap();
    folder.prune(&announced, KEEP).unwrap();
    assert_eq!(names(&output.join("runs")).len(), 3);
    assert_settled(&output);
}

#[test]
fn what_latest_leads_to_stays_whatever_it_should_lead_to() {
    let folder = scratch();
    let output = folder.path().join("out");
    let ids = prepare(&output);
    std::fs::remove_file(output.join("latest")).unwrap();
    std::os::unix::fs::symlink(PathBuf::from("runs").join(&ids[0]), output.join("latest")).unwrap();
    let plan = plan(&output, KEEP).unwrap();
    assert!(plan.targets.iter().all(|target| target.id.as_str() != ids[0]));
}

#[test]
fn a_pruning_waits_for_nobody() {
    let folder = scratch();
    let output = folder.path().join("out");
    prepare(&output);
    let running = OutputFolder::open(&output).unwrap();
    assert_eq!(prune(&output, &FaultyFiles::default(), KEEP).unwrap_err().exit_code(), 5);
    drop(running);
    assert_eq!(names(&output.join("runs")).len(), 6);
}

/// Disturbs one call of a pruning; false once it has no such call.
fn disturb(call: usize, fault: Fault, power_cut: bool) -> bool {
    let folder = scratch();
    let output = folder.path().join("out");
    let ids = prepare(&output);
    let files = FaultyFiles::failing(call, fault);
    let result = prune(&output, &files, KEEP);
    if files.calls().len() <= call {
        result.unwrap();
        return false;
    }
    let case = format!("call {call} {fault:?} power cut {power_cut}: {:?}", files.calls().get(call));
    assert_eq!(result.unwrap_err().exit_code(), 74, "{case}");
    assert_eq!(files.retried_syncs(), Vec::<String>::new(), "{case}");
    if power_cut {
        files.cut_power();
    }
    let stay = [ids[2].clone(), ids[4].clone()];
    let runs = assert_legal(&output);
    assert!(stay.iter().all(|run| runs.contains(run)), "{case}");
    assert_eq!(link(&output, "latest").as_ref(), Some(&ids[4]), "{case}");
    assert_eq!(wrong(&output), Vec::<String>::new(), "{case}");
    // A start repairs, and a second pruning ends what the first one began.
    undisturbed(&output, "2026-11-22", "2026-11-22T09:30:00Z");
    assert_settled(&output);
    prune(&output, &FaultyFiles::default(), KEEP).unwrap();
    assert_eq!(assert_legal(&output).len(), 2, "{case}");
    assert_settled(&output);
    assert_eq!(wrong(&output), Vec::<String>::new(), "{case}");
    true
}

#[test]
fn every_call_of_a_pruning_may_fail() {
    let faults = [(Fault::Once(28), false), (Fault::Sticky(28), false), (Fault::Once(5), true), (Fault::Sticky(5), true)];
    let count = |(fault, power_cut): (Fault, bool)| (0..).take_while(|call| disturb(*call, fault, power_cut)).count();
    let cases: usize = faults.into_iter().map(count).sum();
    println!("failed calls of a pruning: {cases} cases: 0 violations");
    assert!(cases > 100, "only {cases} cases");
}
