//! Values: exact arithmetic and its edges, dates, `lower`, `if`, `coalesce` (contract §5.1, §5.2). A value is never turned
//! by the mode, so both are asked.

use super::*;

/// expression | bindings | value (`d` for a decimal)
const CASES: &str = r#"
1 + 2 | | 3
c.i + c.j | c.i=5 | null
c.i + c.j | c.i=5 c.j=-7 | -2
c.i - c.j | c.i=5 c.j=-7 | 12
c.i * c.j | c.i=5 c.j=-7 | -35
-c.i | c.i=5 | -5
- -c.i | c.i=5 | 5
-c.i | | null
10 - 2 - 3 | | 5
100 / 10 / 5 | | 2d
2 + 3 * 4 | | 14
-2 * 3 | | -6
# int64: a result beyond it is null, and so is the least one
9223372036854775807 | | 9223372036854775807
9223372036854775807 + 1 | | null
9223372036854775807 + 1 - 1 | | null
-9223372036854775807 | | -9223372036854775807
-9223372036854775807 - 1 | | null
-9223372036854775807 - 2 | | null
3037000500 * 3037000500 | | null
3037000499 * 3037000499 | | 9223372030926249001
4611686018427387904 * -2 | | null
# `/` gives a decimal, rounded half away from zero at 9 places
6 / 3 | | 2d
1 / 3 | | 0.333333333d
2 / 3 | | 0.666666667d
-2 / 3 | | -0.666666667d
2 / -3 | | -0.666666667d
1 / 2000000000 | | 0.000000001d
-1 / 2000000000 | | -0.000000001d
1 / 2000000001 | | 0d
1 / 0 | | null
0 / 0 | | null
1 / 0.0 | | null
c.i / c.j | c.i=5 | null
1 / 3 * 3 | | 0.999999999d
9223372036854775807 / 10 | | 922337203685477580.7d
9223372036854775807 / 1 | | null
# decimals
1.5 + 1 | | 2.5d
1 + 1.5 | | 2.5d
1.5 - 1.5 | | 0d
c.d * c.i | c.d=0.1 c.i=3 | 0.3d
c.i * c.d | c.d=-0.1 c.i=3 | -0.3d
-c.d | c.d=1.5 | -1.5d
0.000000001 * 0.5 | | 0.000000001d
0.000000001 * -0.5 | | -0.000000001d
0.000000001 * 0.4 | | 0d
999999999999999999.0 + 1 | | null
999999999999999999.0 + 0.999999999 | | 999999999999999999.999999999d
999999999999999999.0 * 10 | | null
999999999999999999.0 * 1000000000000000.0 | | null
-999999999999999999.0 - 1.0 | | null
999999999999999999.0 / 0.000000001 | | null
1.0000000005 | | 1.000000001d
1000000000000000000 * 0.1 | | 100000000000000000d
1000000000000000000 + 0.0 | | null
# dates
2026-01-31 | | 2026-01-31
2026-01-31 + 1 | | 2026-02-01
2026-01-31 - 31 | | 2025-12-31
2026-03-01 + -1 | | 2026-02-28
2024-02-28 + 1 | | 2024-02-29
as_of | | 2026-11-22
as_of - 90 | | 2026-08-24
c.on + c.i | c.on=2026-01-01 | null
c.on + c.i | c.i=1 | null
9999-12-31 + 1 | | null
9999-12-31 + 0 | | 9999-12-31
0001-01-01 - 1 | | null
0001-01-01 + 9223372036854775807 | | null
0001-01-01 - -9223372036854775807 | | null
days_between(2026-01-01, 2026-01-31) | | 30
days_between(2026-01-31, 2026-01-01) | | -30
days_between(0001-01-01, 9999-12-31) | | 3652058
days_between(c.on, as_of) | c.on=2026-11-20 | 2
days_between(c.on, as_of) | | null
2026-1-5 | | 2020
2026 -01-31 | | 1994
# lower
lower("ABC") | | abc
lower("ÀÉÎ") | | àéî
lower("ΟΔΟΣ") | | οδος
lower("İ") | | i̇
lower("straße") | | straße
lower(lower(c.t)) | c.t=MiXeD | mixed
lower(c.t) | | null
lower(if(c.b, "A", "B")) | c.b=true | a
# if, coalesce
if(c.b, 1, 2) | c.b=true | 1
if(c.b, 1, 2) | c.b=false | 2
if(c.b, 1, 2) | | 2
if(c.b, 1, 2.5) | c.b=true | 1d
if(c.b, c.i, 2.5) | c.b=true | null
if(c.b, c.t, "x") | c.b=true c.t=y | y
if(c.b, c.on, as_of) | | 2026-11-22
if(c.b, c.i = 1, true) | | T
coalesce(c.i, c.j, 7) | c.j=6 | 6
coalesce(c.i, c.j, 7) | | 7
coalesce(c.i, c.j) | | null
coalesce(c.i, 1.5) | c.i=1 | 1d
coalesce(c.i, c.d) | c.d=0.5 | 0.5d
coalesce(c.t, "x") | | x
coalesce(c.i / 0, 3) | c.i=1 | 3d
coalesce(1000000000000000000 + c.i, 0.5) | c.i=1 | 0.5d
c.b | | null
c.b | c.b=true | T
c.i = 5 | | F
"#;

#[test]
fn values() {
    let mut count = 0;
    for case in lines(CASES) {
        let [rule, bindings, wanted] = case[..] else { panic!("not a case: {case:?}") };
        let world = World::new(rule, bindings, Sides::only(Side::Consumption));
        for mode in [Mode::Affinity, Mode::Requirement] {
            assert_eq!(world.show(mode), wanted, "{rule} with {bindings} ({mode:?})");
        }
        let value = world.value(Mode::Affinity);
        assert!(value.is_null() || Expr::Literal(value).kind() == world.expr.kind(), "the type of {rule}");
        count += 1;
    }
    assert!(count >= 100, "{count} cases");
}

/// Without a table the answer is the same, only slower.
#[test]
fn lower_works_without_a_table() {
    let mut world = World::new("lower(c.t)", "c.t=MiXeD", Sides::PAIR);
    world.lower = LowerTable::none();
    assert_eq!(world.show(Mode::Affinity), "mixed");
}
