//! What is told of published runs: `history`, `verify`, `prune`.

use super::{Desk, Ended, JOB, assert_transcript};
use std::fs;

/// Three dates, the last of them run twice, and a run that failed.
fn nights() -> Desk {
    let desk = Desk::new();
    for line in ["--from 2026-11-20 --to 2026-11-22", "--as-of 2026-11-22"] {
        assert_eq!(desk.type_line(&format!("run job.toml --quiet {line}")).code, Some(0));
    }
    let licenses = fs::read(desk.path("licenses.csv")).expect("licenses");
    fs::remove_file(desk.path("licenses.csv")).expect("removed");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(3));
    desk.write("licenses.csv", licenses);
    desk
}

/// The runs as `history` lists them.
fn listed(desk: &Desk) -> Vec<serde_json::Value> {
    serde_json::from_str(&desk.type_line("history --output out --format json").stdout).expect("a list in JSON")
}

fn id(desk: &Desk, place: usize) -> String {
    listed(desk)[place]["run_id"].as_str().expect("an id").to_owned()
}

#[test]
fn the_list_of_runs() {
    let desk = Desk::new();
    let none = desk.type_line("history --job job.toml");
    let desk = nights();
    let ended =
        ["history --job job.toml", "history --output out --failed", "history --output out --limit 0"].map(|line| desk.type_line(line));
    assert_transcript("history", &[none].into_iter().chain(ended).collect::<Vec<_>>());
}

#[test]
fn the_list_for_programs() {
    let desk = nights();
    let runs = listed(&desk);
    let told: Vec<String> = runs.iter().map(|run| format!("{} {} {}", run["as_of"], run["status"], run["exit_code"])).collect();
    let complete = |date: &str| format!("\"{date}\" \"complete\" null");
    let wanted = [
        "\"2026-11-22\" \"failed\" 3".to_owned(),
        complete("2026-11-22"),
        complete("2026-11-22"),
        complete("2026-11-21"),
        complete("2026-11-20"),
    ];
    assert_eq!(told, wanted);
    assert_eq!((&runs[1]["superseded"], &runs[2]["superseded"]), (&false.into(), &true.into()));
    assert_eq!(runs[1]["links"], serde_json::json!(["latest", "as_of=2026-11-22"]));
    assert_eq!((&runs[1]["demands"], &runs[1]["covered"], &runs[1]["outstanding"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!((&runs[1]["baseline"], &runs[1]["changes"]["all"]), (&runs[3]["run_id"], &0.into()));
    assert_eq!(runs[4]["changes"], serde_json::Value::Null);

    let csv = desk.type_line("history --output out --format csv").stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 1 + runs.len());
    let columns = lines[0].split(',').count();
    // The failed run's message may hold a comma, and then stands in quotes at the end.
    assert!(lines.iter().skip(2).all(|line| line.split(',').count() == columns), "{csv}");
}

#[test]
fn whether_all_is_as_published() {
    let desk = nights();
    let run = id(&desk, 1);
    let whole = ["verify --job job.toml".to_owned(), format!("verify --output out --run {run}")];
    let mut ended: Vec<Ended> = whole.iter().map(|line| desk.type_line(line)).collect();
    ended.push(desk.type_line("verify --output out --run 20200101T000000Z-000000"));
    let table = desk.path("out/runs").join(&run).join("usage.parquet");
    let mut bytes = fs::read(&table).expect("a table");
    bytes[100] ^= 1;
    fs::write(table, bytes).expect("damage");
    fs::write(desk.path("out/latest/extra.csv"), "").expect("a stray file");
    ended.extend(["verify --output out", "verify --output out --verbose"].map(|line| desk.type_line(line)));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [Some(0), Some(0), Some(2), Some(4), Some(4)]);
    assert_transcript("verify", &ended);
}

#[test]
fn what_is_removed() {
    let desk = nights();
    let lines = [
        "prune --job job.toml",
        "prune --job job.toml --keep-runs 2 --dry-run",
        "prune --job job.toml --keep-runs 2",
        "prune --job job.toml --keep-runs 2 --yes",
        "prune --job job.toml --keep-runs 2 --yes",
        "verify --job job.toml",
        "history --job job.toml",
    ];
    let ended = lines.map(|line| desk.type_line(line));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [Some(2), Some(0), Some(2), Some(0), Some(0), Some(0), Some(0)]);
    assert_transcript("prune", &ended);
    // The job itself can say what stays.
    desk.write("job.toml", JOB.replacen("path = \"out\"", "path = \"out\"\nkeep = { runs = 1 }", 1));
    assert_eq!(desk.type_line("prune --job job.toml --yes").code, Some(0));
    assert_eq!(desk.published().len(), 1);
    assert_eq!(desk.type_line("verify --job job.toml --quiet").stdout, "");
}
