//! Sentences about two runs, for every effect and every cause. They have to read well aloud.

use super::inputs::{inputs, warning};
use super::{counts, groups, totals};
use crate::model::date::Date;
use crate::trace::diff::*;

fn held(license: Option<&str>, score: Option<i64>) -> Option<Held> {
    let outcome = if license.is_some() { "covered_affinity" } else { "deficit" };
    let reason = license.is_none().then(|| "capacity_exhausted".to_owned());
    Some(Held { outcome: outcome.to_owned(), license: license.map(str::to_owned), score, reason })
}

/// So many demands of a product, from a license to another.
fn changes(many: usize, product: &str, from: Option<Option<Held>>, to: Option<Option<Held>>, because: Because) -> Vec<CoverChange> {
    let (before, after) = (from.flatten(), to.flatten());
    let covered = |held: &Option<Held>| held.as_ref().map(Held::covered);
    let change = match (covered(&before), covered(&after)) {
        (None, _) => Change::New,
        (_, None) => Change::Gone,
        (Some(true), Some(false)) => Change::Lost,
        (Some(false), Some(true)) => Change::Gained,
        _ => Change::Moved,
    };
    let one = |place: usize| CoverChange {
        product_id: product.to_owned(),
        demand_id: format!("{product}/PC-{place}"),
        change,
        before: before.clone(),
        after: after.clone(),
        because: because.clone(),
    };
    (0..many).map(one).collect()
}

fn field(field: &str, before: Cell, after: Cell) -> FieldChange {
    FieldChange { field: field.to_owned(), before, after }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn license(id: &str, fields: Vec<FieldChange>) -> LicenseChange {
    LicenseChange { license_id: id.to_owned(), product_id: "CAD".to_owned(), presence: Presence::Both, fields }
}

fn comparison(cover: Vec<CoverChange>) -> Comparison {
    let run = |run_id: &str, day| RunFacts { run_id: Some(run_id.to_owned()), job: "nightly".to_owned(), as_of: Date(day) };
    let licenses = vec![
        license("L-7", vec![field("status", text("expiring"), text("expired"))]),
        license("L-8", vec![field("ends_on", text("2027-01-01"), text("2026-11-01")), field("status", text("active"), text("grace"))]),
        license("L-9", vec![field("seats", Cell::Integer(1250), Cell::Integer(1))]),
        license("L-A", vec![field("department", text("Lab"), Cell::Null)]),
    ];
    Comparison {
        before: run("A", 20_000),
        after: run("B", 20_001),
        licenses_set: Vec::new(),
        settings: Vec::new(),
        job_edited: false,
        inputs: InputChanges { as_of: Some((Date(20_000), Date(20_001))), ..InputChanges::default() },
        tables: TableChanges { cover: Cover { changes: cover, ..Cover::default() }, licenses, ..TableChanges::default() },
    }
}

fn sentences(comparison: &Comparison) -> String {
    groups(comparison).into_iter().map(|group| group.sentence).collect::<Vec<_>>().join("\n")
}

fn on(license: &str) -> Option<Option<Held>> {
    Some(held(Some(license), Some(400)))
}

fn short() -> Option<Option<Held>> {
    Some(held(None, None))
}

fn partly() -> Option<Option<Held>> {
    Some(held(None, None).map(|held| Held { reason: Some("partly_covered".to_owned()), ..held }))
}

#[test]
fn effects_come_worst_first() {
    let because = || Because::of(Cause::SeatsChanged, "L-9");
    let all = [
        changes(4, "CAD", short(), on("L-1"), because()),
        changes(1, "CAD", short(), on("L-2"), Because::of(Cause::SeatFreed, "L-2")),
        changes(1, "CAD", on("L-1"), None, Because::plain(Cause::ConsumptionEnded)),
        changes(2, "CAD", short(), None, Because::plain(Cause::UserLeft)),
        changes(3, "CAD", None, on("L-1"), Because::plain(Cause::ConsumptionNew)),
        changes(1, "CAD", None, short(), Because::plain(Cause::ConsumptionNew)),
        changes(2, "CAD", on("L-9"), on("L-1"), because()),
        changes(1, "CAD", on("L-1"), on("L-1"), Because::of(Cause::AssignmentChanged, "L-1")),
        changes(1, "BIM", on("L-9"), short(), because()),
        changes(1, "CAD", short(), partly(), because()),
        changes(2, "CAD", partly(), partly(), because()),
        changes(3, "CAD", partly(), short(), because()),
        changes(3, "CAD", on("L-9"), short(), because()),
    ];
    insta::assert_snapshot!(sentences(&comparison(all.concat())), @r"
        3 demands of CAD lose cover, because L-9 has 1 seat instead of 1,250
        1 demand of BIM loses cover, because L-9 has 1 seat instead of 1,250
        3 demands of CAD in deficit are covered in part no more, because L-9 has 1 seat instead of 1,250
        1 new demand of CAD is not covered, because its consumption is new
        1 demand of CAD is covered in another way, because an assignment of L-1 changed
        2 demands of CAD move from L-9 to L-1, because L-9 has 1 seat instead of 1,250
        2 demands of CAD in deficit are covered in part by other licenses, because L-9 has 1 seat instead of 1,250
        1 demand of CAD in deficit is covered in part, because L-9 has 1 seat instead of 1,250
        3 new demands of CAD are covered, because their consumptions are new
        2 demands of CAD in deficit are gone, because their users left
        1 covered demand of CAD is gone, because its consumption ended or left the extract
        4 demands of CAD gain cover, because L-9 has 1 seat instead of 1,250
        1 demand of CAD gains cover, because other demands left seats of L-2
    ");
}

#[test]
fn every_cause_has_words() {
    let mut all = Vec::new();
    for cause in [Cause::AssetDisposed, Cause::UserLeft, Cause::ConsumptionEnded, Cause::Unknown] {
        all.push(changes(1, "CAD", on("L-1"), None, Because::plain(cause)));
    }
    for (cause, license) in [
        (Cause::AssignmentChanged, "L-1"),
        (Cause::LicenseGone, "L-1"),
        (Cause::LicenseNew, "L-1"),
        (Cause::LicenseStatusChanged, "L-7"),
        (Cause::LicenseStatusChanged, "L-8"),
        (Cause::LicenseStatusChanged, "L-1"),
        (Cause::SeatsChanged, "L-9"),
        (Cause::SeatsChanged, "L-1"),
        (Cause::Outscored, "L-1"),
        (Cause::SeatFreed, "L-1"),
    ] {
        all.push(changes(1, "CAD", on("L-1"), on("L-2"), Because::of(cause, license)));
    }
    let with = |fields: &[&str], because: Because| Because { fields: fields.iter().map(|field| (*field).to_owned()).collect(), ..because };
    let plain = || Because::plain(Cause::AttributesChanged);
    all.push(changes(2, "CAD", on("L-1"), on("L-2"), with(&["department"], plain())));
    all.push(changes(2, "CAD", on("L-1"), on("L-2"), with(&["cores", "department", "location", "zone"], plain())));
    all.push(changes(2, "CAD", None, on("L-2"), plain()));
    all.push(changes(2, "CAD", on("L-2"), None, plain()));
    all.push(changes(2, "CAD", on("L-1"), on("L-2"), with(&["department"], Because::of(Cause::AttributesChanged, "L-A"))));
    all.push(changes(2, "CAD", on("L-1"), on("L-2"), with(&["department", "zone"], Because::of(Cause::AttributesChanged, "L-A"))));
    for of_all in [true, false] {
        let origin = Origin { cause: Box::new(Because::of(Cause::LicenseStatusChanged, "L-7")), of_all };
        all.push(changes(2, "CAD", on("L-1"), short(), Because { origin: Some(origin), ..Because::of(Cause::Outscored, "L-1") }));
    }
    insta::assert_snapshot!(sentences(&comparison(all.concat())), @r"
        2 demands of CAD lose cover, because other demands took their place on L-1: mostly since L-7 is expired on 2024-10-05, and was expiring on 2024-10-04
        2 demands of CAD lose cover, because other demands took their place on L-1: L-7 is expired on 2024-10-05, and was expiring on 2024-10-04
        2 demands of CAD move from L-1 to L-2, because their attributes changed: cores, department, location and 1 more
        2 demands of CAD move from L-1 to L-2, because their attribute department changed
        2 demands of CAD move from L-1 to L-2, because L-A has department none instead of Lab
        2 demands of CAD move from L-1 to L-2, because department, zone of L-A changed
        1 demand of CAD moves from L-1 to L-2, because an assignment of L-1 changed
        1 demand of CAD moves from L-1 to L-2, because L-1 is gone from the licenses
        1 demand of CAD moves from L-1 to L-2, because the status of L-1 changed
        1 demand of CAD moves from L-1 to L-2, because L-7 is expired on 2024-10-05, and was expiring on 2024-10-04
        1 demand of CAD moves from L-1 to L-2, because L-8 is in grace, and was active (ends_on 2026-11-01 instead of 2027-01-01)
        1 demand of CAD moves from L-1 to L-2, because L-1 is new
        1 demand of CAD moves from L-1 to L-2, because the seats of L-1 changed
        1 demand of CAD moves from L-1 to L-2, because L-9 has 1 seat instead of 1,250
        1 demand of CAD moves from L-1 to L-2, because other demands took its place on L-1
        1 demand of CAD moves from L-1 to L-2, because other demands left seats of L-1
        2 new demands of CAD are covered, because their consumptions needed no license before, or belonged to another demand
        2 covered demands of CAD are gone, because their consumptions need no license now, or belong to another demand
        1 covered demand of CAD is gone, because its consumption ended or left the extract
        1 covered demand of CAD is gone, because its asset was disposed of
        1 covered demand of CAD is gone, because its user left
        1 covered demand of CAD is gone, for a reason that the tables of the two runs do not show
    ");
}

fn rule(kind: &'static str, name: &str, before: Option<(&str, Option<i64>)>, after: Option<(&str, Option<i64>)>) -> RuleChange {
    let text = |(text, points): (&str, Option<i64>)| RuleText { text: text.to_owned(), points };
    RuleChange { kind, name: name.to_owned(), before: before.map(text), after: after.map(text) }
}

#[test]
fn what_went_in() {
    let mut comparison = comparison(changes(2, "CAD", on("L-1"), on("L-2"), Because::plain(Cause::RulesChanged)));
    let file = |path: &str, before: bool, after: bool| {
        let facts = || FileFacts { rows: 9, sha256: "00".to_owned() };
        FileChange { path: format!("in/{path}"), before: before.then(facts), after: after.then(facts) }
    };
    let extract = |extract: &str, before, after, files_now, files| ExtractChange {
        extract: extract.to_owned(),
        rows_before: before,
        rows_after: after,
        files_now,
        files,
    };
    comparison.inputs.extracts = vec![
        extract(
            "consumptions",
            Some(1211),
            Some(1222),
            3,
            vec![file("a.csv", true, true), file("b.csv", false, true), file("c.csv", true, false)],
        ),
        extract("licenses", Some(87), Some(87), 1, vec![file("licenses.csv", true, true)]),
        extract("assets", Some(2), Some(3), 1, vec![file("05/assets.csv", false, true), file("04/assets.csv", true, false)]),
        extract("users", Some(1), None, 0, vec![file("users.csv", true, false)]),
        extract("bundles", None, Some(4), 1, vec![file("bundles.csv", false, true)]),
    ];
    comparison.inputs.rules = vec![
        rule("affinity", "big-box", Some(("consumption.big", Some(500))), Some(("consumption.big", Some(1)))),
        rule("affinity", "old-box", Some(("true", Some(5))), None),
        rule("requirement", "region", None, Some(("consumption.region = license.region", None))),
        rule("requirement", "zone", Some(("true", None)), Some(("false", None))),
        rule("set", "consumption.big", Some(("1 = 1", None)), Some(("1 = 2", None))),
    ];
    comparison.inputs.policies = vec![field("calculation.partial_cover", text("false"), text("true"))];
    comparison.inputs.program = Some(("0.1.0".to_owned(), "0.2.0".to_owned()));
    let lines: Vec<String> = inputs(&comparison).into_iter().map(|line| format!("{}: {}", line.about, line.text)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
        as_of: 2024-10-05 instead of 2024-10-04
        consumptions: 2 of 3 files differ, 1 is gone (a.csv, b.csv, c.csv), 1,222 rows instead of 1,211
        licenses: licenses.csv has another content, 87 rows, as many as before
        assets: in/05/assets.csv instead of in/04/assets.csv, 3 rows instead of 2
        users: was given with 1 row, and is not now
        bundles: is given with 4 rows, and was not before
        affinity: big-box gives 1 point instead of 500
        affinity: old-box is gone: true
        requirement: region is new: consumption.region = license.region
        requirement: zone reads false instead of true
        set: consumption.big reads 1 = 2 instead of 1 = 1
        calculation: partial_cover true instead of false
        program: version 0.2.0 instead of 0.1.0
    ");
    insta::assert_snapshot!(sentences(&comparison), @"2 demands of CAD move from L-1 to L-2, because 5 rules differ");
    comparison.inputs.rules.truncate(2);
    insta::assert_snapshot!(sentences(&comparison), @"2 demands of CAD move from L-1 to L-2, because the rule big-box gives 1 point instead of 500, and the rule old-box is gone");
    assert_eq!(warning(&comparison), None, "between published runs inputs are what is compared");
    comparison.after.run_id = None;
    comparison.job_edited = true;
    insta::assert_snapshot!(warning(&comparison).unwrap_or_default(), @"the job file and the inputs have changed since that run (consumptions, licenses, assets and 2 more), so that what follows comes of both: of what you ask, and of what has changed since");
}

#[test]
fn numbers_of_demands() {
    let mut cover = Cover::default();
    (cover.before, cover.after) = (Totals { demands: 1166, covered: 931 }, Totals { demands: 1166, covered: 931 });
    assert_eq!(totals(&cover), "931 of 1,166 demands are covered, as before");
    assert_eq!(counts(&cover), "no demand is covered otherwise");
    cover.after.demands = 1_168_000;
    cover.rescored = 1;
    cover.changes = [
        changes(2, "CAD", on("L-1"), short(), Because::plain(Cause::Unknown)),
        changes(1, "CAD", None, short(), Because::plain(Cause::Unknown)),
    ]
    .concat();
    assert_eq!(totals(&cover), "931 of 1,168,000 demands are covered, 931 of 1,166 before");
    assert_eq!(counts(&cover), "2 lost, 1 new; 1 keeps its license with another score");
}
