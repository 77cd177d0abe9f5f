//! What `check` says about rules and data, on small estates that are written to disk.

use super::{doubts, earnings, estate, estate_of, inputs, nodes, rules, tonight};
use crate::cli::exit::Exit;
use crate::estate::Built;
use crate::extract::{Ingest, ReadOptions, Reading, read_all};
use crate::jobs::Job;
use crate::model::date::Date;

/// A job with consumptions and licenses, read as `check` reads it.
fn read(rules: &str, consumptions: &str, licenses: &str) -> (Reading, Result<Built, (Exit, Vec<String>)>) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("c.csv", consumptions);
    write("l.csv", licenses);
    let source = format!(
        "name = \"t\"\nextracts.consumptions.path = \"c.csv\"\nextracts.licenses.path = \"l.csv\"\n\
        limits.max_reject_ratio = 1\n{rules}"
    );
    let job = Job::from_bytes(&folder.path().join("job.toml"), source.as_bytes(), &|_| None).unwrap_or_else(|error| panic!("{error}"));
    let mut ingest = Ingest::default();
    let as_of = Date::from_ymd(2026, 11, 22).expect("a date");
    let mut reading = read_all(&job.extracts, &ReadOptions::new(as_of), &mut ingest);
    let built = estate_of(&job, as_of, &mut reading, ingest);
    (reading, built)
}

fn built(rules: &str, consumptions: &str, licenses: &str) -> Built {
    read(rules, consumptions, licenses).1.unwrap_or_else(|(_, errors)| panic!("{errors:?}"))
}

const CONSUMPTIONS: &str = "consumption_id,product_id,asset_id,department,environment\nC1,OFFICE,PC-1,R&D,test\nC2,CAD,PC-2,Sales,prod\n";
const LICENSES: &str = "license_id,product_id,metric,seats,department,environment,ends_on\n\
    L1,OFFICE,device,5,R&D,prod,\nL2,OFFICE,device,5,,prod,2026-12-01\nL3,PAINT,device,1,,,2020-01-01\n";

#[test]
fn an_exact_match_earns_what_adds_up() {
    let rules = r#"
[[affinity]]
name = "same-environment"
rule = "license.environment = consumption.environment"
points = 50
[[affinity]]
name = "same-environment-and-metric"
rule = "consumption.environment = license.environment and license.metric = \"core\""
points = 70
[[affinity]]
name = "asset-is-contract"
rule = "consumption.asset_id = license.contract_id or consumption.asset_id = license.vendor"
points = 7
"#;
    let built = built(rules, CONSUMPTIONS, LICENSES);
    insta::assert_snapshot!(earnings::page(&built.program, &built.schema).join("\n"), @r"
    department              4500 = department-exact 3000 + department-within 1500; below it in the tree 1500
    cores                   1500 (cores-exact)
    user_id                 1000 (custodian)
    location                1200 = location-exact 800 + location-within 400; below it in the tree 400
    cost_center             500 = cost-center-exact 300 + cost-center-within 200; below it in the tree 200
    environment             50 (same-environment)
    asset_id = contract_id  7 (asset-is-contract)
    asset_id = vendor       7 (asset-is-contract)
    ");
}

#[test]
fn the_standard_rules_raise_no_doubt_of_their_own() {
    let built = built("", CONSUMPTIONS, LICENSES);
    assert_eq!(doubts::doubts(&built.program), Vec::<String>::new());
}

#[test]
fn rules_that_cannot_matter() {
    let rules = r#"
[[requirement]]
name = "environment"
rule = "consumption.environment = license.environment"
[[affinity]]
name = "same-environment"
rule = "consumption.environment = license.environment"
points = 50
[[affinity]]
name = "other-environment"
rule = "consumption.environment != license.environment"
points = 50
[[affinity]]
name = "big"
rule = "consumption.cores > 4"
points = 10
[[affinity]]
name = "big-again"
rule = "consumption.cores > 4"
points = 20
[[affinity]]
name = "winter"
rule = "as_of > 2026-11-01"
points = 1
[[affinity]]
name = "own-contract"
rule = "license.contract_id = consumption.asset_id"
points = 1_000_000
"#;
    let built = built(rules, CONSUMPTIONS, LICENSES);
    insta::assert_snapshot!(doubts::doubts(&built.program).join("\n"), @r"
    same-environment matches every pair that passes the requirement environment, but for licenses that leave it open: it only puts those behind
    other-environment can never match: the requirement environment lets only the contrary pass
    big reads no field of the license: it adds the same to all licenses of a demand, so it never decides which one it gets, only which demand is served first
    big-again reads no field of the license: it adds the same to all licenses of a demand, so it never decides which one it gets, only which demand is served first
    big-again has the condition of big: together they always give 30
    winter reads no field: it says the same of every pair, and decides nothing
    all other rules together (10831) can never outweigh own-contract (1000000): they only decide where it is equal
    ");
}

/// A null license field makes the comparison true in the requirement and false in the affinity (§5.2), so that `not` matches there.
#[test]
fn a_negated_requirement_is_no_contrary() {
    let rules = r#"
[[requirement]]
name = "environment"
rule = "consumption.environment = license.environment"
[[affinity]]
name = "unbound"
rule = "not (consumption.environment = license.environment)"
points = 50
"#;
    assert_eq!(doubts::doubts(&built(rules, CONSUMPTIONS, LICENSES).program), Vec::<String>::new());
    let turned = "[[requirement]]\nname = \"e\"\nrule = \"not (consumption.environment = license.environment)\"\n\
        [[affinity]]\nname = \"bound\"\nrule = \"consumption.environment = license.environment\"\npoints = 1\n";
    let doubts = doubts::doubts(&built(turned, CONSUMPTIONS, LICENSES).program);
    assert_eq!(doubts, ["bound can never match: the requirement e lets only the contrary pass"]);
}

#[test]
fn rules_that_match_nothing_tonight() {
    let rules = r#"
[calculation]
rules = "none"
[[requirement]]
name = "environment"
rule = "consumption.environment = license.environment"
[[affinity]]
name = "department"
rule = "consumption.department = license.department"
points = 50
[[affinity]]
name = "vendor"
rule = "license.vendor = \"ACME\""
points = 50
"#;
    let built = built(rules, CONSUMPTIONS, LICENSES);
    insta::assert_snapshot!(tonight::never_matching(&built).join("\n"), @r"
    no pair of tonight's data passes the requirement environment
    vendor matches no pair of tonight's data
    ");
    insta::assert_snapshot!(rules::page(&built.program).join("\n"), @r#"
    requirement  environment      consumption.environment = license.environment
    affinity     department   50  consumption.department = license.department
    affinity     vendor       50  license.vendor = "ACME"
    "#);
}

#[test]
fn licenses_and_products() {
    let built = built("", CONSUMPTIONS, LICENSES);
    insta::assert_snapshot!(estate::page(&built.estate).join("\n"), @r"
    3 licenses: 1 active · 1 expiring · 1 expired; 2 demands to cover
    1 product in need of a license without any: CAD
    1 license of products without a consumption: L3
    ");
}

#[test]
fn the_first_ten_rejects_are_shown() {
    let rows: String = (1..=14).map(|row| format!("C{row},P,PC-{row},{}\n", if row < 13 { "none" } else { "1" })).collect();
    let (reading, _) = read("", &format!("consumption_id,product_id,asset_id,quantity\n{rows}"), LICENSES);
    let lines = inputs::rejects(&reading);
    assert_eq!((lines.len(), lines[10].as_str()), (11, "and 2 more"));
    insta::assert_snapshot!(lines[0], @"c.csv row 1, column quantity: quantity is `none`: an integer from 1 to 10^12 is expected (bad_value)");
    insta::assert_snapshot!(inputs::page(&reading).join("\n"), @r"
    consumptions  14 rows in 1 file, 12 rejected
    licenses      3 rows in 1 file; attributes: environment
    ");
}

#[test]
fn a_node_that_the_tree_lacks_is_told_with_the_nearest() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("c.csv", CONSUMPTIONS);
    write("l.csv", LICENSES);
    write("t.csv", "tree,node,parent\nlocation,Europe,\nlocation,Leeds,Europe\n");
    let rules = r#"
[[affinity]]
name = "north"
rule = "consumption.location within \"Leds\" and license.location in [\"Leeds\", \"Mars\"]"
points = 5
"#;
    let paths = "extracts.consumptions.path = \"c.csv\"\nextracts.licenses.path = \"l.csv\"\nextracts.trees.path = \"t.csv\"";
    let source = format!("name = \"t\"\n{paths}\n{rules}");
    let job = Job::from_bytes(&folder.path().join("job.toml"), source.as_bytes(), &|_| None).unwrap_or_else(|error| panic!("{error}"));
    let mut ingest = Ingest::default();
    let as_of = Date::from_ymd(2026, 11, 22).expect("a date");
    let mut reading = read_all(&job.extracts, &ReadOptions::new(as_of), &mut ingest);
    let built = estate_of(&job, as_of, &mut reading, ingest).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    assert_eq!(
        nodes::unknown_nodes(&built),
        [
            "north names \"Leds\", which the tree location lacks tonight: did you mean \"Leeds\"?",
            "north names \"Mars\", which the tree location lacks tonight: it has Europe, Leeds",
        ]
    );
}
