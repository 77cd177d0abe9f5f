//! Rust source as text that can be searched: comments and literals blanked, test code taken out, functions measured.
//! No parser: what rustfmt leaves is regular enough, and a search that errs shows itself in the tests below.

/// A source file of the project.
pub struct Source {
    /// From the project's root, with `/`.
    pub path: String,
    pub text: String,
    /// The text without comments, and with `_` for what stands in literals; every line stays where it is.
    pub code: String,
}

/// A function and how long its body is.
#[derive(Debug, PartialEq)]
pub struct Function<'a> {
    pub name: &'a str,
    /// 1-based.
    pub line: usize,
    /// Lines of the body that hold code, as clippy counts them.
    pub length: usize,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: blank_literals(text) }
    }

    /// The same file without its `#[cfg(test)]` items.
    pub fn shipped(&self) -> Self {
        Self { path: self.path.clone(), text: self.text.clone(), code: without_tests(&self.code) }
    }

    /// The module below the crate that the file belongs to: `allocate` for `src/allocate/cover.rs` and `src/allocate.rs`.
    pub fn module(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src/")?;
        Some(below.split_once('/').map_or(below.trim_end_matches(".rs"), |(module, _)| module))
    }

    /// Every `crate::NAME`, and the names of `crate::{…}`, with their lines.
    pub fn crate_names(&self) -> Vec<(usize, &str)> {
        let mut names = Vec::new();
        for (at, _) in self.code.match_indices("crate::") {
            if self.code[..at].ends_with(is_word) {
                continue;
            }
            let rest = &self.code[at + "crate::".len()..];
            let line = line_of(&self.code, at);
            match rest.strip_prefix('{') {
                Some(list) => names.extend(first_names(list).into_iter().map(|name| (line, name))),
                None => names.push((line, word(rest))),
            }
        }
        names
    }

    /// The first line that names an outside crate: `name::…`, or `use name` and no more.
    pub fn uses(&self, name: &str) -> Option<usize> {
        let found = self.code.match_indices(name).find(|(at, _)| {
            let (before, after) = (&self.code[..*at], &self.code[at + name.len()..]);
            // `::name` stands for the outside crate, `own::name` for an own module.
            let before = before.strip_suffix("::").map_or(before, |front| if front.ends_with(is_word) { "." } else { front });
            let whole = !before.ends_with(is_word) && !before.ends_with('.');
            whole && (after.starts_with("::") || (before.ends_with("use ") && after.starts_with([';', ' '])))
        });
        found.map(|(at, _)| line_of(&self.code, at))
    }

    /// The lines that hold a text.
    pub fn lines_with(&self, text: &str) -> Vec<usize> {
        self.code.match_indices(text).map(|(at, _)| line_of(&self.code, at)).collect()
    }

    /// Every function with a body.
    pub fn functions(&self) -> Vec<Function<'_>> {
        let starts = self.code.match_indices("fn ").filter(|(at, _)| !self.code[..*at].ends_with(is_word));
        let function = |(at, _): (usize, &str)| {
            let open = body_of(&self.code, at)?;
            let close = closing(&self.code, open)?;
            let length = self.code[open + 1..close].lines().filter(|line| !line.trim().is_empty()).count();
            Some(Function { name: word(&self.code[at + 3..]), line: line_of(&self.code, at), length })
        };
        starts.filter_map(function).collect()
    }

    /// Whether the attributes right above a line expect functions that are too long, and say why.
    pub fn excuses_length(&self, line: usize) -> bool {
        let lines: Vec<&str> = self.text.lines().take(line.saturating_sub(1)).collect();
        let above = lines.iter().rev().take_while(|line| !line.trim().is_empty() && !line.trim_end().ends_with(['}', ';', '{']));
        let attributes: String = above.copied().collect::<Vec<_>>().into_iter().rev().collect();
        let attributes = attributes.split("#[expect(").skip(1);
        attributes.filter(|rest| rest.contains("clippy::too_many_lines")).any(|rest| rest.contains("reason = \""))
    }

    /// The files and folders of modules that are test code: those of `#[cfg(test)] mod NAME;`.
    pub fn test_modules(&self) -> Vec<String> {
        let folder = match self.path.strip_suffix("/mod.rs").or_else(|| self.path.strip_suffix("/lib.rs")) {
            Some(folder) => folder.to_owned(),
            None => self.path.trim_end_matches(".rs").to_owned(),
        };
        let declared = self.code.match_indices("#[cfg(test)]").filter_map(|(at, mark)| {
            let item = self.code[at + mark.len()..].trim_start();
            let item = item.strip_prefix("pub ").or_else(|| item.strip_prefix("pub(crate) ")).unwrap_or(item);
            let name = word(item.strip_prefix("mod ")?);
            item[4 + name.len()..].starts_with(';').then(|| format!("{folder}/{name}"))
        });
        declared.collect()
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The identifier that a text begins with.
fn word(text: &str) -> &str {
    &text[..text.find(|letter| !is_word(letter)).unwrap_or(text.len())]
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The first names of the paths in a list of imports, which ends with its closing brace.
fn first_names(list: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let (mut depth, mut fresh) = (0, true);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && is_word(letter) => {
                names.push(word(&list[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

/// The brace that opens a function's body; none for a declaration or a function pointer.
fn body_of(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0;
    for (offset, letter) in code[at..].char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => return None,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at + offset),
            ';' | ',' | '=' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The brace that closes the one at `open`.
fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (offset, letter) in code[open..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(open + offset),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Blanks the items that follow `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let end = match (tail.find('{'), tail.find(';')) {
            (Some(open), semicolon) if semicolon.is_none_or(|semicolon| open < semicolon) => {
                closing(tail, open).map_or(tail.len(), |at| at + 1)
            }
            (_, Some(semicolon)) => semicolon + 1,
            _ => tail.len(),
        };
        out.extend(tail[..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

/// Blanks comments, and puts `_` for every character of a literal; quotes and lines stay.
fn blank_literals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (length, filler) =
            comment(rest).map(|length| (length, ' ')).or_else(|| literal(rest, &out).map(|length| (length, '_'))).unwrap_or((0, ' '));
        if length == 0 {
            let Some(letter) = rest.chars().next() else { break };
            out.push(letter);
            at += letter.len_utf8();
            continue;
        }
        out.extend(rest[..length].chars().map(|letter| if letter == '\n' { '\n' } else { filler }));
        at += length;
    }
    out
}

/// How long the comment is that a text begins with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    Some(text.len())
}

/// How long the literal is that a text begins with, where `before` stands in front of it. A lifetime is none.
fn literal(text: &str, before: &str) -> Option<usize> {
    if let Some(inner) = text.strip_prefix('\'') {
        if let Some(escape) = inner.strip_prefix('\\') {
            let skipped = escape.chars().next().map_or(0, char::len_utf8);
            return escape[skipped..].find('\'').map(|end| 2 + skipped + end + 1);
        }
        let length = inner.chars().next().map_or(0, char::len_utf8);
        return inner[length..].starts_with('\'').then_some(length + 2);
    }
    let raw = text.starts_with('r') && !before.ends_with(|letter| is_word(letter) && letter != 'b' && letter != 'c');
    if raw {
        let hashes = text[1..].find(|letter| letter != '#')?;
        if text[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            return text[2 + hashes..].find(&end).map(|at| 2 + hashes + at + end.len());
        }
    }
    if !text.starts_with('"') {
        return None;
    }
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let code = blank_literals("a /* b /* c */ d */ e // f\n\"g\\\"h\" 'i' '\\'' r#\"j\"k\"# &'l str b\"m\" '{'");
        assert_eq!(code, "a                   e     \n______ ___ ____ ________ &'l str b___ ___");
    }

    #[test]
    fn imports_are_found_one_by_one_and_in_lists() {
        let source = Source::new(
            "src/a/b.rs",
            "use crate::x::Y;\nuse crate::{z::{q, r}, w};\n// crate::no\nlet s = \"crate::no\"; mycrate::no; pub(crate) fn f() {}",
        );
        assert_eq!(source.crate_names(), [(1, "x"), (2, "z"), (2, "w")]);
        assert_eq!(source.module(), Some("a"));
        assert_eq!(Source::new("src/main.rs", "").module(), Some("main"));
        assert_eq!(Source::new("tests/main.rs", "").module(), None);
    }

    #[test]
    fn outside_crates_are_told_from_own_modules() {
        let uses = |text: &str| Source::new("src/a.rs", text).uses("csv");
        assert_eq!(uses("\nuse csv::Reader;"), Some(2));
        assert_eq!(uses("let x = csv::Reader::new();"), Some(1));
        assert_eq!(uses("use csv;"), Some(1));
        assert_eq!(uses("use ::csv::Reader;"), Some(1));
        assert_eq!(uses("use crate::csv::X; use super::csv::Y; use my_csv::Z; let csv = 1; // csv::no"), None);
    }

    #[test]
    fn test_items_are_not_shipped() {
        let source =
            Source::new("src/a.rs", "fn f() {}\n#[cfg(test)]\nmod tests { fn g() { x.unwrap() } }\n#[cfg(test)]\nuse x::{y};\nfn h() {}\n");
        let shipped = source.shipped();
        assert!(shipped.lines_with(".unwrap()").is_empty());
        assert_eq!(source.lines_with(".unwrap()"), [3]);
        assert_eq!(shipped.functions().iter().map(|function| (function.name, function.line)).collect::<Vec<_>>(), [("f", 1), ("h", 6)]);
    }

    #[test]
    fn modules_of_test_code_are_known_by_their_declaration() {
        let text = "#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub mod testing;\nmod other;\n#[cfg(test)]\nmod inner { fn f() {} }";
        assert_eq!(Source::new("src/a/mod.rs", text).test_modules(), ["src/a/tests", "src/a/testing"]);
        assert_eq!(Source::new("src/a.rs", text).test_modules(), ["src/a/tests", "src/a/testing"]);
    }

    #[test]
    fn functions_are_measured_by_their_code() {
        let text = "fn one(x: [u8; 2]) -> u8 {\n    // a comment\n\n    let y = \"}\";\n    1\n}\ntrait T { fn two(); }\ntype F = fn (u8) -> u8;\n";
        let source = Source::new("src/a.rs", text);
        assert_eq!(source.functions(), [Function { name: "one", line: 1, length: 2 }]);
    }

    #[test]
    fn only_a_reason_excuses_length() {
        let excused = |text: &str| Source::new("src/a.rs", text).excuses_length(text.lines().count());
        assert!(excused("/// Long.\n#[expect(clippy::too_many_lines, reason = \"one table\")]\nfn f() {"));
        assert!(!excused("#[expect(clippy::too_many_lines)]\nfn f() {"));
        assert!(!excused("#[allow(clippy::too_many_lines, reason = \"no\")]\nfn f() {"));
        assert!(!excused("#[expect(clippy::too_many_lines, reason = \"of another\")]\nfn g() {}\nfn f() {"));
    }
}
