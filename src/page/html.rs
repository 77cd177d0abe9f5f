//! The file: the page's own style and script, allowed by their digests, and the data as JSON that no text in it can end.

use super::PageData;
use serde::Serialize;
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// In the order in which the browser reads them: a later file may use what an earlier one defines.
const SCRIPTS: [&str; 14] = [
    include_str!("js/dom.js"),
    include_str!("js/words.js"),
    include_str!("js/data.js"),
    include_str!("js/table.js"),
    include_str!("js/bars.js"),
    include_str!("js/headline.js"),
    include_str!("js/sections.js"),
    include_str!("js/time.js"),
    include_str!("js/quality.js"),
    include_str!("js/license.js"),
    include_str!("js/pages.js"),
    include_str!("js/why.js"),
    include_str!("js/search.js"),
    include_str!("js/start.js"),
];

/// The file's bytes.
pub(super) fn file(data: &PageData<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let json = safe_json(data)?;
    let style = STYLE.trim();
    let script = format!("'use strict';\n{}", SCRIPTS.map(str::trim).join("\n"));
    let mut file = String::with_capacity(PAGE.len() + style.len() + script.len() + json.len());
    // Each marker stands once, in the page's own text: no text of the data is ever looked at for one.
    let parts: [(&str, &str); 5] = [
        ("{style-digest}", &digest(style)),
        ("{script-digest}", &digest(&script)),
        ("{style}", style),
        ("{data}", &json),
        ("{script}", &script),
    ];
    let mut rest = PAGE;
    for (marker, text) in parts {
        let (before, after) = rest.split_once(marker).unwrap_or((rest, ""));
        file.push_str(before);
        file.push_str(text);
        rest = after;
    }
    file.push_str(rest);
    Ok(file.into_bytes())
}

/// JSON in which nothing can end the element that it stands in, or begin another: these letters occur in JSON only within texts.
pub(super) fn safe_json(data: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(data)?;
    let mut safe = String::with_capacity(json.len() + json.len() / 16);
    for letter in json.chars() {
        match letter {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    Ok(safe)
}

/// A digest as a content security policy names it.
fn digest(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, place| (bits << 8) | u32::from(three.get(place).copied().unwrap_or(0)));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_the_standard_has_it() {
        let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn no_text_can_end_its_element() {
        let hostile = ["</script><img src=x onerror=alert(1)>", "<!--", "a & b", "\u{2028}\u{2029}", "]]>", "\"\\"];
        let json = safe_json(&hostile).expect("JSON");
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).expect("JSON"), hostile);
    }

    #[test]
    fn every_marker_stands_once_and_in_order() {
        let markers = ["{style-digest}", "{script-digest}", "{style}", "{data}", "{script}"];
        let places = markers.map(|marker| PAGE.match_indices(marker).map(|(at, _)| at).collect::<Vec<_>>());
        assert!(places.iter().all(|at| at.len() == 1) && places.is_sorted(), "{places:?}");
        assert!(!STYLE.contains("</") && SCRIPTS.iter().all(|script| !script.contains("</script") && !script.contains("<!--")));
    }

    #[test]
    fn the_script_never_makes_markup_of_text() {
        for script in SCRIPTS {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setTimeout('"] {
                assert!(!script.contains(word), "{word}");
            }
        }
    }
}
