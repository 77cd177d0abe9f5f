//! Two runs compared, and trials: on the fixtures, and on a small desk for what goes wrong.

use super::{Desk, Ended, assert_transcript, type_in};
use std::path::Path;

/// The fixtures' night, published for two dates on a desk.
struct Nights {
    desk: Desk,
    out: String,
}

impl Nights {
    fn new() -> Self {
        let desk = Desk::new();
        let out = desk.path("nightly").display().to_string();
        let nights = Self { desk, out };
        let ended = nights.ask("run jobs/nightly.toml --quiet --from 2026-11-19 --to 2026-11-22 --output OUT");
        assert_eq!(ended.code, Some(0), "{}", ended.transcript());
        nights
    }

    fn ask(&self, line: &str) -> Ended {
        type_in(Path::new(env!("CARGO_MANIFEST_DIR")), &line.replace("OUT", &self.out))
    }
}

#[test]
fn two_nights() {
    let nights = Nights::new();
    assert_eq!(nights.desk.published().len(), 0);
    let ended = [
        nights.ask("diff previous latest --output OUT"),
        nights.ask("diff 2026-11-19 2026-11-22 --output OUT --limit 3"),
        nights.ask("diff 2026-11-19 2026-11-22 --output OUT --product SD-DBE --format csv"),
        nights.ask("diff 2026-11-22 2026-11-22 --output OUT"),
    ];
    assert_transcript("diff", &ended);
    let json = nights.ask("diff 2026-11-19 2026-11-22 --output OUT --json --limit 1");
    assert_transcript("diff-json", &[json]);
}

#[test]
fn what_would_change() {
    let nights = Nights::new();
    let trial = |settings: &str| nights.ask(&format!("what-if jobs/nightly.toml --output OUT --limit 5 {settings}"));
    assert_transcript("what-if-nothing", &[trial("")]);
    assert_transcript("what-if-seats", &[trial("--set license.LIC-1075.seats=6")]);
    assert_transcript("what-if-points", &[trial("--set affinity.dormant.points=2000 --product DW-PDF")]);
    assert_transcript("what-if-dropped", &[trial("--set requirement.environment=off")]);
    assert_transcript("what-if-date", &[trial("--as-of 2026-12-20")]);
    assert_transcript("what-if-license", &[trial("--set license.LIC-1004.status=retired")]);
    assert_transcript("what-if-policy", &[trial("--set calculation.partial_cover=true")]);
}

#[test]
fn what_cannot_be_asked() {
    let desk = Desk::new();
    let before = desk.type_line("what-if job.toml");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let lines = [
        "diff latest latest",
        "diff latest previous --job job.toml",
        "diff 2026-11-01 latest --job job.toml",
        "diff lates latest --output out",
        "diff latest latest --output out --product DRAWS",
        "what-if job.toml --set calculation.partial_covr=true",
        "what-if job.toml --set license.L-2.seats=50",
        "what-if job.toml --set license.L-1.seat=50",
        "what-if job.toml --set license.L-1.seats=many",
        "what-if job.toml --set affinity.custodian.rule=license.colour --set requirement.locatoin=off",
        "what-if job.toml --set extracts.licenses.path=nowhere.csv",
        "what-if job.toml --with nowhere.toml",
    ];
    let asked: Vec<Ended> = std::iter::once(before).chain(lines.map(|line| desk.type_line(line))).collect();
    assert_transcript("compared-errors", &asked);
    assert_eq!(desk.published().len(), 1);
}

/// One grammar for a run, whichever command takes it.
#[test]
fn a_run_is_named_alike_everywhere() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("run job.toml --quiet --from 2026-11-20 --to 2026-11-22").code, Some(0));
    let target = std::fs::read_link(desk.path("out/as_of=2026-11-21")).expect("a link");
    let id = target.file_name().expect("a name").to_str().expect("text").to_owned();
    let lines = [
        "show --output out --format json --run",
        "why PC-1 --output out --json --run",
        "log --output out --event run_started --run",
        "report --output out --to report.html --run",
        "verify --output out --run",
        "diff --output out latest",
        "what-if job.toml --against",
    ];
    let (end, path) = (id[id.len() - 6..].to_owned(), format!("./out/runs/{id}"));
    for name in ["previous", "2026-11-21", "as_of=2026-11-21", &id, &end, &path, "out/as_of=2026-11-21"] {
        for line in lines {
            let ended = desk.type_line(&format!("{line} {name}"));
            assert!(ended.code == Some(0) && ended.stdout.contains(&id), "{}", ended.transcript());
        }
        assert_eq!(desk.type_line(&format!("export usage --output out --run {name}")).code, Some(0), "{name}");
    }
    // Whatever is wrong with a name is told alike, too.
    for name in ["lates", "2026-11-01", "as_of=2026-11-01", "out/runs/nothing", "20"] {
        let told: Vec<Ended> = lines.iter().map(|line| desk.type_line(&format!("{line} {name}"))).collect();
        assert!(told.iter().all(|ended| ended.code == Some(2) && ended.stderr == told[0].stderr), "{}", told[0].transcript());
    }
    // A run that is named by its path is asked wherever one stands.
    let elsewhere = type_in(&desk.path("out"), &format!("show --run ./runs/{id} --format json"));
    assert!(elsewhere.stdout.contains(&id), "{}", elsewhere.transcript());
}

#[test]
fn what_has_changed_since() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    desk.write("licenses.csv", "license_id,product_id,metric,seats,department\nL-1,DRAW,device,2,lab\n");
    let inputs = desk.type_line("what-if job.toml --set calculation.grace_days=7");
    desk.job_with("name = \"small\"", "name = \"little\"");
    let both = desk.type_line("what-if job.toml");
    assert_transcript("what-if-changed-since", &[inputs, both]);
}

#[test]
fn how_it_ends() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let code = |line: &str| desk.type_line(line).code;
    let less = "what-if job.toml --set license.L-1.seats=0";
    assert_eq!(code(less), Some(0));
    assert_eq!(code(&format!("{less} --fail-on loss")), Some(1));
    assert_eq!(code(&format!("{less} --fail-on change")), Some(1));
    let more = "what-if job.toml --set license.L-1.seats=2";
    assert_eq!(code(&format!("{more} --fail-on loss")), Some(0));
    assert_eq!(code(&format!("{more} --fail-on change")), Some(1));
    assert_eq!(code("what-if job.toml --fail-on change"), Some(0));
    assert_eq!(code("diff latest latest --job job.toml --fail-on change"), Some(0));
}
