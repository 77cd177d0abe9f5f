//! A setting as it was typed: `KEY=VALUE`, with a key of names between dots. A name that holds a dot stands in quotes; the id of a
//! license needs none, for it is all that stands between `license.` and the field.

use super::LicenseSetting;

/// A setting taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Typed {
    /// A key of the job file.
    Key {
        path: Vec<String>,
        value: String,
    },
    License(LicenseSetting),
}

/// Takes a setting apart, or says what is wrong with its form.
pub fn typed(setting: &str) -> Result<Typed, String> {
    let (key, value) = setting.split_once('=').ok_or("a setting has the form KEY=VALUE")?;
    let (key, value) = (key.trim(), value.trim());
    let path = names(key).ok_or("a key is names with dots between them")?;
    if path[0] == "license" {
        return license(key, &path, value).map(Typed::License);
    }
    Ok(Typed::Key { path, value: value.to_owned() })
}

fn license(key: &str, path: &[String], value: &str) -> Result<LicenseSetting, String> {
    let form = "a field of a license is written license.ID.FIELD=VALUE, such as license.LIC-9.seats=50";
    let [_, id @ .., field] = path else { return Err(form.to_owned()) };
    if id.is_empty() {
        return Err(form.to_owned());
    }
    Ok(LicenseSetting { license_id: id.join("."), field: field.clone(), value: value.to_owned(), typed: format!("{key}={value}") })
}

/// The names of a key; none if one is empty or a quote does not close.
fn names(key: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = key;
    loop {
        let name;
        match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let end = rest[1..].find(quote)? + 1;
                (name, rest) = (&rest[1..end], &rest[end + 1..]);
            }
            _ => {
                let end = rest.find('.').unwrap_or(rest.len());
                (name, rest) = (rest[..end].trim(), &rest[end..]);
            }
        }
        if name.is_empty() {
            return None;
        }
        names.push(name.to_owned());
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None => return rest.is_empty().then_some(names),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_names_between_dots() {
        let path = |key: &str| names(key).map(|names| names.join("|"));
        assert_eq!(path("calculation.partial_cover").as_deref(), Some("calculation|partial_cover"));
        assert_eq!(path("affinity.\"big box\".points").as_deref(), Some("affinity|big box|points"));
        assert_eq!(path("affinity.'a.b'.points").as_deref(), Some("affinity|a.b|points"));
        for wrong in ["", ".", "a.", ".a", "a..b", "\"a", "'a'b"] {
            assert_eq!(path(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn licenses_may_have_dots_in_their_ids() {
        let setting = |text: &str| match typed(text) {
            Ok(Typed::License(one)) => format!("{} {} {}", one.license_id, one.field, one.value),
            other => format!("{other:?}"),
        };
        assert_eq!(setting("license.L-9.seats=50"), "L-9 seats 50");
        assert_eq!(setting("license.L.9.1.ends_on = 2027-01-01"), "L.9.1 ends_on 2027-01-01");
        assert_eq!(setting("license.L-9.vendor="), "L-9 vendor ");
        assert!(typed("license.L-9=50").is_err());
        assert!(typed("license.seats").is_err());
    }
}
