//! Laws that hold for every comparison, tried over all of them: what §5.2 says of nulls, and that sides are counted right.

use super::*;

/// A comparison `left OP right` per type: (template, type of the left operand, type of the right one). `$` and `%` are its operands.
const TEMPLATES: [(&str, &str, &str); 13] = [
    ("$ = %", "tiub", ""),
    ("$ != %", "tiub", ""),
    ("$ < %", "ti", ""),
    ("$ <= %", "ti", ""),
    ("$ > %", "ti", ""),
    ("$ >= %", "ti", ""),
    ("$ = %", "d", "i"),
    ("$ < %", "i", "d"),
    ("$ within %", "L", ""),
    ("starts_with($, %)", "t", ""),
    ("contains($, %)", "s", "t"),
    ("$ >= %", "o", ""),
    ("$ != %", "o", ""),
];

fn field(kind: char) -> (&'static str, &'static str) {
    match kind {
        't' => ("t", "a"),
        'u' => ("u", "b"),
        'i' => ("i", "7"),
        'd' => ("d", "7.5"),
        'b' => ("b", "true"),
        'o' => ("on", "2026-01-01"),
        's' => ("ls", "a;b"),
        _ => ("location", "BER"),
    }
}

/// Every comparison × sides of its operands × nulls × mode, against the sentence of the contract.
#[test]
fn nulls_in_comparisons() {
    let mut count = 0;
    for (template, lefts, rights) in TEMPLATES {
        for kind in lefts.chars() {
            let right_kind = rights.chars().next().unwrap_or(kind);
            for (left_side, right_side) in [("c", "l"), ("l", "c"), ("c", "c"), ("l", "l")] {
                let ((left, left_value), (right, right_value)) = (field(kind), field(right_kind));
                let (left, right) = (format!("{left_side}.{left}"), format!("{right_side}.{right}"));
                let rule = template.replace('$', &left).replace('%', &right);
                for (left_null, right_null) in [(true, false), (false, true), (true, true)] {
                    if left == right && left_null != right_null {
                        continue;
                    }
                    let bind = |null: bool, name: &str, value: &str| if null { String::new() } else { format!("{name}={value}") };
                    let bindings = format!("{} {}", bind(left_null, &left, left_value), bind(right_null, &right, right_value));
                    let unscoped = left_null && left_side == "l" || right_null && right_side == "l";
                    for rule in [rule.clone(), format!("not {rule}")] {
                        let world = World::new(&rule, &bindings, Sides::PAIR);
                        let turned = rule.starts_with("not");
                        assert_eq!(world.value(Mode::Affinity), Value::Boolean(turned), "{rule} with {bindings}");
                        assert_eq!(world.value(Mode::Requirement), Value::Boolean(unscoped != turned), "{rule} with {bindings}");
                        count += 1;
                    }
                }
            }
        }
    }
    assert!(count > 300, "{count} cases");
}

/// Without nulls the mode says nothing.
#[test]
fn modes_agree_without_nulls() {
    for (template, lefts, rights) in TEMPLATES {
        for kind in lefts.chars() {
            let ((left, left_value), (right, right_value)) = (field(kind), field(rights.chars().next().unwrap_or(kind)));
            let rule = template.replace('$', &format!("c.{left}")).replace('%', &format!("l.{right}"));
            let world = World::new(&rule, &format!("c.{left}={left_value} l.{right}={right_value}"), Sides::PAIR);
            assert_eq!(world.value(Mode::Affinity), world.value(Mode::Requirement), "{rule}");
        }
    }
}

#[test]
fn what_an_expression_reads() {
    let world = World::new("c.i + c.j > 3 and (c.i in [1] or l.t = \"x\")", "", Sides::PAIR);
    assert_eq!(world.expr.fields(Side::Consumption), [2, 3]);
    assert_eq!(world.expr.fields(Side::License), [0]);
    assert!(world.expr.fields(Side::User).is_empty());
    assert_eq!(world.expr.sides(), Sides::PAIR);
    assert!(World::new("1 = 1", "", Sides::PAIR).expr.sides().is_empty());
    let all = "if(c.b, lower(c.t), coalesce(c.u, \"x\")) in [\"x\"] or starts_with(c.t, l.t) or contains(l.ls, c.t) \
               or days_between(c.on, -c.i + l.off) > 3 or not c.location within l.region or c.d is null";
    let broken = parse(&expand(all)).map(|ast| check(&ast, &schema(), Sides::PAIR, &Texts::default()));
    assert!(matches!(broken, Ok(Err(_))), "`-c.i + l.off` is no date");
    let world = World::new(&all.replace("-c.i + l.off", "l.off - c.i"), "", Sides::PAIR);
    assert_eq!(world.expr.fields(Side::Consumption), [0, 1, 2, 4, 5, 6, 13]);
    assert_eq!(world.expr.fields(Side::License), [0, 7, 8, 15]);
}

#[test]
fn lists_of_literals_are_sets_of_the_item_s_type() {
    let list = |rule: &str| match World::new(rule, "", Sides::PAIR).expr {
        Expr::In { list, .. } => list,
        other => panic!("{other:?}"),
    };
    assert_eq!(list("c.i in [3, 1.5, 2.0, 3]"), [Value::Integer(2), Value::Integer(3)]);
    assert_eq!(list("c.d in [3, 1.5]"), [Value::Decimal(1_500_000_000), Value::Decimal(3_000_000_000)]);
}
