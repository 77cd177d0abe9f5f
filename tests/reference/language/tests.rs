//! Values and expressions by hand.

use super::super::estate::Estate;
use super::super::values::{self, Record, Value};
use super::{evaluate::Scene, syntax};
use std::collections::BTreeMap;

#[test]
fn numbers_and_dates() {
    let decimal = |text| values::parse_decimal(text, 9, values::DECIMAL_BOUND);
    assert_eq!(decimal("-0.0000000005"), Ok(-1));
    assert_eq!(decimal("1.0000000004"), Ok(1_000_000_000));
    assert_eq!(decimal("1."), Err("bad_value"));
    assert_eq!(decimal("1000000000000000000"), Err("out_of_range"));
    assert_eq!(values::parse_integer("+007"), Ok(7));
    assert_eq!(values::parse_integer("1000000000001"), Err("out_of_range"));
    for text in ["0001-01-01", "1999-12-31", "2000-02-29", "2024-02-29", "2026-11-22", "9999-12-31"] {
        assert_eq!(values::parse_date(text).map(values::date_text).as_deref(), Ok(text));
    }
    assert_eq!(values::parse_date("2026-02-29"), Err("bad_value"));
    assert_eq!(values::percent_text(1, 3), "33.3333");
    assert_eq!(values::percent_text(2, 3), "66.6667");
    assert_eq!(values::money_text(-12_500_000), "-0.0125");
}

#[test]
fn expressions() {
    let world = Estate { as_of: values::parse_date("2026-11-22").expect("a date"), ..Default::default() };
    let trees_of = BTreeMap::from([("location".to_string(), "location".to_string())]);
    let consumption = Record::from([
        ("cores".to_string(), Value::Int(8)),
        ("env".to_string(), Value::Text("Prod".into())),
        ("tags".to_string(), Value::List(vec!["a".into()])),
        ("ratio".to_string(), Value::Dec(1_500_000_000)),
    ]);
    let license = Record::from([("tier".to_string(), Value::Int(2)), ("location".to_string(), Value::Text("here".into()))]);
    let holds = |requirement: bool, text: &str| {
        let scene = Scene {
            estate: &world,
            trees_of: &trees_of,
            consumption: Some(&consumption),
            license: Some(&license),
            user: None,
            requirement,
        };
        scene.holds(&syntax::parse(text).expect(text))
    };
    let always = [
        "1 + 2 * 3 = 7 and not 1 = 2",
        "consumption.cores / 3 = 2.666666667",
        "-7 / 2 = -3.5",
        "consumption.cores / 0 is null",
        "lower(consumption.env) in [\"prod\", \"test\"]",
        "contains(consumption.tags, \"a\")",
        "starts_with(consumption.env, \"Pr\")",
        "days_between(2026-11-01, as_of) = 21",
        "as_of - 21 = 2026-11-01",
        "coalesce(consumption.none, 3) = 3",
        "if(consumption.none, 1, 2) = 2",
        "999999999999 * 999999999999 is null",
        "consumption.ratio * 2 = 3",
        "\"here\" within license.location",
        "not consumption.none",
        "(consumption.cores > 4) = true",
        "\"a\\\"\" != \"a\\\\\"",
        "false or true and true",
        "license.none is null",
        "1 - 2 - 3 = -4",
        "2 <= 2.0",
    ];
    for text in always {
        assert!(holds(false, text) && holds(true, text), "{text}");
    }
    // §5.2: an unscoped license passes a requirement; an unknown consumption does not.
    let unscoped = ["consumption.env = license.none", "license.none within license.location", "not (license.tier != license.none) or true"];
    for text in unscoped {
        assert!(holds(true, text), "{text}");
    }
    assert!(!holds(false, "consumption.env = license.none"));
    assert!(!holds(true, "consumption.none = license.tier"));
    assert!(!holds(true, "consumption.none = 1"));
    assert!(!holds(true, "not consumption.env = license.none"));
    assert!(!holds(true, "license.none"));
}
