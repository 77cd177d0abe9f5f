//! A value from the command line as TOML. A shell takes quotes away, so that texts come without them, and lists come with commas
//! alone; what is written as TOML is taken as that.

use super::super::shape::Kind;
use toml::de::DeTable;

/// The value as it would stand in a job file.
pub fn as_toml(kind: &Kind, value: &str) -> String {
    let quoted_already = value.starts_with(['"', '\'']) && parses(value);
    match kind {
        _ if quoted_already => value.to_owned(),
        Kind::Text | Kind::Character | Kind::Choice(_) | Kind::Date { .. } => quoted(value),
        Kind::TextOrTexts if !value.starts_with('[') => quoted(value),
        Kind::AnyTexts | Kind::Choices(_) if !value.starts_with('[') => {
            let items: Vec<String> = value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(quoted).collect();
            format!("[{}]", items.join(", "))
        }
        _ if parses(value) => value.to_owned(),
        // What is no TOML is a text: the reader then says what it should have been.
        _ => quoted(value),
    }
}

/// Whether it is one value of TOML, on one line.
fn parses(value: &str) -> bool {
    !value.contains(['\n', '\r']) && DeTable::parse(&format!("v={value}")).is_ok_and(|table| table.get_ref().len() == 1)
}

/// A basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_quotes_away() {
        assert_eq!(as_toml(&Kind::Text, "consumption.department = \"R&D\""), r#""consumption.department = \"R&D\"""#);
        assert_eq!(as_toml(&Kind::Text, "\"in quotes\""), "\"in quotes\"");
        assert_eq!(as_toml(&Kind::Text, "true"), "\"true\"");
        assert_eq!(as_toml(&Kind::Text, "\"a\" = license.x"), r#""\"a\" = license.x""#);
        assert_eq!(as_toml(&Kind::Boolean, "true"), "true");
        assert_eq!(as_toml(&Kind::Boolean, "yes"), "\"yes\"");
        assert_eq!(as_toml(&Kind::Integer { least: 0, most: 1 }, "1\nname=2"), "\"1\\nname=2\"");
        assert_eq!(as_toml(&Kind::Choices(&[]), "lowest_cost, in_term"), "[\"lowest_cost\", \"in_term\"]");
        assert_eq!(as_toml(&Kind::Choices(&[]), "[\"in_term\"]"), "[\"in_term\"]");
        assert_eq!(as_toml(&Kind::TextOrTexts, "a.csv"), "\"a.csv\"");
    }
}
