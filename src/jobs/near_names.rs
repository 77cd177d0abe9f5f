//! Columns that a job reads under a name that is nearly a field's. The contract lets every other name be an attribute (§2), so that a
//! slip in `columns` is no error; but an attribute that no rule reads, with a field's name but for a letter, is nearly always one.

use super::Job;
use crate::extract::ExtractSpec;
use crate::extract::fields::fields;
use crate::extract::nearest::nearest;
use crate::model::words::ExtractKind;
use crate::rules::{ParsedRules, Side};

/// A sentence for each, in the order of the extracts and then of the names. Judged by the job alone, before anything is read.
pub fn near_names(job: &Job) -> Vec<String> {
    // Rules that do not parse are told of elsewhere.
    let Ok(rules) = ParsedRules::parse(&job.rules) else { return Vec::new() };
    job.extracts.iter().flat_map(|spec| of_extract(job, spec, &rules)).collect()
}

fn of_extract(job: &Job, spec: &ExtractSpec, rules: &ParsedRules) -> Vec<String> {
    let known = fields(spec.kind);
    let names = spec.columns.keys().chain(spec.join.keys()).map(String::as_str);
    let meant = |name: &str| {
        // Whoever says more about an attribute means one.
        spec.types.contains_key(name) || job.attributes.contains_key(name) || readers(spec.kind).any(|side| reads(rules, side, name))
    };
    let strange = names.filter(|name| known.iter().all(|field| field.name != *name) && !meant(name));
    let told = |name: &str| {
        let near = nearest(name, known.iter().map(|field| field.name))?;
        Some(format!("{}: `{name}` is no field; it is read as an attribute. Did you mean `{near}`?", spec.kind.code()))
    };
    strange.filter_map(told).collect()
}

fn reads(rules: &ParsedRules, side: Side, name: &str) -> bool {
    rules.names_read(side).binary_search(&name).is_ok()
}

/// The sides on which rules see the attributes of an extract (contract §4.2, §5.1, §5.5).
fn readers(extract: ExtractKind) -> impl Iterator<Item = Side> {
    let sides: &[Side] = match extract {
        ExtractKind::Consumptions | ExtractKind::Assets => &[Side::Consumption],
        ExtractKind::Users => &[Side::Consumption, Side::User],
        ExtractKind::Licenses => &[Side::License],
        _ => &[],
    };
    sides.iter().copied()
}
