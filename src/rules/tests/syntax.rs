//! Syntax: how operators bind, what is refused, where the error points and what it suggests (contract §5.1).

use super::super::ast::{AstKind, Literal};
use super::*;

/// An expression with every operation in parentheses.
fn show(ast: &Ast) -> String {
    let join = |operands: &[Ast], with: &str| operands.iter().map(show).collect::<Vec<_>>().join(with);
    match &ast.kind {
        AstKind::Literal(literal) => show_literal(literal),
        AstKind::AsOf => "as_of".to_owned(),
        AstKind::Field { side, name } => format!("{}.{name}", &side.word()[..1]),
        AstKind::Or(operands) => format!("({})", join(operands, " or ")),
        AstKind::And(operands) => format!("({})", join(operands, " and ")),
        AstKind::Not(operand) => format!("(not {})", show(operand)),
        AstKind::Compare { op, left, right } => format!("({} {} {})", show(left), op.sign(), show(right)),
        AstKind::Within { inner, outer } => format!("({} within {})", show(inner), show(outer)),
        AstKind::In { item, list } => {
            let list: Vec<String> = list.iter().map(|(literal, _)| show_literal(literal)).collect();
            format!("({} in [{}])", show(item), list.join(" "))
        }
        AstKind::IsNull { operand, negated } => format!("({} {})", show(operand), if *negated { "notnull" } else { "null" }),
        AstKind::Arith { op, left, right } => format!("({} {} {})", show(left), op.sign(), show(right)),
        AstKind::Negate(operand) => format!("(-{})", show(operand)),
        AstKind::Call { function, arguments } => format!("{}({})", function.word(), join(arguments, " ")),
    }
}

fn show_literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("{text:?}"),
        Literal::Integer(number) => number.to_string(),
        Literal::Decimal(number) => format!("{}d", decimal::format_short(*number)),
        Literal::Boolean(truth) => truth.to_string(),
        Literal::Date(day) => Date(*day).to_string(),
    }
}

/// rule | how it is read
const TREES: &str = r#"
c.a or c.b or c.d and c.e | (c.a or c.b or (c.d and c.e))
not c.a and c.b | ((not c.a) and c.b)
not c.a = c.b | (not (c.a = c.b))
not not c.a | (not (not c.a))
c.a = c.b + 1 | (c.a = (c.b + 1))
c.a + 1 * 2 - 3 | ((c.a + (1 * 2)) - 3)
c.a / 2 * 3 | ((c.a / 2) * 3)
(c.a + 1) * 2 | ((c.a + 1) * 2)
-c.a * 2 | ((-c.a) * 2)
c.a - -1 | (c.a - (-1))
c.a + 1 is null | ((c.a + 1) null)
c.a is not null and c.b is null | ((c.a notnull) and (c.b null))
not c.a is null | (not (c.a null))
c.a within l.a and c.b within "x" | ((c.a within l.a) and (c.b within "x"))
c.a in ["a", "b"] or c.b in [-1, 2.5] | ((c.a in ["a" "b"]) or (c.b in [-1 2.5d]))
c.a in [2026-01-31,true] | (c.a in [2026-01-31 true])
if(c.a, c.b, c.d) | if(c.a c.b c.d)
coalesce(c.a, c.b, 1, 2) | coalesce(c.a c.b 1 2)
days_between(c.a, as_of) | days_between(c.a as_of)
( ( (c.a) ) ) | c.a
c.in = l.is | (c.in = l.is)
c.not and c.null | (c.not and c.null)
c.2fa = l.größe | (c.2fa = l.größe)
c.a<l.b and c.a>=1 and c.a!=2 | ((c.a < l.b) and (c.a >= 1) and (c.a != 2))
c.on>=2026-01-31-30 | (c.on >= (2026-01-31 - 30))
12026-01-31 | ((12026 - 1) - 31)
c.a = "x \"y\" \\ z'" | (c.a = "x \"y\" \\ z'")
(c.a = c.b) = (c.d = c.e) | ((c.a = c.b) = (c.d = c.e))
"#;

#[test]
fn operators_bind_as_the_contract_says() {
    for case in lines(TREES) {
        let ast = parse(&expand(case[0])).unwrap_or_else(|errors| panic!("{}: {errors:?}", case[0]));
        assert_eq!(show(&ast), case[1], "{}", case[0]);
    }
}

#[test]
fn white_space_is_free() {
    assert_eq!(parse("consumption.a=1").map(|ast| show(&ast)), parse(" consumption.a\n\t =\u{a0}1 ").map(|ast| show(&ast)));
    let ast = parse("  (consumption.a) = 1 ").expect("a rule");
    assert_eq!(ast.span, 2..21);
}

/// rule | what the error points at | part of its message | part of its help
const ERRORS: &str = r#"
# slips of other languages
c.a == 1 | == | found `==` | write `=`
c.a <> 1 | <> | found `<>` | write `!=`
c.a =< 1 | =< | found `=<` | write `<=`
c.a => 1 | => | found `=>` | write `>=`
c.a && c.b | && | found `&&` | write `and`
! c.a | ! | found `!` | write `not`
c.a AND c.b | AND | keywords are lower case | write `and`
Not c.a | Not | keywords are lower case | write `not`
c.a IS null | IS | keywords are lower case | write `is`
TRUE | TRUE | keywords are lower case | write `true`
LOWER(c.a) = "a" | LOWER | keywords are lower case | write `lower`
c.a = 'x' | 'x' | double quotes | write "x"
c.a = “x” | “x” | double quotes | write "x"
c.a = null | consumption.a = null | nothing compares with null | write `x is null`
c.a != null | consumption.a != null | nothing compares with null | write `x is not null`
null = c.a | null | there is no literal `null` | is null
coalesce(c.a, null) | null | there is no literal `null` |
c.a not in [1] | not | before the whole comparison | write `not x in [a, b]`
c.a not within l.a | not | before the whole comparison | `not x within y`
c.a = not c.b | not | before a whole comparison | parentheses
Consumption.a = 1 | Consumption.a | there is no `Consumption.a` | write `consumption.a`
consumptions.a = 1 | consumptions.a | there is no `consumptions.a` | write `consumption.a`
lisence.a = 1 | lisence.a | there is no `lisence.a` | write `license.a`
asset.a = 1 | asset.a | there is no `asset.a` | write `consumption.a`
moon.a = 1 | moon.a | there is no `moon.a` | `consumption.x`
cores = 1 | cores | unknown word `cores` | a field is `consumption.cores` or `license.cores`
c.a = EU | EU | unknown word `EU` | "EU" in double quotes
# chains
c.a = c.b = c.d | = | comparisons do not chain | parentheses
1 < c.a < 3 | < | comparisons do not chain | `and`
c.a = 1 is null | is | comparisons do not chain |
c.a in [1] in [2] | in | comparisons do not chain |
c.a within l.a within l.b | within | comparisons do not chain |
c.a is null is null | is | comparisons do not chain |
# things missing and too much
| | expected an expression, found the end of the rule |
c.a = | | expected a field, a literal, a function or `(`, found the end of the rule |
c.a + * 2 | * | found `*` |
(c.a = 1 | | expected `)` or an operator, found the end of the rule |
c.a = 1) | ) | expected an operator or the end of the rule, found `)` |
c.a 1 | 1 | expected an operator or the end of the rule, found a number |
c.a "x" | "x" | found the text "x" |
c.a and | | found the end of the rule |
or c.a | or | found `or` |
c.a is 1 | 1 | expected `null` or `not null` after `is` |
c.a is not true | true | expected `null` after `is not` |
c.a in 1 | 1 | expected `[` and a list of literals |
c.a in (1, 2) | ( | expected `[` |
c.a in [] | ] | expected a literal |
c.a in [1, ] | ] | expected a literal |
c.a in [1 2] | 2 | expected `,` or `]` |
c.a in [c.b] | consumption.b | expected a literal |
c.a in [-"x"] | "x" | expected a number, found the text "x" |
c.a in [as_of] | as_of | expected a literal |
c.a in [1 | | expected `,` or `]` |
if(c.a, 1) | if(consumption.a, 1) | `if` does not take 2 arguments | if(condition, a, b)
lower() = "a" | lower() | `lower` does not take 0 arguments | lower(text)
coalesce(1) | coalesce(1) | `coalesce` does not take 1 arguments |
contains(c.a) | contains(consumption.a) | `contains` does not take 1 arguments |
lower(c.a = "a" | | expected `,`, `)` or an operator |
lower = "a" | lower | `lower` is a function | lower(text)
upper(c.a) = "A" | upper | there is no function `upper` | lower
start_with(c.a, "x") | start_with | there is no function `start_with` | did you mean `starts_with`
# literals
c.a = "x | "x | has no end | close it
c.a = "\n" | \ | a backslash | `\\`
c.a = 1. | 1. | `1.` is no number |
c.a = .5 | . | unexpected character `.` |
c.a = 1e3 | 1e3 | `1e3` is no number | without exponent
c.a = 1_000 | 1_000 | `1_000` is no number |
c.a = 9223372036854775808 | 9223372036854775808 | is too great |
c.a = 1000000000000000000.0 | 1000000000000000000.0 | is too great |
c.on = 2026-02-30 | 2026-02-30 | there is no date 2026-02-30 |
c.on = 2026-01-31T00 | 2026-01-31T00 | is no date | write 2026-01-31
c.a = 1 ; | ; | unexpected character `;` |
c.a = #1 | # | unexpected character `#` |
c . a = 1 | . | unexpected character `.` |
"#;

#[test]
fn errors_point_at_the_place() {
    for case in lines(ERRORS) {
        let [rule, place, message, help] = case[..] else { panic!("not a case: {case:?}") };
        let rule = expand(rule);
        let errors = parse(&rule).err().unwrap_or_else(|| panic!("{rule} is no error"));
        let first = &errors[0];
        assert!(first.message.contains(message), "{rule}: {first:?}");
        assert_eq!(&rule[first.span.clone()], place, "{rule}: {first:?}");
        assert!(first.help.as_deref().unwrap_or("").contains(help), "{rule}: {first:?}");
        if place.is_empty() {
            assert_eq!(first.span, rule.len()..rule.len(), "{rule}");
        }
    }
}

#[test]
fn a_missing_help_is_none_and_a_bar_is_or() {
    let errors = parse("consumption.a || consumption.b").expect_err("no operator");
    assert_eq!((errors[0].message.as_str(), errors[0].help.as_deref()), ("found `||`, which is no operator here", Some("write `or`")));
    assert_eq!(parse("").expect_err("nothing")[0].help, None);
}

#[test]
fn several_errors_are_told_at_once() {
    let errors = parse("consumption.a == 'x' AND consumption.b = null && (license.a = 1").expect_err("many errors");
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(messages.len(), 6, "{messages:?}");
    assert!(errors.is_sorted_by_key(|error| error.span.start));
    assert!(messages[5].starts_with("expected `)`"));
}

#[test]
fn hostile_text_cannot_exhaust_the_stack() {
    for (open, close) in [("(", ")"), ("not ", ""), ("- ", ""), ("if(true, ", ", 1)"), ("lower(", ")"), ("(1 + ", ")")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let errors = parse(&deep).expect_err("too deep");
        assert!(errors[0].message.contains("deeper than 100"), "{open}: {errors:?}");
    }
    for long in ["1 + ", "1 * ", "1 - "] {
        assert!(parse(&format!("{}1", long.repeat(100_000))).is_err(), "{long}");
    }
    assert!(parse(&format!("{}1{}", "(".repeat(99), ")".repeat(99))).is_ok());
    assert!(parse(&format!("{}1", "1 + ".repeat(99))).is_ok());
    let wide = format!("{}true", "true or ".repeat(100_000));
    let ast = parse(&wide).expect("a long row of conditions is not deep");
    assert!(check_condition(&ast, &schema(), Sides::PAIR, &Texts::default()).is_ok());
}

#[test]
fn the_deepest_rule_can_be_checked_and_evaluated() {
    let rule = format!("{}c.i + 1{} > 3", "if(c.b, 1.5, ".repeat(97), ")".repeat(97));
    let world = World::new(&rule, "c.i=5", Sides::PAIR);
    assert_eq!(world.show(Mode::Requirement), "T");
}

/// Every text of up to four pieces is parsed or refused, and no error points outside of it.
#[test]
fn no_text_makes_the_parser_fall_over() {
    let pieces =
        ["consumption.i", "1", "\"é\"", "(", ")", "[", "]", ",", "not", "in", "is", "null", "=", "-", "if", "é", "\\", "2026-01-31", "."];
    for mut number in 0..pieces.len().pow(4) {
        let mut text = String::new();
        for _ in 0..4 {
            text.push_str(pieces[number % pieces.len()]);
            text.push_str(if number % 3 == 0 { "" } else { " " });
            number /= pieces.len();
        }
        for error in parse(&text).err().unwrap_or_default() {
            assert!(text.get(error.span.clone()).is_some(), "{text}: {error:?}");
        }
    }
}
