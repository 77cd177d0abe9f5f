//! What the compiler does not check: which module may know which, who owns which outside crate, and the size of things.
//!
//! The tables are exact: a permission that nothing uses is a failure too, so that they keep showing the shape of the code.

mod source;

use source::Source;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The modules in reading order, and what each may know. A name stands above all that know it.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("trace", &["model"]),
    ("rules", &["model"]),
    ("estate", &["model", "rules"]),
    ("allocate", &["model", "trace", "rules", "estate"]),
    ("explain", &["model", "trace", "rules"]),
    ("extract", &["model"]),
    ("report", &["model", "trace", "rules", "explain"]),
    ("batch_log", &["model", "trace"]),
    ("intake", &["model", "extract"]),
    ("jobs", &["model", "rules", "explain", "extract"]),
    ("generate", &["model"]),
    ("run", &["model"]),
    ("starter", &["run"]),
    ("answers", &["model", "trace", "rules", "estate", "allocate", "explain", "report", "run"]),
    ("page", &["model", "trace", "explain", "report", "run", "answers"]),
    (
        "pipeline",
        &["model", "trace", "rules", "estate", "allocate", "explain", "extract", "report", "batch_log", "jobs", "run", "answers", "page"],
    ),
    ("schedule", &["jobs", "run"]),
    ("notify", &["model", "explain", "report", "jobs", "run", "pipeline"]),
    (
        "cli",
        &[
            "model",
            "trace",
            "rules",
            "estate",
            "explain",
            "extract",
            "report",
            "batch_log",
            "jobs",
            "run",
            "answers",
            "page",
            "pipeline",
            "schedule",
            "notify",
            "generate",
            "starter",
            "intake",
        ],
    ),
    ("main", &["cli"]),
];

/// The outside crates, and the only modules that may name them. Without a module: no code yet.
const OWNERS: &[(&str, &[&str])] = &[
    ("arrow", &["report", "generate"]),
    ("bytes", &["report"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("comfy_table", &["cli"]),
    ("croner", &["jobs"]),
    ("csv", &["extract"]),
    ("flate2", &["extract"]),
    ("glob", &["extract"]),
    ("hashbrown", &["model"]),
    ("indicatif", &["cli"]),
    ("itoa", &["batch_log", "explain"]),
    ("jiff", &["jobs", "run", "pipeline", "cli", "schedule", "notify"]),
    ("lettre", &["notify"]),
    ("miette", &["jobs"]),
    ("parquet", &["report", "generate"]),
    ("polars", &["extract"]),
    ("rayon", &["model", "trace", "estate", "allocate", "extract", "report", "pipeline", "run", "answers", "generate", "page"]),
    ("regex", &["batch_log"]),
    ("rustix", &["schedule", "extract", "run"]),
    ("rustc_hash", &["model", "trace", "estate", "allocate", "explain", "extract", "report", "run", "cli", "answers", "intake"]),
    ("serde", &["run", "trace", "answers", "page"]),
    ("serde_json", &["jobs", "run", "notify", "cli", "page"]),
    ("sha2", &["extract", "jobs", "run", "schedule", "page"]),
    ("signal_hook", &["run"]),
    ("thiserror", &["rules", "extract", "report", "run", "schedule", "generate", "starter", "intake"]),
    ("tokio", &["schedule"]),
    ("tokio_cron_scheduler", &["schedule"]),
    ("toml", &["jobs"]),
    ("tracing", &["batch_log", "run", "schedule", "cli", "notify"]),
    ("tracing_subscriber", &["cli"]),
    ("ureq", &["notify"]),
    ("zstd", &["extract", "batch_log", "report"]),
];

const MOST_LINES_OF_A_FUNCTION: usize = 70;
const MOST_LINES_OF_A_FILE: usize = 500;

/// What no file may hold: hosts that a lock file or a configuration could drag in, and places of one machine.
const FORBIDDEN: &[&str] = &[
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("registry.npmjs", ".org"),
    concat!("proxy.golang", ".org"),
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
];
const LOCKED_SOURCE: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

#[test]
fn no_module_knows_one_above_it() {
    report(layer_faults(LAYERS, &shipped()));
}

#[test]
fn outside_crates_stay_with_their_owners() {
    let manifest: toml::Table = read(&root().join("Cargo.toml")).parse().expect("Cargo.toml is TOML");
    let dependencies = manifest["dependencies"].as_table().expect("dependencies");
    let names: Vec<String> = dependencies.keys().map(|name| name.replace('-', "_")).collect();
    report(owner_faults(OWNERS, &names, &shipped()));
}

#[test]
fn every_file_says_what_it_is() {
    let silent = |source: &&Source| !source.text.starts_with("//! ");
    report(
        sources()
            .iter()
            .filter(silent)
            .map(|source| format!("{}: begin with a comment (//!) that says what it is for", source.path))
            .collect(),
    );
}

#[test]
fn functions_and_files_keep_to_a_size() {
    report(sources().iter().flat_map(size_faults).collect());
}

#[test]
fn nothing_that_ships_can_unwrap() {
    report(shipped().iter().flat_map(unwrap_faults).collect());
}

#[test]
fn no_file_names_a_registry_or_a_place_of_one_machine() {
    let mut faults = Vec::new();
    for path in tracked() {
        let content = fs::read(root().join(&path)).unwrap_or_default();
        faults.extend(forbidden_words(&content).into_iter().map(|word| format!("{path}: holds {word}")));
        if path == "Cargo.lock" {
            let foreign = |line: &&str| line.starts_with("source = ") && *line != LOCKED_SOURCE;
            let text = String::from_utf8_lossy(&content).into_owned();
            faults.extend(text.lines().filter(foreign).map(|line| format!("{path}: {line}")));
        }
    }
    report(faults);
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n  {}\n", faults.len(), faults.join("\n  "));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file of the project.
fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    let name = |path: &PathBuf| path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
    files.iter().map(|path| Source::new(&name(path), &read(path))).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The files of `src`, without test code.
fn shipped() -> Vec<Source> {
    let sources = sources();
    let tests: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    let is_test =
        |path: &str| tests.iter().any(|test| path.strip_prefix(test.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/')));
    sources.iter().filter(|source| source.path.starts_with("src/") && !is_test(&source.path)).map(Source::shipped).collect()
}

/// What git knows of the project, new files too; without git nothing can be said.
fn tracked() -> Vec<String> {
    let git = Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root()).output();
    match git {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Imports that go up, modules that the table lacks, and permissions that nothing uses.
fn layer_faults(layers: &[(&str, &[&str])], sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used: Vec<(&str, &str)> = Vec::new();
    for (place, (module, known)) in layers.iter().enumerate() {
        let above = |name: &&&str| !layers[..place].iter().any(|(other, _)| *other == **name);
        faults.extend(known.iter().filter(above).map(|name| format!("the table lets {module} know {name}, which does not stand above it")));
    }
    for source in sources {
        let Some(module) = source.module().filter(|module| *module != "lib") else { continue };
        let Some((_, known)) = layers.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{}: the table of layers lacks {module}", source.path));
            continue;
        };
        let names = if module == "main" {
            source.code.match_indices("seatwise::").map(|(at, found)| after(&source.code, at + found.len())).collect()
        } else {
            source.crate_names()
        };
        for (line, name) in names.into_iter().filter(|(_, name)| *name != module) {
            match known.iter().find(|other| **other == name) {
                Some(known) => used.push((module, known)),
                None => faults.push(format!("{}:{line}: {module} must not know {name}", source.path)),
            }
        }
    }
    for (module, known) in layers {
        let idle = known.iter().filter(|name| !used.contains(&(module, name)));
        faults.extend(idle.map(|name| format!("{module} does not use {name}: take it out of the table of layers")));
    }
    faults
}

/// The name at a place, and its line.
fn after(code: &str, at: usize) -> (usize, &str) {
    let rest = &code[at..];
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
    (code[..at].matches('\n').count() + 1, &rest[..end])
}

/// Crates that are named outside their owners, dependencies that the table lacks, and permissions that nothing uses.
fn owner_faults(owners: &[(&str, &[&str])], dependencies: &[String], sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for dependency in dependencies.iter().filter(|name| !owners.iter().any(|(owned, _)| owned == name)) {
        faults.push(format!("Cargo.toml: {dependency} has no owner in the table"));
    }
    for (dependency, modules) in owners {
        if !dependencies.iter().any(|name| name == dependency) {
            faults.push(format!("{dependency} is no dependency: take it out of the table of owners"));
        }
        let mut used: Vec<&str> = Vec::new();
        for source in sources {
            let (Some(line), Some(module)) = (source.uses(dependency), source.module()) else { continue };
            used.push(module);
            if !modules.contains(&module) {
                faults.push(format!("{}:{line}: {dependency} belongs to {modules:?}", source.path));
            }
        }
        let idle = modules.iter().filter(|module| !used.contains(module));
        faults.extend(idle.map(|module| format!("{module} does not use {dependency}: take it out of the table of owners")));
    }
    faults
}

fn size_faults(source: &Source) -> Vec<String> {
    let long = |function: &source::Function<'_>| function.length > MOST_LINES_OF_A_FUNCTION && !source.excuses_length(function.line);
    let mut faults: Vec<String> = source
        .functions()
        .iter()
        .filter(|function| long(function))
        .map(|function| format!("{}:{}: {} has {} lines and gives no reason", source.path, function.line, function.name, function.length))
        .collect();
    let lines = source.text.lines().count();
    if source.path.starts_with("src/") && lines > MOST_LINES_OF_A_FILE {
        faults.push(format!("{}: {lines} lines; split it", source.path));
    }
    faults
}

fn unwrap_faults(source: &Source) -> Vec<String> {
    let calls = [".unwrap()", ".expect("].iter().flat_map(|call| source.lines_with(call).into_iter().map(move |line| (line, *call)));
    calls.map(|(line, call)| format!("{}:{line}: {call} in code that ships", source.path)).collect()
}

fn forbidden_words(content: &[u8]) -> Vec<&'static str> {
    let holds = |word: &&&str| content.windows(word.len()).any(|window| window == word.as_bytes());
    FORBIDDEN.iter().filter(holds).copied().collect()
}

#[test]
fn the_checks_can_fail() {
    let layers: &[(&str, &[&str])] = &[("low", &[]), ("high", &["low"])];
    let file = |path: &str, text: &str| Source::new(path, text);
    let good = [file("src/low/a.rs", ""), file("src/high.rs", "use crate::low::A;")];
    assert_eq!(layer_faults(layers, &good), Vec::<String>::new());
    let up = [file("src/low/a.rs", "use crate::high::B;"), file("src/high.rs", "use crate::low::A;")];
    assert_eq!(layer_faults(layers, &up), ["src/low/a.rs:1: low must not know high"]);
    assert_eq!(layer_faults(layers, &good[..1]), ["high does not use low: take it out of the table of layers"]);
    assert_eq!(layer_faults(&[("low", &["high"])], &[]).len(), 2);
    assert_eq!(layer_faults(&[], &good[..1]), ["src/low/a.rs: the table of layers lacks low"]);

    let owners: &[(&str, &[&str])] = &[("polars", &["low"])];
    let polars = ["polars".to_owned()];
    assert_eq!(owner_faults(owners, &polars, &[file("src/low.rs", "use polars::X;")]), Vec::<String>::new());
    let both = [file("src/low.rs", "use polars::X;"), file("src/high.rs", "\npolars::f();")];
    assert_eq!(owner_faults(owners, &polars, &both), ["src/high.rs:2: polars belongs to [\"low\"]"]);
    assert_eq!(owner_faults(owners, &polars, &[]), ["low does not use polars: take it out of the table of owners"]);
    assert_eq!(owner_faults(&[], &polars, &[]), ["Cargo.toml: polars has no owner in the table"]);

    let long = format!("fn f() {{\n{}}}\n", "    g();\n".repeat(MOST_LINES_OF_A_FUNCTION + 1));
    assert_eq!(size_faults(&file("src/a.rs", &long)), ["src/a.rs:1: f has 71 lines and gives no reason"]);
    let excused = format!("#[expect(clippy::too_many_lines, reason = \"a table\")]\n{long}");
    assert!(size_faults(&file("src/a.rs", &excused)).is_empty());
    let lines = "//\n".repeat(MOST_LINES_OF_A_FILE + 1);
    assert_eq!((size_faults(&file("src/a.rs", &lines)).len(), size_faults(&file("tests/a.rs", &lines)).len()), (1, 0));

    assert_eq!(unwrap_faults(&file("src/a.rs", "x.unwrap();\ny.expect(\"z\");\ny.expect_err();\n// .unwrap()")).len(), 2);
    assert_eq!(forbidden_words(concat!("see /wo", "rk/main").as_bytes()), [concat!("/wo", "rk/")]);
    assert!(forbidden_words(b"nothing of the kind").is_empty());
}
