//! The rules of a job as texts for the rule language, and where each text stands in the file, so that an error at a byte
//! of a rule becomes an error at a line and column of the job file. What is wrong with a rule is for `rules` to say.

use super::error::Problem;
use super::section::Section;
use super::text::Text;
use crate::rules::{AffinitySource, EntitleSource, ParsedRules, Place, ProgramError, RequirementSource, RuleError, RuleSource, SetSource};
use std::ops::Range;

/// The texts of the rules by their place in [`RuleSource`]: name (of a set: field), rule, and the value of points.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleTexts {
    sets: Vec<RuleText>,
    requirements: Vec<RuleText>,
    affinities: Vec<RuleText>,
    entitles: Vec<RuleText>,
}

#[derive(Clone, Debug)]
struct RuleText {
    name: Text,
    rule: Text,
    points: Range<usize>,
}

/// Takes the rules out of the file and has their syntax and names checked. A rule that lacks a key was reported before, and
/// is left out.
pub(super) fn read(top: &Section, calculation: &Section, problems: &mut Vec<Problem>) -> (RuleSource, RuleTexts) {
    let mut source = RuleSource { standard: calculation.word("rules") == Some("standard"), ..RuleSource::default() };
    let mut texts = RuleTexts::default();
    for section in top.sections("set") {
        if let Some(text) = rule_text(section, "field", "value") {
            source.sets.push(SetSource { field: text.name(), value: text.rule() });
            texts.sets.push(text);
        }
    }
    for section in top.sections("requirement") {
        if let Some(text) = rule_text(section, "name", "rule") {
            source.requirements.push(RequirementSource { name: text.name(), rule: text.rule() });
            texts.requirements.push(text);
        }
    }
    for section in top.sections("affinity") {
        if let (Some(text), Some(points)) = (rule_text(section, "name", "rule"), section.integer("points")) {
            source.affinities.push(AffinitySource { name: text.name(), rule: text.rule(), points });
            texts.affinities.push(text);
        }
    }
    for section in top.sections("entitle") {
        if let (Some(text), Some(product)) = (rule_text(section, "name", "when"), section.value("product")) {
            let product = product.trim().to_owned();
            source.entitles.push(EntitleSource { name: text.name(), product, when: text.rule() });
            texts.entitles.push(text);
        }
    }
    if let Err(errors) = ParsedRules::parse(&source) {
        problems.extend(errors.iter().flat_map(|error| texts.problems(error)));
    }
    (source, texts)
}

fn rule_text(section: &Section, name: &str, rule: &str) -> Option<RuleText> {
    let points = section.shape.field("points").and_then(|field| section.entry(field.key));
    let span = section.span.clone().unwrap_or(0..0);
    Some(RuleText {
        name: section.text(name)?.clone(),
        rule: section.text(rule)?.clone(),
        points: points.map_or(span, |entry| entry.span.clone()),
    })
}

impl RuleText {
    fn name(&self) -> String {
        self.name.value().to_owned()
    }

    fn rule(&self) -> String {
        self.rule.value().to_owned()
    }
}

impl RuleTexts {
    /// The errors of one text, at their places in the file.
    pub(super) fn problems(&self, error: &ProgramError) -> Vec<Problem> {
        error.errors.iter().map(|found| self.problem(error.place, found)).collect()
    }

    fn problem(&self, place: Place, error: &RuleError) -> Problem {
        let mut problem = Problem { help: error.help.clone(), ..Problem::somewhere(error.message.clone()) };
        let (texts, index, is_name) = match place {
            Place::SetField(index) => (&self.sets, index, true),
            Place::SetValue(index) => (&self.sets, index, false),
            Place::RequirementName(index) => (&self.requirements, index, true),
            Place::RequirementRule(index) => (&self.requirements, index, false),
            Place::AffinityName(index) => (&self.affinities, index, true),
            Place::AffinityRule(index) | Place::AffinityPoints(index) => (&self.affinities, index, false),
            Place::EntitleName(index) => (&self.entitles, index, true),
            Place::EntitleWhen(index) => (&self.entitles, index, false),
            Place::Standard(name) => {
                problem.message = format!("standard rule {name}: {}", error.message);
                return problem;
            }
        };
        let Some(text) = texts.get(index) else { return problem };
        problem.span = Some(match place {
            Place::AffinityPoints(_) => text.points.clone(),
            _ if is_name => text.name.span_of(error.span.clone()),
            _ => text.rule.span_of(error.span.clone()),
        });
        // What a name clashes with may stand far above it.
        let first = texts[..index].iter().find(|earlier| is_name && earlier.name.value() == text.name.value());
        match first {
            Some(first) => problem.also(first.name.span(), "the first one"),
            None => problem,
        }
    }
}
