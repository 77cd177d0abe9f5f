//! A job's rules: standard ones, replaced and removed ones, sets, names, and where errors point (contract §5.3, §5.5).

use super::super::standard;
use super::*;

/// A job in lines: `set FIELD := VALUE`, `req NAME := RULE`, `aff NAME POINTS := RULE`, `ent NAME PRODUCT := WHEN`.
fn source(job: &str, standard: bool) -> RuleSource {
    let mut source = RuleSource { standard, ..RuleSource::default() };
    for line in job.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, rule) = line.split_once(":=").expect("a rule after :=");
        let rule = expand(rule.trim());
        match head.split_whitespace().collect::<Vec<_>>()[..] {
            ["set", field] => source.sets.push(SetSource { field: field.to_owned(), value: rule }),
            ["req", name] => source.requirements.push(RequirementSource { name: name.to_owned(), rule }),
            ["aff", name, points] => {
                source.affinities.push(AffinitySource { name: name.to_owned(), rule, points: points.parse().expect("points") });
            }
            ["ent", name, product] => {
                source.entitles.push(EntitleSource { name: name.to_owned(), product: product.to_owned(), when: rule });
            }
            _ => panic!("not a rule: {line}"),
        }
    }
    source
}

fn build(job: &str, standard: bool) -> Result<(Program, Schema), Vec<ProgramError>> {
    let parsed = ParsedRules::parse(&source(job, standard))?;
    let mut builder = TextsBuilder::new();
    parsed.text_literals().for_each(|text| _ = builder.intern(text));
    let mut schema = schema();
    let program = parsed.check(&mut schema, &builder.freeze().0)?;
    Ok((program, schema))
}

fn affinity_names(program: &Program) -> Vec<String> {
    program.affinities.iter().map(|rule| format!("{} {}", rule.name, rule.points)).collect()
}

#[test]
fn the_standard_set_is_that_of_the_contract() {
    let (program, _) = build("", true).expect("the standard rules");
    let requirements: Vec<_> = program.requirements.iter().map(|rule| (rule.name.as_str(), rule.text.as_str())).collect();
    assert_eq!(requirements, standard::REQUIREMENTS);
    let affinities: Vec<_> = program.affinities.iter().map(|rule| (rule.name.as_str(), rule.text.as_str(), rule.points)).collect();
    assert_eq!(affinities, standard::AFFINITIES);
    assert_eq!(affinities.iter().map(|(.., points)| points).sum::<i64>(), 10_700);
    assert_eq!(build("", false).expect("nothing").0, Program::default());
}

#[test]
fn a_job_rule_takes_a_standard_one_s_place() {
    let job = "
        aff own 7 := c.i = l.i
        aff custodian 5 := c.t = l.t
        req own := c.i = l.i
        req location := c.region within l.location
        aff location -1 := c.b";
    let (program, _) = build(job, true).expect("good rules");
    let names = affinity_names(&program);
    assert_eq!(names.len(), 12);
    assert_eq!((names[3].as_str(), names[10].as_str(), names[11].as_str()), ("custodian 5", "own 7", "location -1"));
    let requirements: Vec<_> = program.requirements.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(requirements, ["location", "own"]);
    assert!(program.requirements[0].text.contains("region"));
}

#[test]
fn zero_points_and_true_remove() {
    let job = "
        aff cores-exact 0 := true
        aff own 0 := c.i = l.i
        req location := true
        req own := (true)";
    let (program, _) = build(job, true).expect("good rules");
    assert!(program.requirements.is_empty());
    assert_eq!(program.affinities.len(), 9);
    assert!(!affinity_names(&program).iter().any(|name| name.contains("cores-exact") || name.contains("own")));
    let kept = build("req location := not false", true).expect("a good rule").0;
    assert_eq!(kept.requirements.len(), 1, "only the literal `true` removes");
}

#[test]
fn sets_see_earlier_sets() {
    let job = "
        set consumption.big := c.cores >= 16
        set consumption.size := if(c.big, 2, c.d)
        set license.size := l.cores * 1
        aff a 1 := c.big and c.size = l.size
        ent e P := u.active";
    let (program, schema) = build(job, false).expect("good rules");
    let found: Vec<_> = program.sets.iter().map(|set| (set.side, set.name.as_str(), set.kind, set.slot)).collect();
    let expected = [
        (Side::Consumption, "big", Type::Boolean, 16),
        (Side::Consumption, "size", Type::Decimal, 17),
        (Side::License, "size", Type::Integer, 16),
    ];
    assert_eq!(found, expected);
    assert_eq!(schema.consumption[17].name, "size");
    assert_eq!(program.fields_read(Side::Consumption), [4, 10, 16, 17]);
    assert_eq!(program.fields_read(Side::License), [10, 16]);
    assert!(program.fields_read(Side::User).is_empty(), "what role rules read is not among them");
    assert_eq!(program.sets_of(Side::License).count(), 1);
}

#[test]
fn before_the_data_the_names_are_known() {
    let parsed =
        ParsedRules::parse(&source("set consumption.x := lower(c.t)\nreq r := c.x = l.t or c.x = \"a\"", false)).expect("good rules");
    assert_eq!(parsed.names_read(Side::Consumption), ["t", "x"]);
    assert_eq!(parsed.names_read(Side::License), ["t"]);
    assert_eq!(parsed.set_fields().collect::<Vec<_>>(), [(Side::Consumption, "x")]);
    assert_eq!(parsed.text_literals().collect::<Vec<_>>(), ["a"]);
    assert!(parsed.uses_lower());
}

/// The places and messages of a job that is refused.
fn refused(job: &str) -> Vec<(Place, String)> {
    let errors = build(job, true).err().unwrap_or_else(|| panic!("{job} is good"));
    errors.into_iter().flat_map(|error| error.errors.into_iter().map(move |inner| (error.place, inner.message))).collect()
}

fn assert_refused(job: &str, expected: &[(Place, &str)]) {
    let found = refused(job);
    assert_eq!(found.len(), expected.len(), "{job}: {found:?}");
    for ((place, message), (wanted_place, wanted)) in found.iter().zip(expected) {
        assert!(place == wanted_place && message.contains(wanted), "{job}: {found:?}");
    }
}

#[test]
fn errors_name_their_place() {
    assert_refused("req a := c.i =\naff b 1 := c.i ==1", &[(Place::RequirementRule(0), "found the end"), (Place::AffinityRule(0), "`==`")]);
    assert_refused("req a := c.i = 1\nreq a := c.i = 2", &[(Place::RequirementName(1), "two rules of kind requirement")]);
    assert_refused("aff a 1 := c.b\naff a 2 := c.b", &[(Place::AffinityName(1), "two rules of kind affinity")]);
    assert_refused("ent a P := u.active\nent a Q := u.active", &[(Place::EntitleName(1), "two rules of kind entitle")]);
    assert_refused("aff a 1000000000001 := c.b", &[(Place::AffinityPoints(0), "beyond")]);
    assert_refused("ent a P := c.b", &[(Place::EntitleWhen(0), "`consumption.b` cannot be read here")]);
    assert_refused("req a := u.active", &[(Place::RequirementRule(0), "`user.active` cannot be read here")]);
    assert_refused("aff a 0 := c.nope", &[(Place::AffinityRule(0), "there is no field")]);
    assert_refused("aff a 5 := c.i", &[(Place::AffinityRule(0), "a rule takes a condition")]);
}

#[test]
fn set_fields_have_rules_of_their_own() {
    for field in ["user.x", "x", "consumption.", "consumption.a b", "license.x.y", "Consumption.x"] {
        let source = RuleSource { sets: vec![SetSource { field: field.to_owned(), value: "1".to_owned() }], ..RuleSource::default() };
        let errors = ParsedRules::parse(&source).expect_err(field);
        assert_eq!((errors[0].place, errors[0].errors[0].span.clone()), (Place::SetField(0), 0..field.len()));
    }
    assert_refused("set consumption.x := 1\nset consumption.x := 2", &[(Place::SetField(1), "set twice")]);
    assert_refused("set consumption.t := 1", &[(Place::SetField(0), "`consumption.t` exists already")]);
    assert_refused("set consumption.x := l.i", &[(Place::SetValue(0), "`license.i` cannot be read here")]);
    assert_refused("set consumption.x := c.ls", &[(Place::SetValue(0), "a value cannot be a list")]);
    assert_refused("set consumption.x := c.x", &[(Place::SetValue(0), "read before it is set")]);
    let late = "set consumption.x := c.y\nset consumption.y := 1\nreq r := c.x = 1";
    assert_refused(late, &[(Place::SetValue(0), "`consumption.y` is read before it is set")]);
    let failed = "set consumption.x := c.t + 1\nset consumption.y := c.x\nreq r := c.y = 1";
    assert_refused(failed, &[(Place::SetValue(0), "`+` cannot take")]);
}

#[test]
fn a_scope_is_a_requirement_like_a_written_one() {
    let schema = schema();
    for dimension in Dimension::ALL {
        let scope = scope_requirement(dimension, &schema).expect("the fields are there");
        let written = parse(&scope.text).expect("a rule");
        assert_eq!(check_condition(&written, &schema, Sides::PAIR, &Texts::default()), Ok(scope.expr));
    }
    assert_eq!(scope_requirement(Dimension::CostCenter, &schema).expect("a requirement").name, "scope-cost_center");
    assert_eq!(scope_requirement(Dimension::Location, &Schema::default()), None);
}
