//! Estates as files: the same for the same seed, and all tables of one estate agree.

use super::{Format, GenerateError, Plan, Shape, generate};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn plan(shape: Shape, format: Format) -> Plan {
    Plan { consumptions: 2_000, licenses: None, products: None, assets: None, users: None, seed: 5, format, dirty: 0, shape }
}

/// Every file of an estate, made on so many threads.
fn files(plan: &Plan, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let made = pool.install(|| generate(plan, folder.path())).expect("an estate");
    let read = |name: &str| fs::read(folder.path().join(name)).expect("a file");
    let files: BTreeMap<String, Vec<u8>> = made.iter().map(|made| (made.name.clone(), read(&made.name))).collect();
    assert!(made.iter().all(|made| files[&made.name].len() as u64 == made.bytes));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), made.len(), "nothing else is there");
    files
}

#[test]
fn equal_plans_give_equal_bytes_on_any_number_of_threads() {
    for format in [Format::Parquet, Format::Csv] {
        // Enough rows for several row groups in work at a time.
        let plan = Plan { consumptions: 300_000, dirty: 20_000, ..plan(Shape::Lifelike, format) };
        let one = files(&plan, 1);
        assert_eq!(one, files(&plan, 1));
        assert_eq!(one, files(&plan, 3));
        let other = files(&Plan { seed: 6, ..plan }, 2);
        for name in ["consumptions", "licenses", "assets", "users", "trees"] {
            let name = format!("{name}.{}", format.extension());
            assert_ne!(one[&name], other[&name], "{name}");
        }
    }
}

fn rows(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(files[&format!("{name}.csv")].clone()).expect("text");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn rows_name_what_other_extracts_hold() {
    for shape in Shape::ALL {
        let files = files(&plan(shape, Format::Csv), 2);
        let ids = |name: &str, column: usize| rows(&files, name).iter().map(|row| row[column].clone()).collect::<Vec<_>>();
        let (assets, users, products, nodes) = (ids("assets", 0), ids("users", 0), ids("products", 0), ids("trees", 1));
        let known = |known: &[String], named: Vec<String>| {
            named.into_iter().filter(|name| !name.is_empty()).all(|name| known.binary_search(&name).is_ok())
        };
        let sorted = |mut ids: Vec<String>| {
            ids.sort();
            ids
        };
        let nodes = sorted(nodes);
        assert_eq!(ids("consumptions", 0).len(), 2_000);
        assert!(known(&products, ids("consumptions", 1)) && known(&products, ids("licenses", 1)), "{shape:?}");
        assert!(known(&assets, ids("consumptions", 2)) && known(&users, ids("consumptions", 3)), "{shape:?}");
        assert!(known(&nodes, ids("assets", 4)) && known(&nodes, ids("licenses", 10)) && known(&nodes, ids("trees", 2)), "{shape:?}");
    }
}

#[test]
fn a_shape_is_what_it_says() {
    let of = |shape: Shape, name: &str| rows(&files(&plan(shape, Format::Csv), 1), name);
    let distinct = |rows: &[Vec<String>], column: usize| {
        let mut values: Vec<&String> = rows.iter().map(|row| &row[column]).collect();
        values.sort();
        values.dedup();
        values.len()
    };
    assert_eq!(distinct(&of(Shape::OneProduct, "consumptions"), 1), 1);
    let own = of(Shape::OwnMachine, "licenses");
    assert_eq!((own.len(), distinct(&own, 22)), (2_000, 1_001), "every second names a machine");
    let alike = of(Shape::Alike, "assets");
    assert!((4..8).all(|column| distinct(&alike, column) == 1));
    let different = of(Shape::AllDifferent, "assets");
    assert!((3..8).all(|column| distinct(&different, column) == 2_000));
    let equal = of(Shape::EqualScores, "licenses");
    assert!((6..17).all(|column| distinct(&equal, column) == 1));
    assert_eq!(of(Shape::Assignments, "assignments").len(), 2_000);
    let job = files(&plan(Shape::Rules200, Format::Csv), 1)["job.toml"].clone();
    assert_eq!(String::from_utf8(job).expect("text").matches("rule = ").count(), 200);
}

#[test]
fn trees_are_thirty_deep_where_asked() {
    let trees = rows(&files(&plan(Shape::DeepTrees, Format::Csv), 1), "trees");
    let parents: BTreeMap<(&str, &str), &str> = trees.iter().map(|row| ((row[0].as_str(), row[1].as_str()), row[2].as_str())).collect();
    let depth = |tree: &str, node: &str| {
        let mut levels = 1;
        let mut node = parents[&(tree, node)];
        while !node.is_empty() {
            levels += 1;
            node = parents[&(tree, node)];
        }
        levels
    };
    assert_eq!(parents.keys().map(|(tree, node)| depth(tree, node)).max(), Some(30));
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("job.toml"), "mine").expect("a file");
    let error = generate(&plan(Shape::Alike, Format::Csv), folder.path());
    assert!(matches!(error, Err(GenerateError::NotEmpty(_))), "{error:?}");
    assert_eq!(fs::read_to_string(folder.path().join("job.toml")).expect("a file"), "mine");
    let below = folder.path().join("job.toml").join("below");
    assert!(matches!(generate(&plan(Shape::Alike, Format::Csv), &below), Err(GenerateError::Io { .. })));
}

#[test]
fn sizes_out_of_range_are_refused() {
    let refused = |plan: Plan| matches!(generate(&plan, Path::new("never-made")), Err(GenerateError::Sizes(_)));
    assert!(refused(Plan { consumptions: 0, ..plan(Shape::Alike, Format::Csv) }));
    assert!(refused(Plan { licenses: Some(0), ..plan(Shape::Alike, Format::Csv) }));
    assert!(refused(Plan { dirty: 500_001, ..plan(Shape::Alike, Format::Csv) }));
    assert!(!Path::new("never-made").exists());
}
