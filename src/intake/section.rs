//! A proposal as a part of a job file. What is sure stands there with its reason; what is not stands there as a comment that begins
//! with DECIDE, so that nothing is read otherwise than somebody agreed to.

use super::Proposal;
use super::meanings::members;
use crate::extract::fields::fields;
use std::fmt::Write;

/// The lines of `[extracts.KIND]`, for a path as the job is to write it.
pub fn section(proposal: &Proposal, path: &str) -> String {
    let mut out = String::new();
    let kind = proposal.kind.code();
    // Writing to a text cannot fail.
    let _ = writeln!(out, "[extracts.{kind}]\npath = {}", quoted(path));
    for line in proposal.open() {
        let _ = writeln!(out, "# DECIDE: {line}");
    }
    csv(&mut out, proposal);
    if !proposal.types.is_empty() {
        let types: Vec<String> = proposal.types.iter().map(|(name, kind)| format!("{} = \"{}\"", quoted(name), kind.word())).collect();
        let _ = writeln!(out, "types = {{ {} }}  # another file holds something else by that name", types.join(", "));
    }
    columns(&mut out, proposal);
    if let Some(join) = &proposal.join {
        let parts: Vec<String> = join.headings.iter().map(|heading| quoted(heading)).collect();
        let _ = writeln!(out, "\n[extracts.{kind}.join]\n{} = [{}]  # {}", join.field, parts.join(", "), join.why);
    }
    words(&mut out, proposal);
    out
}

fn csv(out: &mut String, proposal: &Proposal) {
    let mut keys = Vec::new();
    if let Some(separator) = proposal.separator.filter(|separator| *separator != b',') {
        keys.push(format!("separator = {}", quoted(&char::from(separator).to_string())));
    }
    let fixed = keys.len();
    keys.extend(proposal.dates.format.iter().map(|format| format!("date_format = {}", quoted(format))));
    if !proposal.nulls.is_empty() {
        let words: Vec<String> = proposal.nulls.iter().map(|null| quoted(&null.word)).collect();
        keys.push(format!("null_values = [{}]", words.join(", ")));
    }
    let line = |keys: &[String]| format!("csv = {{ {} }}", keys.join(", "));
    for format in &proposal.dates.open {
        let mut with = keys.clone();
        with.insert(fixed, format!("date_format = {}", quoted(format)));
        let _ = writeln!(out, "# {}", line(&with));
    }
    if !keys.is_empty() && proposal.dates.open.is_empty() {
        let _ = writeln!(out, "{}", line(&keys));
    }
}

fn columns(out: &mut String, proposal: &Proposal) {
    let renamed = proposal.columns();
    let mut lines = Vec::new();
    for found in &proposal.matches {
        let heading = &proposal.headings[found.column];
        if renamed.contains_key(found.field) {
            let doubt = if found.points >= 80 { "" } else { "likely, look at it: " };
            lines.push((format!("{} = {}", found.field, quoted(heading)), format!("{doubt}{}", found.why)));
        }
    }
    for doubt in &proposal.doubts {
        lines.push((format!("# {} = {}", doubt.field, quoted(&doubt.heading)), format!("DECIDE: {}", doubt.why)));
    }
    if lines.is_empty() {
        return;
    }
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    let _ = writeln!(out, "\n[extracts.{}.columns]", proposal.kind.code());
    for (line, why) in lines {
        let _ = writeln!(out, "{line:width$}  # {why}");
    }
}

fn words(out: &mut String, proposal: &Proposal) {
    for field in fields(proposal.kind) {
        let words: Vec<_> = proposal.words.iter().filter(|word| word.field == field.name).collect();
        if words.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n[extracts.{}.values.{}]", proposal.kind.code(), field.name);
        for word in words {
            let rows = if word.rows == 1 { "1 row".to_owned() } else { format!("{} rows", word.rows) };
            let _ = match word.ours {
                Some(ours) => writeln!(out, "{} = {}  # {rows}", quoted(&word.theirs), quoted(ours)),
                None => writeln!(out, "# {} = \"\"  # DECIDE, {rows}: one of {}", quoted(&word.theirs), members(field).join(", ")),
            };
        }
    }
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
