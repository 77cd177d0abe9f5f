//! Broken job files and what they say. Each snapshot is a theme; each case in it a file, its problem, and the way out.

use super::{LEAST, load};
use crate::jobs::render;
use std::fmt::Write;

/// Snapshots under plain names, beside this file.
pub(super) fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Each case as its file and what the reader says to it. A case that begins with `#!` is a whole file, any other goes below
/// [`LEAST`].
fn says(cases: &[&str]) -> String {
    let mut out = String::new();
    for case in cases {
        let source = case.strip_prefix("#!\n").map_or_else(|| format!("{LEAST}{case}"), str::to_owned);
        let shown = case.trim_start_matches("#!\n").trim_end();
        let error = load(&source).expect_err(case);
        let _ = writeln!(out, "{shown}\n----\n{error}\n\n====\n");
    }
    out
}

pub(super) fn snapshot(name: &str, cases: &[&str]) {
    settings().bind(|| insta::assert_snapshot!(name, says(cases)));
}

#[test]
fn keys() {
    let cases = [
        "[extracts.products]\npath = \"p.csv\"\ncsv = { sepparator = \";\" }\n",
        "[extracts.product]\npath = \"p.csv\"\n",
        "[calculations]\nas_of = \"today\"\n",
        "[limits]\nmax_reject_ration = 0.05\n",
        "[log]\npath = \"x.log\"\n",
        "[limits]\ngrace_days = 3\n",
        "[output]\nname = \"x\"\n",
        "colour = \"red\"\n",
        "[[affinity]]\nname = \"a\"\nrule = \"true\"\npoint = 5\n",
        "[[requirements]]\nname = \"a\"\nrule = \"true\"\n",
    ];
    snapshot("keys", &cases);
}

#[test]
fn missing() {
    let cases = [
        "#!\n",
        "#!\nname = \"nightly\"\n",
        "#!\nname = \"nightly\"\n[extracts.consumptions]\npath = \"c.csv\"\n",
        "#!\n[extracts.consumptions]\npath = \"c.csv\"\n[extracts.licenses]\npath = \"l.csv\"\n",
        "[extracts.products]\ncolumns = { name = \"Title\" }\n",
        "[[affinity]]\nname = \"big-box\"\n",
        "[[entitle]]\nname = \"observers\"\nwhen = \"true\"\n",
        "[[set]]\nvalue = \"1\"\n",
    ];
    snapshot("missing", &cases);
}

#[test]
fn types() {
    let cases = [
        "[calculation]\ngrace_days = \"3\"\n",
        "[calculation]\ngrace_days = 3.5\n",
        "[calculation]\npartial_cover = \"false\"\n",
        "[calculation]\nas_of = 2026-01-31T10:00:00Z\n",
        "[calculation]\nas_of = \"31.01.2026\"\n",
        "[calculation]\nas_of = 20260131\n",
        "[calculation]\ntie_break = \"in_term\"\n",
        "[calculation]\ntie_break = [\"in_term\", 1]\n",
        "[[calculation]]\ngrace_days = 1\n",
        "[set]\nfield = \"consumption.x\"\nvalue = \"1\"\n",
        "[extracts.products]\npath = 1\n",
        "[extracts.products]\npath = []\n",
        "[extracts.products]\npath = [\"a.csv\", 2]\n",
        "#!\nname = \"nightly\"\n[extracts]\nconsumptions = \"c.csv\"\nlicenses.path = \"l.csv\"\n",
        "[extracts.products]\npath = \"p.csv\"\ncolumns = [\"a\"]\n",
        "[extracts.products]\npath = \"p.csv\"\ncolumns = { name = 1 }\n",
        "[extracts.products]\npath = \"p.csv\"\ncsv = \";\"\n",
    ];
    snapshot("types", &cases);
}

#[test]
fn values() {
    let cases = [
        "[calculation]\nrules = \"standart\"\n",
        "[calculation]\ngrace_days = -1\n",
        "[calculation]\ngrace_days = 99999999999999999999\n",
        "[calculation]\nover_licensed_ratio = -0.1\n",
        "[calculation]\nover_licensed_ratio = 1e-1\n",
        "[calculation]\nover_licensed_ratio = inf\n",
        "[calculation]\nover_licensed_ratio = \"0.1\"\n",
        "[limits]\nmax_reject_ratio = 5\n",
        "[limits]\nmax_reject_ratio = 1.00000001\n",
        "[calculation]\ntime_zone = \"London\"\n",
        "[calculation]\ntime_zone = \"Europe/Zürich\"\n",
        "[calculation]\ntie_break = [\"in_term\", \"cheapest\"]\n",
        "[calculation]\ntie_break = [\"in_term\", \"unlimited\", \"in_term\"]\n",
        "[calculation]\nas_of = 2026-02-30\n",
        "[calculation]\nas_of = \"2026-02-30\"\n",
        "[log]\naffinity = \"full\"\n",
        "[output]\naffinity = \"pairs\"\n",
        "[attributes]\nregion = \"locations\"\ndepartment = \"location\"\n",
        "[extracts.products]\npath = \"p.csv\"\ntypes = { colour = \"string\" }\n",
        "[extracts.products]\npath = \"p.csv\"\ntypes = { unit_price = \"text\" }\n",
        "[extracts.products]\npath = \"p.csv\"\ncsv = { separator = \";;\" }\n",
        "[extracts.products]\npath = \"p.csv\"\ncsv = { separator = \"·\" }\n",
        "[extracts.products]\npath = \"p.csv\"\ncsv.separator = \"\\\"\"\n",
        "[extracts.products]\npath = \"p.csv\"\ncsv = { date_format = \"DD/MM/YYYY\" }\n",
        "[output]\npath = \"  \"\n",
        "[[affinity]]\nname = \"a\"\nrule = \"true\"\npoints = 2_000_000_000_000\n",
    ];
    snapshot("values", &cases);
}

#[test]
fn rules() {
    let cases = [
        "[[requirement]]\nname = \"environment\"\nrule = \"consumption.environment == license.environment\"\n",
        "[[requirement]]\nname = \"a\"\nrule = \"consumption.cores >\"\n",
        "[[affinity]]\nname = \"a\"\nrule = \"license.vendor = \\\"A\\\" and and true\"\npoints = 5\n",
        "[[affinity]]\nname = \"a\"\nrule = '''\nconsumption.cores >= 16\n  and license.metric =! \"core\"\n'''\npoints = 5\n",
        "[[affinity]]\nname = \"a\"\nrule = \"\"\"consumption.department = \\\n    license.department )\"\"\"\npoints = 5\n",
        "[[affinity]]\nname = \"a\"\nrule = \"machine.cores > 4\"\npoints = 5\n",
        "[[requirement]]\nname = \"a\"\nrule = \"true\"\n[[requirement]]\nname = \"a\"\nrule = \"false\"\n",
        "[[set]]\nfield = \"big\"\nvalue = \"consumption.cores >= 16\"\n",
        "[[set]]\nfield = \"consumption.big\"\nvalue = \"true\"\n[[set]]\nfield = \"consumption.big\"\nvalue = \"false\"\n",
        "[[entitle]]\nname = \"o\"\nproduct = \"OBSERVE\"\nwhen = \"contains(user.roles, \\\"observer\\\"\"\n",
        "[[affinity]]\nname = \"zürich\"\nrule = \"license.location = '${SITE}'\"\npoints = 5\n",
    ];
    snapshot("rules", &cases);
}

#[test]
fn variables() {
    let cases = [
        "[output]\npath = \"${OUT}/nightly\"\n",
        "[output]\npath = \"${OUT\"\n",
        "[output]\npath = \"${1}\"\n",
        "[output]\npath = \"${EMPTY}\"\n",
        "[log]\nformat = \"${SITE}\"\n",
        "[extracts.products]\npath = [\"${A}.csv\", \"${B}/${C}.csv\"]\n",
    ];
    snapshot("variables", &cases);
}

#[test]
fn examples() {
    let cases = [
        "[[example]]\nname = \"a\"\nconsumption = { cores = 8 }\n",
        "[[example]]\nname = \"a\"\npoints = 5\nfails = \"location\"\n",
        "[[example]]\nname = \"a\"\npoints = 5\n[[example]]\nname = \"a\"\npoints = 6\n",
        "[[example]]\nname = \"a\"\npoints = 5\nconsumption = { cores = { a = 1 }, started_on = 10:00:00, groups = [1] }\n",
        "[[example]]\nname = \"a\"\npoints = \"5\"\nlicenses = { metric = \"core\" }\n",
    ];
    snapshot("examples", &cases);
}

#[test]
fn syntax() {
    let cases = [
        "#!\nname = nightly\n",
        "#!\nname = \"nightly\n[extracts.consumptions]\n",
        "#!\nname = \"nightly\"\nname = \"daily\"\n",
        "#!\nname: \"nightly\"\n",
        "[output]\npath = \"a\"\n[output]\naffinity = \"top\"\n",
        "[output\npath = \"a\"\n",
        "[output]\npath = \"C:\\data\\out\"\n",
        "[calculation]\npartial_cover = yes\ngrace_days = 03\n",
    ];
    snapshot("syntax", &cases);
}

/// Independent problems come in one go, in the order of the file.
#[test]
fn all_at_once() {
    let cases = [
        "#!\n[extracts.consumptions]\npath = \"${C}\"\ncsv = { sepparator = \";\" }\n[calculation]\ngrace_days = \"3\"\nrules = \"nun\"\n\
        tie_break = [\"cheap\"]\n[[affinity]]\nname = \"a\"\nrule = \"consumption.cores >\"\npoints = 1\n[[affinity]]\nname = \"a\"\nrule = \"license.x = = 1\"\n\
        points = 2\n",
    ];
    snapshot("all_at_once", &cases);
}

#[test]
fn bytes_that_are_no_text() {
    let file = std::path::Path::new("jobs/nightly.toml");
    let error = crate::jobs::Job::from_bytes(file, b"name = \"caf\xe9\"\n", &|_| None).expect_err("not UTF-8");
    insta::assert_snapshot!(error.to_string(), @r#"
    jobs/nightly.toml:1:12: error: the job file is not valid UTF-8 from here on
      1 | name = "caf�"
        |            ^
      help: save it as UTF-8
    "#);
}

#[test]
fn files_that_cannot_be_read() {
    let error = crate::jobs::Job::load(std::path::Path::new("/nowhere/nightly.toml")).expect_err("not there");
    insta::assert_snapshot!(error.to_string(), @r"
/nowhere/nightly.toml: error: cannot read the job file: No such file or directory (os error 2)
  help: check the path, and that you may read it
");
}

#[test]
fn on_a_terminal() {
    let error = load(&format!("{LEAST}[calculation]\ngrace_day = 3\nrules = \"nun\"\n[[set]]\nfield = \"x\"\nvalue = \"1\"\n"))
        .expect_err("broken");
    settings().bind(|| insta::assert_snapshot!("on_a_terminal", render::graphical(&error, false, 100)));
    assert!(render::graphical(&error, true, 100).contains("\u{1b}["), "colors where they are wanted");
}
