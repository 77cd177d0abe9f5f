//! What extracts must agree on, and how many rejects are too many (contract §2.0, §2.1, §8).

use super::*;
use crate::model::value::Type;

fn read_three(consumptions: &str, assets: &str, users: &str) -> (Desk, Reading) {
    let desk = Desk::new(&[("c.csv", consumptions), ("a.csv", assets), ("u.csv", users)]);
    let specs = [
        desk.spec(ExtractKind::Consumptions, &["c.csv"]),
        desk.spec(ExtractKind::Assets, &["a.csv"]),
        desk.spec(ExtractKind::Users, &["u.csv"]),
    ];
    let reading = read_all(&specs, &options("0.05"), &mut desk.ingest.borrow_mut());
    (desk, reading)
}

/// With so many rejects allowed.
fn options(max_reject_ratio: &str) -> ReadOptions<'static> {
    ReadOptions { max_reject_ratio: decimal::parse(max_reject_ratio).expect("a decimal"), ..ReadOptions::new(as_of()) }
}

#[test]
fn integer_and_decimal_make_decimal() {
    let (desk, reading) = read_three(
        "consumption_id,product_id,user_id,level\nc,P,u,1\n",
        "asset_id,level,empty\na,2.5,\n",
        "user_id,level,empty,cores\nu,,7,many\n",
    );
    assert_eq!(reading.errors, []);
    for (kind, values) in [(ExtractKind::Consumptions, ["1"]), (ExtractKind::Assets, ["2.5"]), (ExtractKind::Users, ["-"])] {
        let extract = reading.extract(kind).unwrap();
        assert_eq!(extract.frame.column("level").map(|column| column.kind()), Some(Type::Decimal));
        assert_eq!(desk.column(extract, "level"), values);
    }
    // Nothing but nulls goes along with whatever the others have; a user's cores are nobody else's.
    assert_eq!(reading.extract(ExtractKind::Assets).unwrap().frame.column("empty").map(|column| column.kind()), Some(Type::Integer));
    assert_eq!(desk.column(reading.extract(ExtractKind::Users).unwrap(), "cores"), ["many"]);
}

#[test]
fn other_clashes_stop_the_run() {
    for (consumptions, assets, users, name) in [
        ("x\nc,P,u,1", "x\na,one", "x\nu,2", "x"),
        ("active\nc,P,u,maybe", "x\na,1", "x\nu,2", "active"),
        ("x\nc,P,u,", "quantity\na,1.5", "x\nu,2", "quantity"),
    ] {
        let (_, reading) = read_three(
            &format!("consumption_id,product_id,user_id,{consumptions}\n"),
            &format!("asset_id,{assets}\n"),
            &format!("user_id,{users}\n"),
        );
        assert_eq!(reading.errors.len(), 1, "{name} {:?}", reading.errors);
        assert_eq!(reading.errors[0].exit_code(), 4);
        let message = reading.errors[0].to_string();
        assert!(message.contains(&format!("column {name}: it is ")) && message.contains("types = {"), "{message}");
    }
}

#[test]
fn too_many_rejects_stop_the_run_but_are_handed_back() {
    let rows = |good: usize, bad: usize| {
        format!("user_id\n{}{}", (0..good).map(|row| format!("u{row}\n")).collect::<String>(), "\"\"\n".repeat(bad))
    };
    for (good, bad, bound, stops) in [
        (19, 1, "0.05", false),
        (18, 2, "0.05", true),
        (71, 29, "0.29", false),
        (70, 30, "0.29", true),
        (0, 0, "0.0", false),
        (5, 1, "0.0", true),
        (0, 3, "1.0", false),
    ] {
        let desk = Desk::new(&[("u.csv", &rows(good, bad))]);
        let reading = read_all(&[desk.spec(ExtractKind::Users, &["u.csv"])], &options(bound), &mut desk.ingest.borrow_mut());
        assert_eq!(reading.rejects().count(), bad);
        assert_eq!(
            reading.errors.iter().map(ExtractError::exit_code).collect::<Vec<_>>(),
            if stops { vec![4] } else { vec![] },
            "{good} {bad} {bound}"
        );
    }
}

#[test]
fn the_smallest_code_comes_first() {
    let desk = Desk::new(&[("u.csv", "name\nx\n"), ("a.csv", "asset_id\na\n")]);
    let specs = [
        desk.spec(ExtractKind::Users, &["u.csv"]),
        desk.spec(ExtractKind::Products, &["p.csv"]),
        desk.spec(ExtractKind::Assets, &["a.csv"]),
    ];
    let reading = read_all(&specs, &options("0.05"), &mut desk.ingest.borrow_mut());
    assert_eq!(reading.errors.iter().map(ExtractError::exit_code).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(reading.extracts.len(), 1);
}
