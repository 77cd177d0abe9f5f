//! Pages of `why` as people read them, one for each outcome and each reason of a deficit; and that their sentences are those of the
//! tables. `INSTA_UPDATE=always` writes the snapshots anew.

use crate::support::tables::{TextTable, read};
use seatwise::answers::Published;
use seatwise::answers::subject::Kind;
use seatwise::answers::why::{told, why};
use seatwise::cli::why::page;
use seatwise::explain::answer::Depth;
use seatwise::model::words::{DeficitReason, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// A job of the repository, run once for all tests.
pub struct Office {
    pub run: Published,
    _home: tempfile::TempDir,
}

impl Office {
    fn of(job: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let output = home.path().join("out");
        let job = Path::new(env!("CARGO_MANIFEST_DIR")).join(job);
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatwise"));
        let status = command.arg("run").arg(job).arg("--quiet").arg("--output").arg(&output).status().expect("the binary runs");
        assert!(status.success());
        Self { run: Published::open(&output.join("latest")).expect("a published run"), _home: home }
    }

    /// The company of the fixtures, where every outcome and nearly every reason occurs.
    pub fn company() -> &'static Self {
        static COMPANY: OnceLock<Office> = OnceLock::new();
        COMPANY.get_or_init(|| Self::of("jobs/nightly-csv.toml"))
    }

    pub fn table(&self, name: &str) -> TextTable {
        read(&self.run.folder.join(name).with_extension("parquet"))
    }

    /// The identifier in the first row whose other column has a value.
    fn first(&self, table: &str, id: &str, column: &str, value: &str) -> String {
        let table = self.table(table);
        let row = table.column(column).position(|cell| cell == Some(value));
        let row = row.unwrap_or_else(|| panic!("no {column} is {value}"));
        table.cell(row, id).expect("an identifier").to_owned()
    }

    fn page(&self, id: &str, kind: Kind) -> String {
        let answer = why(&self.run, id, Some(kind), None).unwrap_or_else(|error| panic!("{id}: {}", error.message));
        page(&answer, Depth { rows: 4 })
    }
}

fn assert_page(name: &str, page: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("pages");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"\b\d{8}T\d{6}Z-[0-9a-f]{6}\b", "20000101T000000Z-000000");
    settings.bind(|| insta::assert_snapshot!(name, page));
}

#[test]
fn each_outcome_of_a_demand() {
    let office = Office::company();
    for outcome in [Outcome::CoveredDirect, Outcome::CoveredBundle, Outcome::CoveredAffinity, Outcome::CoveredDowngrade] {
        let demand = office.first("demands", "demand_id", "outcome", outcome.code());
        assert_page(&format!("outcome-{}", outcome.code()), &office.page(&demand, Kind::Demand));
    }
}

#[test]
fn each_consumption_that_needs_no_license() {
    let office = Office::company();
    let outcomes = Outcome::ALL.iter().filter(|outcome| !outcome.code().starts_with("covered_") && **outcome != Outcome::Deficit);
    let pages: Vec<String> = outcomes
        .map(|outcome| office.page(&office.first("coverage", "consumption_id", "outcome", outcome.code()), Kind::Consumption))
        .collect();
    assert_eq!(pages.len(), 6);
    assert_page("not-needed", &pages.join("\n\n"));
}

#[test]
fn each_reason_of_a_deficit() {
    let (office, in_part) = (Office::company(), Office::of("fixtures/cases/partial-cover/job.toml"));
    for reason in DeficitReason::ALL {
        let office = if *reason == DeficitReason::PartlyCovered { &in_part } else { office };
        let demand = office.first("deficits", "demand_id", "reason", reason.code());
        assert_page(&format!("reason-{}", reason.code()), &office.page(&demand, Kind::Demand));
    }
}

#[test]
fn a_license_of_each_kind() {
    let office = Office::company();
    let licenses = [
        ("license-contested", office.first("deficits", "best_license_id", "reason", "capacity_exhausted")),
        ("license-reserved", office.first("reservations", "license_id", "dimension", "department")),
        ("license-expired", office.first("usage", "license_id", "status", "expired")),
        ("license-grace", office.first("usage", "license_id", "status", "grace")),
        ("license-site", office.first("usage", "license_id", "metric", "site")),
    ];
    for (name, license) in licenses {
        assert_page(name, &office.page(&license, Kind::License));
    }
}

#[test]
fn a_link_that_goes_against_a_rule_says_which() {
    let office = Office::company();
    let demand = office.first("alerts", "subject", "code", "assignment_overrides_requirement");
    assert_page("against-a-requirement", &office.page(&demand, Kind::Demand));
    let demand = office.first("alerts", "subject", "code", "assignment_over_capacity");
    assert_page("over-capacity", &office.page(&demand, Kind::Demand));
}

/// Who is told to have come first among equals is the one that contract §4.5 serves first, by the values of the tables.
#[test]
fn a_tie_is_told_with_what_decided_it() {
    let office = Office::company();
    let (demands, grants) = (office.table("demands"), office.table("allocations"));
    let cell = |table: &TextTable, row: usize, column: &str| table.cell(row, column).map(str::to_owned);
    let key = |row: usize| (cell(&demands, row, "product_id").expect("a product"), cell(&demands, row, "demand_id").expect("a name"));
    let starts: BTreeMap<_, _> = (0..demands.rows.len()).map(|row| (key(row), cell(&demands, row, "started_on"))).collect();
    let answers = told(&office.run, &starts.keys().cloned().collect()).expect("answers");
    let mut ties = 0;
    for answer in answers.values() {
        let Some(nearest) = answer.deficit.as_ref().and_then(|deficit| deficit.nearest.as_ref()) else { continue };
        let Some(seat) = &nearest.last_seat else { continue };
        let is = |row: usize, column: &str, value: &str| grants.cell(row, column) == Some(value);
        let own = |row: &usize| is(*row, "demand_id", &seat.demand_id) && is(*row, "license_id", &nearest.license_id);
        let grant = (0..grants.rows.len()).find(own).expect("the grant");
        let equal = seat.score == Some(nearest.score) && is(grant, "phase", "affinity") && is(grant, "rank", "1");
        assert_eq!(seat.tie.is_some(), equal, "{}: {seat:?}", answer.demand_id);
        let Some(tie) = &seat.tie else { continue };
        ties += 1;
        let start = |name: &str| starts[&(answer.product_id.clone(), name.to_owned())].clone();
        let (first, second) = (start(&seat.demand_id), start(&answer.demand_id));
        let order = |start: &Option<String>, name: &str| (start.is_none(), start.clone(), name.to_owned());
        assert!(order(&first, &seat.demand_id) < order(&second, &answer.demand_id), "{seat:?}");
        let told = (tie.decided_by, tie.first.clone(), tie.second.clone());
        match first == second {
            false => assert_eq!(told, ("started_on", first, second)),
            true => assert_eq!(told, ("demand_id", Some(seat.demand_id.clone()), Some(answer.demand_id.clone()))),
        }
    }
    assert!(ties > 5, "{ties}");
}

/// Two demands of equal score and one seat: what the serving order goes by says who is left.
#[test]
fn each_way_to_decide_a_tie() {
    let cases = [
        ("C-1,P,a,\nC-2,P,b,\n", "P/b", "for neither is it known since when it is in use, so their names decided: P/a comes before P/b."),
        (
            "C-1,P,a,2026-01-01\nC-2,P,b,2026-01-01\n",
            "P/b",
            "both are in use since 2026-01-01, so their names decided: P/a comes before P/b.",
        ),
        ("C-1,P,a,\nC-2,P,b,2026-01-01\n", "P/a", "that one is in use since 2026-01-01, this one since an unknown day."),
        ("C-1,P,a,2026-02-01\nC-2,P,b,2026-01-01\n", "P/a", "that one is in use since 2026-01-01, this one since 2026-02-01."),
    ];
    for (consumptions, left, said) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
        write("c.csv", &format!("consumption_id,product_id,asset_id,started_on\n{consumptions}"));
        write("l.csv", "license_id,product_id,metric,seats\nL,P,device,1\n");
        let extracts = "extracts.consumptions.path = \"c.csv\"\nextracts.licenses.path = \"l.csv\"\n";
        write("job.toml", &format!("name = \"tie\"\n{extracts}calculation.as_of = \"2026-11-22\"\n"));
        let office = Office::of(folder.path().join("job.toml").to_str().expect("text"));
        let page = office.page(left, Kind::Demand);
        assert!(page.contains(said), "{page}");
    }
}

/// The sentence of an answer is the one of the table, for it is made by the same code from the same facts.
#[test]
fn sentences_are_those_of_the_tables() {
    let office = Office::company();
    let deficits = office.table("deficits");
    let demands = office.table("demands");
    let key = |table: &TextTable, row: usize| {
        let cell = |column: &str| table.cell(row, column).expect("a value").to_owned();
        (cell("product_id"), cell("demand_id"))
    };
    let all: BTreeSet<(String, String)> = (0..demands.rows.len()).map(|row| key(&demands, row)).collect();
    let answers = told(&office.run, &all).expect("answers");
    assert_eq!(answers.len(), demands.rows.len());
    for row in 0..deficits.rows.len() {
        let answer = &answers[&key(&deficits, row)];
        let said = answer.deficit.as_ref().map(|deficit| deficit.sentence.as_str());
        assert_eq!(said, deficits.cell(row, "detail"), "{}", answer.demand_id);
    }
    let open = answers.values().filter(|answer| answer.deficit.is_some()).count();
    assert_eq!(open, deficits.rows.len());
    // Seats are never told beyond what a license has, and who got one is told a seat that was free.
    for answer in answers.values() {
        for phase in &answer.phases {
            let gave = phase.candidates.iter().filter_map(|one| Some((one.free?, one.units?)));
            assert!(gave.clone().all(|(free, units)| units <= free), "{} in {}", answer.demand_id, phase.phase);
        }
    }
}
