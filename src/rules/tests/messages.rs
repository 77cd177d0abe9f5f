//! Type errors and their messages (contract §5.1), and the nearest-name suggestion.

use super::*;

/// rule | what the error points at | part of its message | part of its help
const ERRORS: &str = r#"
# unknown fields and sides
c.deparment = "x" | consumption.deparment | there is no field `consumption.deparment` | did you mean `consumption.department`? fields of consumption: t, u, i,
l.Metric = "x" | license.Metric | there is no field `license.Metric` | did you mean `license.metric`
l.zzzzzz = "x" | license.zzzzzz | there is no field | fields of license: t, u, i, j, d, b, on, off, ls, metric, cores, user_id, department, location, cost_center, region
u.name = "x" | user.name | `user.name` cannot be read here | `[[entitle]]`
# comparisons
c.t = 1 | consumption.t = 1 | `=` cannot compare text with an integer | a text stands in double quotes: "1"
c.i = "5" | consumption.i = "5" | `=` cannot compare an integer with text | a number stands without quotes: 5
c.i = "x" | consumption.i = "x" | cannot compare | `consumption.i` is integer; the job can declare
c.i = l.t | consumption.i = license.t | cannot compare an integer with text | `consumption.i` is integer
c.on = "2026-01-31" | consumption.on = "2026-01-31" | cannot compare a date with text | a date stands without quotes: 2026-01-31
c.on > "31.1.2026" | consumption.on > "31.1.2026" | cannot compare | 2026-01-31, without quotes
c.on > 2026-1-31 | consumption.on > 2026-1-31 | cannot compare a date with an integer |
c.on > 2026 | consumption.on > 2026 | cannot compare a date with an integer | the form 2026-01-31
c.b = "true" | consumption.b = "true" | cannot compare a condition (boolean) with text | write true without quotes
c.b = 1 | consumption.b = 1 | cannot compare | write true or false
c.b < l.b | consumption.b < license.b | cannot compare booleans | `=` or `!=`
c.b >= true | consumption.b >= true | cannot compare booleans |
c.ls = "a" | consumption.ls = "a" | cannot compare a list with text | contains(list, x)
c.ls = l.ls | consumption.ls = license.ls | cannot compare a list with a list | contains(list, x)
# conditions
c.i | consumption.i | a rule takes a condition (boolean), found an integer | `consumption.i` is integer
"true" | "true" | a rule takes a condition (boolean), found text | write true without quotes
c.ls | consumption.ls | a rule takes a condition (boolean), found a list | contains
c.i + 1 | consumption.i + 1 | a rule takes a condition |
c.b and c.i | consumption.i | `and` takes a condition (boolean), found an integer |
c.t or c.b | consumption.t | `or` takes |
not c.i | consumption.i | `not` takes |
if(c.i, c.b, c.b) | consumption.i | the first argument of `if` takes |
# arithmetic
c.t + 1 = 2 | consumption.t + 1 | `+` cannot take text and an integer |
c.on - l.on > 3 | consumption.on - license.on | `-` cannot take a date and a date | days_between(from, to)
30 + c.on > as_of | 30 + consumption.on | `+` cannot take an integer and a date | the date stands first
c.on + 1.5 > as_of | consumption.on + 1.5 | `+` cannot take a date and a decimal | whole days
c.on * 2 > as_of | consumption.on * 2 | `*` cannot take |
c.b + 1 = 2 | consumption.b + 1 | `+` cannot take |
-c.t = "x" | consumption.t | `-` takes a number, found text |
-c.on = as_of | consumption.on | `-` takes a number, found a date |
# within
c.t within l.t | consumption.t within license.t | must be a field that holds nodes of a tree | [attributes]
"a" within "b" | "a" within "b" | must be a field that holds nodes |
lower(c.location) within "de" | lower(consumption.location) within "de" | must be a field |
c.location within l.department | consumption.location within license.department | cannot mix the trees location and department |
c.region within l.cost_center | consumption.region within license.cost_center | cannot mix the trees |
c.i within l.location | consumption.i | `within` takes text, found an integer |
c.location within 5 | 5 | `within` takes text, found an integer | double quotes: "5"
# in
c.t in [1] | 1 | `in` cannot look for text among literals of type integer | double quotes: "1"
c.i in [1, "2"] | "2" | `in` cannot look for an integer among literals of type text | without quotes: 2
c.on in ["2026-01-31"] | "2026-01-31" | `in` cannot look for a date | without quotes
c.on in [2026-01-31, true] | true | `in` cannot look for a date |
c.ls in ["a"] | consumption.ls | the left side of `in` cannot be a list | contains(list, x)
# functions
lower(c.i) = "a" | consumption.i | `lower` takes text, found an integer |
lower(c.ls) = "a" | consumption.ls | `lower` takes text, found a list |
starts_with(c.t, 1) | 1 | `starts_with` takes text, found an integer |
starts_with(c.ls, "a") | consumption.ls | `starts_with` takes text, found a list |
contains(c.t, "a") | consumption.t | `contains` takes a list, found text | `consumption.t` is no list
contains(c.ls, 1) | 1 | `contains` takes text, found an integer |
contains(c.ls, l.ls) | license.ls | `contains` takes text, found a list |
days_between(c.on, "2026-01-31") > 1 | "2026-01-31" | `days_between` takes a date, found text | without quotes
if(c.b, 1, "x") = 1 | if(consumption.b, 1, "x") | `if` cannot mix an integer and text |
if(c.b, c.ls, c.ls) is null | consumption.ls | an operand cannot be a list |
coalesce(c.i, c.on) is null | coalesce(consumption.i, consumption.on) | `coalesce` cannot mix an integer and a date |
coalesce(c.t, 1) = "x" | coalesce(consumption.t, 1) | `coalesce` cannot mix text and an integer | double quotes: "1"
"#;

fn errors_of(rule: &str, sides: Sides) -> Vec<RuleError> {
    let ast = parse(rule).unwrap_or_else(|errors| panic!("{rule}: {errors:?}"));
    let mut builder = TextsBuilder::new();
    text_literals(&ast).for_each(|text| _ = builder.intern(text));
    check_condition(&ast, &schema(), sides, &builder.freeze().0).err().unwrap_or_else(|| panic!("{rule} is no error"))
}

#[test]
fn type_errors_say_what_was_meant() {
    for case in lines(ERRORS) {
        let [rule, place, message, help] = case[..] else { panic!("not a case: {case:?}") };
        let rule = expand(rule);
        let errors = errors_of(&rule, Sides::PAIR);
        let first = &errors[0];
        assert!(first.message.contains(message), "{rule}: {first:?}");
        assert_eq!(&rule[first.span.clone()], place, "{rule}: {first:?}");
        assert!(first.help.as_deref().unwrap_or("").contains(help), "{rule}: {first:?}");
    }
}

#[test]
fn several_type_errors_are_told_at_once() {
    let errors = errors_of("consumption.x = 1 and license.i = \"a\" or if(license.y, 1, 2) = lower(1)", Sides::PAIR);
    let spans: Vec<usize> = errors.iter().map(|error| error.span.start).collect();
    assert_eq!(spans, [0, 22, 44, 69], "{errors:?}");
}

#[test]
fn each_kind_of_rule_has_its_sides() {
    for (rule, sides, help) in [
        ("consumption.b", Sides::USER, "`when` of an `[[entitle]]` reads `user.`"),
        ("license.b", Sides::only(Side::Consumption), "fields of its own side only: `consumption.`"),
        ("user.active", Sides::only(Side::License), "fields of its own side only: `license.`"),
    ] {
        let errors = errors_of(rule, sides);
        assert!(errors[0].help.as_deref().unwrap_or("").contains(help), "{errors:?}");
    }
}

#[test]
fn a_text_without_a_code_is_an_internal_error() {
    let ast = parse("consumption.t = \"x\"").expect("a rule");
    let errors = check_condition(&ast, &schema(), Sides::PAIR, &Texts::default()).expect_err("no code");
    assert!(errors[0].message.starts_with("internal error"));
}

#[test]
fn literals_are_found_everywhere() {
    let ast = parse("if(license.t = \"a\", \"b\", lower(\"c\")) in [\"d\", \"e\"] or license.location within \"f\"").expect("a rule");
    assert_eq!(text_literals(&ast).collect::<Vec<_>>(), ["d", "e", "a", "b", "c", "f"]);
    assert!(ast.uses_lower());
}

#[test]
fn the_nearest_name() {
    let known = ["department", "location", "cost_center", "cores", "metric"];
    for (word, meant) in [
        ("deparment", Some("department")),
        ("LOCATION", Some("location")),
        ("locaiton", Some("location")),
        ("costcenter", Some("cost_center")),
        ("core", Some("cores")),
        ("x", None),
        ("", None),
        ("vendor", None),
    ] {
        assert_eq!(nearest(word, known), meant, "{word}");
    }
    assert_eq!(nearest("ab", ["ac", "ab"]), Some("ab"));
}
