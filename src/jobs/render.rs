//! Job errors as text: a stable plain form for logs, pipes and tests, and miette's graphical form for a terminal.

use super::error::{JobError, Problem};
use super::place::{line_text, marks, place};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, ThemeCharacters, ThemeStyles};
use std::fmt::{self, Write};

/// The plain form: for each problem its place, the line, marks below it, what was expected, and help.
pub fn plain(error: &JobError) -> String {
    let mut out = String::new();
    for problem in &error.problems {
        plain_problem(&mut out, error, problem);
    }
    if error.problems.len() > 1 {
        let _ = writeln!(out, "{} errors in {}", error.problems.len(), error.file.display());
    }
    out
}

fn plain_problem(out: &mut String, error: &JobError, problem: &Problem) {
    let file = error.file.display();
    match &problem.span {
        None => _ = writeln!(out, "{file}: error: {}", problem.message),
        Some(span) => {
            let at = place(&error.source, span.start);
            let _ = writeln!(out, "{file}:{}:{}: error: {}", at.line, at.column, problem.message);
            let number = at.line.to_string();
            let _ = writeln!(out, "  {number} | {}", line_text(&error.source, span.start));
            let _ = writeln!(out, "  {:width$} | {}", "", marks(&error.source, span), width = number.len());
        }
    }
    if let Some((span, label)) = problem.also.as_deref() {
        let at = place(&error.source, span.start);
        let _ = writeln!(out, "  {label}: line {}, column {}", at.line, at.column);
    }
    if let Some(expected) = &problem.expected {
        let _ = writeln!(out, "  expected {expected}");
    }
    if let Some(help) = &problem.help {
        let _ = writeln!(out, "  help: {help}");
    }
}

/// miette's graphical form, for a terminal so many columns wide.
pub fn graphical(error: &JobError, color: bool, width: usize) -> String {
    let styles = if color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters: ThemeCharacters::unicode(), styles }).with_width(width);
    let name = error.file.display().to_string();
    let source = NamedSource::new(name, error.source.clone());
    let mut out = String::new();
    for problem in &error.problems {
        let shown = Shown { problem, source: &source };
        if handler.render_report(&mut out, &shown).is_err() {
            // Never lose a message to its dress.
            return plain(error);
        }
        out.push('\n');
    }
    if error.problems.len() > 1 {
        let _ = writeln!(out, "{} errors in {}", error.problems.len(), error.file.display());
    }
    out
}

/// One problem as miette wants it.
struct Shown<'a> {
    problem: &'a Problem,
    source: &'a NamedSource<String>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.problem.message)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.problem.span.is_some().then_some(self.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.problem.span.clone()?;
        let main = LabeledSpan::new_primary_with_span(None, span);
        let also = self.problem.also.as_deref().map(|(span, label)| LabeledSpan::new_with_span(Some(label.clone()), span.clone()));
        Some(Box::new(std::iter::once(main).chain(also)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        // Lists of what was expected are long: they stand here, where they are wrapped, and not as a label.
        let expected = self.problem.expected.as_ref().map(|expected| format!("expected {expected}"));
        let lines: Vec<String> = expected.into_iter().chain(self.problem.help.clone()).collect();
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }
}
