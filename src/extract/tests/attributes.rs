//! The types of attributes (contract §2.0, §10).

use super::*;
use crate::model::value::Type;

fn spec(desk: &Desk, types: &[(&str, Type)]) -> ExtractSpec {
    let mut spec = desk.spec(ExtractKind::Users, &["a.csv", "b.csv"]);
    spec.types = types.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    spec
}

#[test]
fn a_type_is_inferred_over_all_files() {
    let desk = Desk::new(&[
        ("a.csv", "user_id,level,rate,code,on,since,none,flag\nu1,1,1,007,true,2026-01-31,,x\n"),
        ("b.csv", "user_id,level,rate,code,on,since\nu2,-2,2.5,12,FALSE,2026-01-31T23:00:00-02:00\n"),
    ]);
    let extract = desk.read(&spec(&desk, &[])).unwrap();
    assert_eq!(extract.attributes, ["code", "flag", "level", "none", "on", "rate", "since"]);
    for (name, kind, values) in [
        ("level", Type::Integer, ["1", "-2"]),
        ("rate", Type::Decimal, ["1", "2.5"]),
        ("code", Type::Text, ["007", "12"]),
        ("on", Type::Boolean, ["true", "false"]),
        ("since", Type::Date, ["2026-01-31", "2026-02-01"]),
        ("none", Type::Text, ["-", "-"]),
        ("flag", Type::Text, ["x", "-"]),
    ] {
        assert_eq!(extract.frame.column(name).map(|column| column.kind()), Some(kind), "{name}");
        assert_eq!(desk.column(&extract, name), values, "{name}");
    }
}

#[test]
fn a_declared_type_wins() {
    let desk = Desk::new(&[
        ("a.csv", "user_id,level,on,tags,code\nu1,007,1,a; ;b,12\n"),
        ("b.csv", "user_id,level,on,tags,code\nu2,x,0,;,13\nu3,1,yes,c,14\n"),
    ]);
    let types = [("level", Type::Integer), ("on", Type::Boolean), ("tags", Type::List), ("code", Type::Text), ("nowhere", Type::Date)];
    let extract = desk.read(&spec(&desk, &types)).unwrap();
    assert_eq!(rejects(&extract), ["1 level x bad_value", "2 on yes bad_value"]);
    assert_eq!(desk.column(&extract, "level"), ["7"]);
    assert_eq!(desk.column(&extract, "on"), ["true"]);
    assert_eq!(desk.column(&extract, "tags"), ["a|b"]);
    assert_eq!(desk.column(&extract, "code"), ["12"]);
    assert_eq!(extract.attributes, ["code", "level", "on", "tags"]);
}
