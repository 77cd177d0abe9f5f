//! The rules of a job without its data: a schema of what the contract names, what the job declares and what examples show,
//! and a program checked against it. A field that nothing tells the type of gets the first type that its rules allow.

use crate::estate::accepted::{Accepted, words};
use crate::estate::fields;
use crate::jobs::Job;
use crate::model::text::{Renumbering, Texts, TextsBuilder};
use crate::model::tree::Dimension;
use crate::model::value::Type;
use crate::model::words::ExtractKind;
use crate::rules::lower::{LowerTable, add_lower_closure};
use crate::rules::{FieldInfo, ParsedRules, Program, ProgramError, Schema, Side};

/// Rules that can be evaluated on rows that somebody makes up.
pub struct Rulebook {
    /// The fields of each side, set fields last.
    pub schema: Schema,
    /// The rules in force.
    pub program: Program,
    /// Every text that rules and rows know.
    pub texts: Texts,
    /// For `lower`.
    pub lower: LowerTable,
    /// From the codes that the builder gave out to those of `texts`.
    pub renumbering: Renumbering,
}

/// A field that a row shows, with the type of its value.
pub type ShownField<'a> = (Side, &'a str, Type);

/// Checks the job's rules. `shown` are the fields of made-up rows, and `builder` holds the texts in them.
pub fn rulebook(job: &Job, shown: &[ShownField<'_>], mut builder: TextsBuilder) -> Result<Rulebook, Vec<ProgramError>> {
    let parsed = ParsedRules::parse(&job.rules)?;
    words().for_each(|text| _ = builder.intern(text));
    parsed.text_literals().for_each(|text| _ = builder.intern(text));
    if parsed.uses_lower() {
        add_lower_closure(&mut builder);
    }
    let (texts, renumbering) = builder.freeze();
    let lower = if parsed.uses_lower() { LowerTable::build(&texts) } else { LowerTable::none() };
    let mut schema = fields::schema(&Accepted::default(), &job.attributes).unwrap_or_default();
    add_declared(&mut schema, job);
    for (side, name, kind) in shown {
        add(&mut schema, job, *side, name, *kind);
    }
    let unknown = unknown_names(&schema, &parsed);
    let (schema, program) = settle(schema, job, &parsed, &unknown, &texts)?;
    Ok(Rulebook { schema, program, texts, lower, renumbering })
}

/// What `types` of the extracts says.
fn add_declared(schema: &mut Schema, job: &Job) {
    for extract in &job.extracts {
        let sides: &[Side] = match extract.kind {
            ExtractKind::Consumptions | ExtractKind::Assets => &[Side::Consumption],
            ExtractKind::Users => &[Side::Consumption, Side::User],
            ExtractKind::Licenses => &[Side::License],
            _ => &[],
        };
        for (name, kind) in &extract.types {
            sides.iter().for_each(|side| add(schema, job, *side, name, *kind));
        }
    }
}

fn add(schema: &mut Schema, job: &Job, side: Side, name: &str, kind: Type) {
    if schema.slot(side, name).is_none() {
        let tree = Dimension::parse(name).or_else(|| job.attributes.get(name).copied()).filter(|_| kind == Type::Text);
        schema.push(side, FieldInfo::new(name, kind, tree));
    }
}

/// Names that rules read and nothing tells the type of: attributes, each once, with the sides that it is read on.
fn unknown_names(schema: &Schema, parsed: &ParsedRules) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for side in Side::ALL {
        let set: Vec<&str> = parsed.set_fields().filter(|(of, _)| *of == side).map(|(_, name)| name).collect();
        let unknown = parsed.names_read(side).into_iter().filter(|name| schema.slot(side, name).is_none() && !set.contains(name));
        names.extend(unknown.map(str::to_owned));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Types for the unknown names, one after the other: that with which the fewest rules are wrong, text first. An attribute has
/// one type on all sides; one that is known on another side keeps that.
fn settle(
    schema: Schema,
    job: &Job,
    parsed: &ParsedRules,
    unknown: &[String],
    texts: &Texts,
) -> Result<(Schema, Program), Vec<ProgramError>> {
    const GUESSES: [Type; 6] = [Type::Text, Type::Integer, Type::Decimal, Type::Boolean, Type::Date, Type::List];
    let known = |name: &str| Side::ALL.iter().find_map(|side| schema.slot(*side, name).map(|slot| schema.side(*side)[slot].kind));
    let mut kinds: Vec<Type> = unknown.iter().map(|name| known(name).unwrap_or(Type::Text)).collect();
    let attempt = |kinds: &[Type]| {
        let mut schema = schema.clone();
        for (name, kind) in unknown.iter().zip(kinds) {
            let read_on = |side: &Side| parsed.names_read(*side).contains(&name.as_str());
            Side::ALL.into_iter().filter(read_on).for_each(|side| add(&mut schema, job, side, name, *kind));
        }
        let program = parsed.clone().check(&mut schema, texts);
        program.map(|program| (schema, program))
    };
    let wrong = |kinds: &[Type]| attempt(kinds).err().map_or(0, |errors| errors.iter().map(|error| error.errors.len()).sum());
    let mut least: usize = wrong(&kinds);
    for place in 0..kinds.len() {
        for guess in GUESSES {
            let mut other = kinds.clone();
            other[place] = guess;
            let errors = if least == 0 { break } else { wrong(&other) };
            if errors < least {
                (least, kinds) = (errors, other);
            }
        }
    }
    attempt(&kinds)
}
