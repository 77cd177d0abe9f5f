//! `seatwise why`: asked of a published run, told in sentences or as JSON.

use super::exit::Exit;
use super::question_args::{SubjectKind, WhyArgs};
use super::terminal;
use super::which_run::refuse;
use crate::answers::subject::Kind;
use crate::answers::why::{SubjectAnswer, WhyAnswer, why as ask};
use crate::explain::answer::{self, Depth, demand, license, not_needed};

/// `seatwise why`.
pub fn why(args: &WhyArgs) -> Exit {
    let run = match args.which.open() {
        Ok(run) => run,
        Err(exit) => return exit,
    };
    let answer = match ask(&run, &args.subject, args.kind.map(kind), args.product.as_deref()) {
        Ok(answer) => answer,
        Err(error) => return refuse(&error),
    };
    if args.json {
        return match serde_json::to_string_pretty(&answer) {
            Ok(text) => {
                terminal::say(&text);
                Exit::Complete
            }
            Err(error) => {
                terminal::say_error(&format!("error: the answer cannot be written as JSON: {error}"));
                Exit::Internal
            }
        };
    }
    terminal::say(&page(&answer, if args.all { Depth::ALL } else { Depth::USUAL }));
    Exit::Complete
}

fn kind(kind: SubjectKind) -> Kind {
    match kind {
        SubjectKind::License => Kind::License,
        SubjectKind::Asset => Kind::Asset,
        SubjectKind::User => Kind::User,
        SubjectKind::Demand => Kind::Demand,
        SubjectKind::Consumption => Kind::Consumption,
    }
}

/// The whole page.
pub fn page(answer: &WhyAnswer, depth: Depth) -> String {
    let mut lines = vec![answer::run(&answer.run_id, &answer.job, &answer.as_of)];
    if answer.found.len() > 1 {
        let kinds: Vec<&str> = answer.found.iter().map(|found| found.kind.word()).collect();
        lines.push(answer::several(&answer.subject, &kinds));
    }
    for found in &answer.found {
        lines.push(String::new());
        lines.extend(head(&answer.subject, found));
        if let Some(about) = &found.license {
            license(about, depth, &mut lines);
        }
        for (place, about) in found.demands.iter().enumerate() {
            if place > 0 {
                lines.push(String::new());
            }
            demand(about, depth, &mut lines);
        }
        lines.extend(found.not_needed.iter().map(not_needed));
    }
    lines.join("\n")
}

/// What an asset, a user or a consumption has to do with; a demand and a license speak for themselves.
fn head(subject: &str, found: &SubjectAnswer) -> Option<String> {
    let word = match found.kind {
        Kind::Asset => "Asset",
        Kind::User => "User",
        // What needs no license speaks for itself, too.
        Kind::Consumption if found.demands.is_empty() => return None,
        Kind::Consumption => "Consumption",
        Kind::Demand | Kind::License => return None,
    };
    let open = found.demands.iter().filter(|demand| demand.deficit.is_some()).count();
    Some(answer::subject(word, subject, found.demands.len(), open))
}
