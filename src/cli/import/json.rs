//! The report for programs. Keys are added to it, never changed or removed.

use crate::intake::agree::Link;
use crate::intake::section::section;
use crate::intake::{IntakeError, Proposal};
use serde_json::{Value, json};

/// All files, how they agree, and what could not be looked at.
pub fn json(proposals: &[Proposal], links: &[Link], errors: &[IntakeError]) -> String {
    let files: Vec<Value> = proposals.iter().map(file).collect();
    let links: Vec<Value> = links.iter().map(|link| linked(link, proposals)).collect();
    let errors: Vec<Value> = errors
        .iter()
        .map(|error| json!({ "file": error.path, "problem": error.problem, "remedy": error.remedy, "code": error.code }))
        .collect();
    let report = json!({ "format": "seatwise.import", "version": 1, "files": files, "links": links, "errors": errors });
    serde_json::to_string_pretty(&report).unwrap_or_default()
}

fn file(proposal: &Proposal) -> Value {
    let columns: Vec<Value> = proposal
        .matches
        .iter()
        .map(|found| {
            json!({ "heading": proposal.headings[found.column], "field": found.field, "confidence": found.confidence(),
                "points": found.points, "why": found.why })
        })
        .collect();
    let doubts: Vec<Value> =
        proposal.doubts.iter().map(|doubt| json!({ "heading": doubt.heading, "field": doubt.field, "why": doubt.why })).collect();
    let words: Vec<Value> = proposal
        .words
        .iter()
        .map(|word| json!({ "field": word.field, "value": word.theirs, "means": word.ours, "rows": word.rows }))
        .collect();
    let refused: Vec<Value> = proposal
        .trial
        .refused
        .iter()
        .map(|refused| {
            json!({ "field": refused.field, "reason": refused.reason, "rows": refused.rows, "first_row": refused.row,
                "message": refused.message })
        })
        .collect();
    let nulls: Vec<&str> = proposal.nulls.iter().map(|null| null.word.as_str()).collect();
    let join = proposal.join.as_ref().map(|join| json!({ "field": join.field, "columns": join.headings, "why": join.why }));
    json!({
        "file": proposal.path,
        "extract": proposal.kind.code(),
        "why": proposal.why,
        "separator": proposal.separator.map(|separator| char::from(separator).to_string()),
        "date_format": proposal.dates.format,
        "date_formats_open": proposal.dates.open,
        "null_values": nulls,
        "columns": columns,
        "join": join,
        "doubts": doubts,
        "attributes": proposal.attributes(),
        "values": words,
        "missing": proposal.missing,
        "to_decide": proposal.open(),
        "notes": proposal.notes,
        "rows": { "read": proposal.trial.rows, "accepted": proposal.trial.accepted(), "rejected": proposal.trial.rejected },
        "refused": refused,
        "errors": proposal.trial.errors,
        "section": section(proposal, &proposal.path),
    })
}

fn linked(link: &Link, proposals: &[Proposal]) -> Value {
    let strangers: Vec<Value> = link.strangers.iter().map(|(value, near)| json!({ "value": value, "nearest": near })).collect();
    json!({ "field": link.field, "from": proposals[link.from].path, "to": proposals[link.to].path, "values": link.values,
        "known": link.known, "strangers": strangers })
}
