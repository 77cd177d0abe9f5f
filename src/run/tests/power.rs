//! Every state that a power cut may leave, made one by one: after each step of a run or of a pruning, with every change of a
//! folder that was not synced kept or lost, and every file that was not synced cut short. What a reader finds there must be the
//! old result or the new one, and the next start must go on from it.
//!
//! That this test can see is tested, too: steps are left out or put in a wrong order, and each such slip must be caught.

use super::faults::{Before, Wants, disturbed, prepare, scratch, undisturbed};
use super::verifying::OneRow;
use super::*;
use crate::run::prune::{Keep, plan};
use crate::run::testing::{FaultyFiles, Op};
use crate::run::verify::verify;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// What a name stands for.
#[derive(Clone, Debug)]
enum Node {
    Folder(BTreeMap<String, usize>),
    File { data: Vec<u8>, synced: usize },
    Link(PathBuf),
}

/// A change of names that is made as one: of a folder, a name, and what it stands for from now on.
type Change = Vec<(usize, String, Option<usize>)>;

/// A file system in memory that knows which of its changes are durable.
struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    /// The names that are durable, by folder.
    durable: BTreeMap<usize, BTreeMap<String, usize>>,
    /// Not durable yet, in their order.
    pending: Vec<Change>,
    files: BTreeMap<u64, usize>,
}

impl Disk {
    /// What is there, all of it durable.
    fn load(root: &Path) -> Self {
        let mut disk = Disk {
            root: root.to_owned(),
            nodes: vec![Node::Folder(BTreeMap::new())],
            durable: BTreeMap::new(),
            pending: Vec::new(),
            files: BTreeMap::new(),
        };
        disk.load_folder(root, 0);
        disk
    }

    fn load_folder(&mut self, path: &Path, folder: usize) {
        let mut names = BTreeMap::new();
        for name in names_of(path) {
            let below = path.join(&name);
            let node = self.nodes.len();
            if below.is_symlink() {
                self.nodes.push(Node::Link(std::fs::read_link(&below).unwrap()));
            } else if below.is_dir() {
                self.nodes.push(Node::Folder(BTreeMap::new()));
                self.load_folder(&below, node);
            } else {
                let data = std::fs::read(&below).unwrap();
                self.nodes.push(Node::File { synced: data.len(), data });
            }
            names.insert(name, node);
        }
        self.nodes[folder] = Node::Folder(names.clone());
        self.durable.insert(folder, names);
    }

    /// What a path stands for now.
    fn find(&self, path: &Path) -> Option<usize> {
        path.strip_prefix(&self.root).unwrap().iter().try_fold(0, |node, name| match &self.nodes[node] {
            Node::Folder(names) => names.get(name.to_str().unwrap()).copied(),
            _ => None,
        })
    }

    /// The folder that a path lies in, and its name there. A slip may take the folder away before.
    fn entry(&self, path: &Path) -> Option<(usize, String)> {
        Some((self.find(path.parent().unwrap())?, path.file_name().unwrap().to_str().unwrap().to_owned()))
    }

    fn change(&mut self, change: Change) {
        for (folder, name, node) in &change {
            let Node::Folder(names) = &mut self.nodes[*folder] else { unreachable!("only folders hold names") };
            match node {
                Some(node) => _ = names.insert(name.clone(), *node),
                None => _ = names.remove(name),
            }
        }
        self.pending.push(change);
    }

    fn make(&mut self, path: &Path, node: Node) {
        let Some((folder, name)) = self.entry(path) else { return };
        let number = self.nodes.len();
        if matches!(node, Node::Folder(_)) {
            self.durable.insert(number, BTreeMap::new());
        }
        self.nodes.push(node);
        self.change(vec![(folder, name, Some(number))]);
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Folder(path) => self.make(path, Node::Folder(BTreeMap::new())),
            Op::File(path, file) => {
                self.files.insert(*file, self.nodes.len());
                self.make(path, Node::File { data: Vec::new(), synced: 0 });
            }
            Op::Link { target, link } => self.make(link, Node::Link(target.clone())),
            Op::Write(file, bytes) => {
                if let Some(Node::File { data, .. }) = self.files.get(file).and_then(|node| self.nodes.get_mut(*node)) {
                    data.extend_from_slice(bytes);
                }
            }
            Op::SyncFile(file) => {
                if let Some(Node::File { data, synced }) = self.files.get(file).and_then(|node| self.nodes.get_mut(*node)) {
                    *synced = data.len();
                }
            }
            Op::SyncFolder(path) => {
                let Some(folder) = self.find(path) else { return };
                // A rename is durable where it arrives.
                let (durable, pending) =
                    std::mem::take(&mut self.pending).into_iter().partition(|change| change.last().unwrap().0 == folder);
                self.pending = pending;
                durable.iter().for_each(|change| keep(&mut self.durable, change));
            }
            Op::Rename(from, to) => {
                if let (Some((old, name)), Some((new, new_name)), Some(node)) = (self.entry(from), self.entry(to), self.find(from)) {
                    self.change(vec![(old, name, None), (new, new_name, Some(node))]);
                }
            }
            Op::Remove(path) => {
                if let Some((folder, name)) = self.entry(path) {
                    self.change(vec![(folder, name, None)]);
                }
            }
        }
    }

    /// Every state that a power cut may leave now.
    fn states(&self) -> Vec<State> {
        let all = vec![true; self.pending.len()];
        let none = vec![false; self.pending.len()];
        let mut kept = vec![all.clone(), none.clone()];
        if self.pending.len() <= 6 {
            // Every choice of them.
            let choices = 1..(1_u32 << self.pending.len()).saturating_sub(1);
            kept.extend(choices.map(|choice| (0..self.pending.len()).map(|one| choice >> one & 1 == 1).collect()));
        } else {
            for one in 0..self.pending.len() {
                for (base, value) in [(&all, false), (&none, true)] {
                    let mut choice = base.clone();
                    choice[one] = value;
                    kept.push(choice);
                }
            }
        }
        let whole = |data: &[u8], _: usize| data.len();
        let lost = |_: &[u8], synced: usize| synced;
        let mut states: Vec<State> = kept.iter().map(|kept| self.state(kept, &whole)).collect();
        states.extend(kept.iter().map(|kept| self.state(kept, &lost)));
        for eighths in [1, 2, 4, 6] {
            let torn = |data: &[u8], synced: usize| synced + (data.len() - synced) * eighths / 8;
            states.extend([self.state(&all, &torn), self.state(&none, &torn)]);
        }
        let but_one = |data: &[u8], synced: usize| data.len().saturating_sub(1).max(synced);
        states.push(self.state(&all, &but_one));
        states
    }

    fn state(&self, kept: &[bool], length: &dyn Fn(&[u8], usize) -> usize) -> State {
        let mut names = self.durable.clone();
        for (change, _) in self.pending.iter().zip(kept).filter(|(_, kept)| **kept) {
            keep(&mut names, change);
        }
        let mut state = State::new();
        self.collect(&names, 0, Path::new(""), length, &mut state);
        state
    }

    fn collect(
        &self,
        names: &BTreeMap<usize, BTreeMap<String, usize>>,
        folder: usize,
        at: &Path,
        length: &dyn Fn(&[u8], usize) -> usize,
        state: &mut State,
    ) {
        for (name, node) in &names[&folder] {
            let path = at.join(name);
            match &self.nodes[*node] {
                Node::Folder(_) => {
                    state.insert(path.clone(), Found::Folder);
                    self.collect(names, *node, &path, length, state);
                }
                Node::File { data, synced } => _ = state.insert(path, Found::File(data[..length(data, *synced)].to_vec())),
                Node::Link(target) => _ = state.insert(path, Found::Link(target.clone())),
            }
        }
    }
}

fn keep(names: &mut BTreeMap<usize, BTreeMap<String, usize>>, change: &Change) {
    for (folder, name, node) in change {
        let names = names.get_mut(folder).unwrap();
        match node {
            Some(node) => _ = names.insert(name.clone(), *node),
            None => _ = names.remove(name),
        }
    }
}

/// What a path is after the cut.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Found {
    Folder,
    File(Vec<u8>),
    Link(PathBuf),
}

/// All paths below OUTPUT's parent after the cut.
type State = BTreeMap<PathBuf, Found>;

fn names_of(folder: &Path) -> Vec<String> {
    names(folder).into_iter().collect()
}

/// What is done to OUTPUT: recorded once, then cut at every step.
struct Story {
    root: PathBuf,
    before: Disk,
    ops: Vec<Op>,
    /// The runs that are there before, those that may be missing after, and the one that may be new.
    old: BTreeSet<String>,
    may_go: BTreeSet<String>,
    new: Option<String>,
    /// Where `latest` leads at the end.
    latest: Option<String>,
    _folder: tempfile::TempDir,
}

impl Story {
    fn of_run(before: Before, wants: Wants) -> Self {
        let folder = scratch();
        let root = std::fs::canonicalize(folder.path()).unwrap();
        let output = root.join("out");
        prepare(&output, before);
        let (disk, old) = (Disk::load(&root), names(&output.join("runs")));
        let files = FaultyFiles::default();
        let published = disturbed(&output, wants, &files).unwrap();
        let new = matches!(wants, Wants::Publish(_)).then(|| published.id.to_string());
        let latest = link(&output, "latest");
        Story { root, before: disk, ops: files.ops(), old, may_go: BTreeSet::new(), new, latest, _folder: folder }
    }

    /// A pruning that takes the beginning of the chain, a rerun from its middle, and its end.
    fn of_prune() -> Self {
        let folder = scratch();
        let root = std::fs::canonicalize(folder.path()).unwrap();
        let output = root.join("out");
        for (as_of, started) in [
            ("2026-11-01", "2026-11-01T02:30:00Z"),
            ("2026-11-02", "2026-11-02T02:30:00Z"),
            ("2026-11-21", "2026-11-21T02:30:00Z"),
            ("2026-11-22", "2026-11-22T02:30:00Z"),
            ("2026-11-22", "2026-11-22T03:30:00Z"),
            ("2026-10-01", "2026-11-22T04:30:00Z"),
        ] {
            undisturbed(&output, as_of, started);
        }
        let _ = disturbed(&output, Wants::Fail, &FaultyFiles::default()).unwrap();
        let (disk, old) = (Disk::load(&root), names(&output.join("runs")));
        let keep = Keep { runs: Some(2), days: None };
        let plan = plan(&output, keep).unwrap();
        let may_go: BTreeSet<String> = plan.targets.iter().map(|target| target.id.to_string()).collect();
        assert_eq!(may_go.len(), 4);
        let files = FaultyFiles::default();
        OutputFolder::open_with(&output, Arc::new(files.clone())).unwrap().prune(&plan, keep).unwrap();
        let latest = link(&output, "latest");
        Story { root, before: disk, ops: files.ops(), old, may_go, new: None, latest, _folder: folder }
    }

    /// Every different state, with whether all steps were done before it.
    fn states(&self, ops: &[Op]) -> Vec<(State, bool)> {
        let mut disk = Disk { nodes: self.before.nodes.clone(), durable: self.before.durable.clone(), ..Disk::load(Path::new("/nowhere")) };
        disk.root.clone_from(&self.root);
        let mut seen = HashSet::new();
        let mut states = Vec::new();
        for step in 0..=ops.len() {
            if step > 0 {
                disk.apply(&ops[step - 1]);
            }
            let done = step == ops.len();
            states.extend(disk.states().into_iter().filter(|state| done || seen.insert(state.clone())).map(|state| (state, done)));
        }
        states
    }

    /// How many states there are; the error is the first violation.
    fn check(&self, ops: &[Op]) -> Result<usize, String> {
        let states = self.states(ops);
        states.par_iter().try_for_each(|(state, done)| self.check_state(state, *done))?;
        Ok(states.len())
    }

    fn check_state(&self, state: &State, done: bool) -> Result<(), String> {
        let folder = scratch();
        for (path, found) in state {
            let path = folder.path().join(path);
            match found {
                Found::Folder => std::fs::create_dir(path).unwrap(),
                Found::File(data) => std::fs::write(path, data).unwrap(),
                Found::Link(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            }
        }
        let output = folder.path().join("out");
        whole(&output)?;
        let runs = names(&output.join("runs"));
        if let Some(lost) = self.old.iter().find(|run| !runs.contains(*run) && !self.may_go.contains(*run)) {
            return Err(format!("{lost} is lost"));
        }
        if let Some(strange) = runs.iter().find(|run| !self.old.contains(*run) && self.new.as_ref() != Some(run)) {
            return Err(format!("{strange} is there"));
        }
        if done {
            if self.new.as_ref().is_some_and(|new| !runs.contains(new)) {
                return Err("what was reported as published is lost".to_owned());
            }
            if link(&output, "latest") != self.latest || self.may_go.iter().any(|run| runs.contains(run)) {
                return Err("what was reported as done is not done".to_owned());
            }
        }
        let next = undisturbed(&output, "2026-11-23", "2026-11-23T02:30:00Z");
        let verified = whole(&output)?;
        match link(&output, "latest") {
            latest if latest != Some(next) => Err(format!("the next start leaves latest at {latest:?}")),
            _ if verified > 0 => Err("the next start leaves something to repair".to_owned()),
            _ => Ok(()),
        }
    }
}

/// That nothing is wrong in OUTPUT and that `latest` leads to a whole run, seen without `verify`, too; gives how much is noted.
fn whole(output: &Path) -> Result<usize, String> {
    let verified = verify(output, &OneRow).map_err(|error| error.to_string())?;
    if let Some(fault) = verified.wrong.first() {
        return Err(format!("{}: {}", fault.place, fault.what));
    }
    let latest = output.join("latest");
    if latest.is_symlink() {
        let manifest = std::fs::read(latest.join("manifest.json")).map_err(|error| format!("latest: {error}"))?;
        let manifest = Manifest::from_bytes(&manifest).map_err(|error| format!("latest: {error}"))?;
        for file in &manifest.outputs {
            let bytes = std::fs::read(latest.join(&file.name)).map_err(|error| format!("latest/{}: {error}", file.name))?;
            if hex(&Sha256::digest(&bytes)) != file.sha256 {
                return Err(format!("latest/{} is torn", file.name));
            }
        }
    }
    Ok(verified.notes.len())
}

#[test]
fn every_state_that_a_power_cut_may_leave_is_whole() {
    let mut states = 0;
    for before in [Before::Nothing, Before::Run, Before::RunAndLeftovers] {
        for wants in [Wants::Publish("2026-11-22"), Wants::Publish("2026-11-01"), Wants::Fail] {
            let story = Story::of_run(before, wants);
            states += story.check(&story.ops).unwrap_or_else(|violation| panic!("{before:?} {wants:?}: {violation}"));
        }
    }
    let story = Story::of_prune();
    states += story.check(&story.ops).unwrap_or_else(|violation| panic!("prune: {violation}"));
    println!("power cuts: {states} states: 0 violations");
    assert!(states > 1000, "only {states} states");
}

/// The steps without those that a condition names.
fn without(ops: &[Op], skip: impl Fn(&Op) -> bool) -> Vec<Op> {
    let left: Vec<Op> = ops.iter().filter(|op| !skip(op)).cloned().collect();
    assert!(left.len() < ops.len(), "nothing to leave out");
    left
}

/// The steps with one of them put before another.
fn before(ops: &[Op], what: impl Fn(&Op) -> bool, place: impl Fn(&Op) -> bool) -> Vec<Op> {
    let (moved, mut left): (Vec<Op>, Vec<Op>) = ops.iter().cloned().partition(|op| what(op));
    let at = left.iter().position(place).unwrap();
    assert!(!moved.is_empty() && *ops.iter().find(|op| !left.contains(op)).unwrap() == moved[0]);
    left.splice(at..at, moved);
    left
}

fn is_publishing(op: &Op) -> bool {
    matches!(op, Op::Rename(_, to) if to.parent().unwrap().ends_with("out/runs"))
}

fn is_link_work(op: &Op) -> bool {
    matches!(op, Op::Link { .. }) || matches!(op, Op::Rename(_, to) if to.parent().unwrap().ends_with("out"))
}

fn syncs_folder(op: &Op, name: &str) -> bool {
    matches!(op, Op::SyncFolder(path) if path.ends_with(name))
}

fn syncs_run(op: &Op) -> bool {
    matches!(op, Op::SyncFolder(path) if path.parent().unwrap().ends_with(".staging"))
}

#[test]
fn a_publisher_with_a_slip_is_caught() {
    let story = Story::of_run(Before::Run, Wants::Publish("2026-11-22"));
    let ops = &story.ops;
    let mut slips: Vec<(String, Vec<Op>)> = vec![
        ("renames before it syncs".to_owned(), before(ops, is_publishing, |op| matches!(op, Op::SyncFile(_)))),
        ("renames before it writes the manifest".to_owned(), before(ops, is_publishing, |op| matches!(op, Op::Write(4, _)))),
        ("swaps the links first".to_owned(), before(ops, is_link_work, is_publishing)),
        ("does not sync the run's folder".to_owned(), without(ops, syncs_run)),
        ("does not sync runs/".to_owned(), without(ops, |op| syncs_folder(op, "out/runs"))),
        ("does not sync OUTPUT".to_owned(), without(ops, |op| syncs_folder(op, "out"))),
        ("writes into runs/".to_owned(), {
            let made = |op: &Op| matches!(op, Op::Folder(path) if path.parent().unwrap().ends_with(".staging"));
            let at = ops.iter().position(made).unwrap() + 1;
            let mut slip = without(ops, is_publishing);
            slip.insert(at, ops.iter().find(|op| is_publishing(op)).unwrap().clone());
            slip
        }),
    ];
    let files = ops.iter().filter_map(|op| if let Op::SyncFile(file) = op { Some(*file) } else { None });
    slips.extend(files.map(|file| (format!("does not sync file {file}"), without(ops, |op| *op == Op::SyncFile(file)))));
    assert_eq!(slips.len(), 11);
    story.check(ops).unwrap();
    for (slip, ops) in &slips {
        assert!(story.check(ops).is_err(), "a publisher that {slip} is not caught");
    }
    println!("publishers with a slip: {} of {} caught", slips.len(), slips.len());
}

#[test]
fn a_pruning_with_a_slip_is_caught() {
    let story = Story::of_prune();
    let ops = &story.ops;
    let drops_link = |op: &Op| matches!(op, Op::Remove(path) if path.parent().unwrap().ends_with("out"));
    let takes_out = |op: &Op| matches!(op, Op::Rename(from, _) if from.parent().unwrap().ends_with("out/runs"));
    let keeps = |op: &Op| matches!(op, Op::Rename(_, to) if to.parent().unwrap().ends_with("pruned"));
    let in_place: Vec<Op> = without(ops, takes_out)
        .into_iter()
        .map(|op| match &op {
            Op::Remove(path) if path.iter().any(|part| part == ".staging") => {
                let parts: Vec<_> = path.iter().map(|part| if part == ".staging" { "runs".as_ref() } else { part }).collect();
                Op::Remove(parts.iter().collect())
            }
            _ => op,
        })
        .collect();
    let slips = [
        ("removes links last", before(ops, takes_out, drops_link)),
        ("does not sync OUTPUT", without(ops, |op| syncs_folder(op, "out"))),
        ("keeps no manifests", without(ops, keeps)),
        ("does not sync what it keeps", without(ops, |op| syncs_folder(op, "pruned"))),
        ("does not sync the manifests that it keeps", without(ops, |op| matches!(op, Op::SyncFile(_)))),
        ("deletes in place", in_place),
        ("does not sync what it takes out", without(ops, |op| syncs_folder(op, "out/.staging"))),
    ];
    story.check(ops).unwrap();
    for (slip, ops) in &slips {
        assert!(story.check(ops).is_err(), "a pruning that {slip} is not caught");
    }
    println!("prunings with a slip: {} of {} caught", slips.len(), slips.len());
}
