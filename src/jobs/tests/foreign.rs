//! What a job says about extracts that were not made for it.

use super::{load, load_with};

#[test]
fn values_and_join_mean_what_they_say() {
    let job = load(
        "name = \"n\"\n[extracts.licenses]\npath = \"l.csv\"\nvalues = { metric = { \" Per Device \" = \"device\" }, tier = { A = \"gold\" } }\n\
        [extracts.consumptions]\npath = \"c.csv\"\njoin = { consumption_id = [\"Machine\", \" Title \"] }\n",
    )
    .expect("a job");
    assert_eq!(job.extracts[0].join["consumption_id"], ["Machine", "Title"]);
    assert_eq!(job.extracts[1].values["metric"]["Per Device"], "device");
    assert_eq!(job.extracts[1].values["tier"]["A"], "gold");
}

#[test]
fn slips_in_them_are_told() {
    let told = |more: &str| load_with(more).expect_err(more).to_string();
    let wrong = told("values = { metric = { \"Per Device\" = \"devise\" } }\n");
    assert!(wrong.contains("metric cannot be \"devise\"") && wrong.contains("did you mean \"device\"?"), "{wrong}");
    assert!(told("values = { metric = \"device\" }\n").contains("metric cannot be text"));
    assert!(told("values = { seats = { many = 5 } }\n").contains("values.seats.many cannot be an integer"));
    assert!(told("join = { license_id = [] }\n").contains("join.license_id cannot be a list"));
    assert!(told("join = { license_id = \"No\" }\n").contains("join.license_id cannot be text"));
    let twice = told("join = { license_id = [\"a\"] }\ncolumns = { license_id = \"b\" }\n");
    assert!(twice.contains("'license_id' is a column already"), "{twice}");
}
