//! `lower(x)` on codes: before the texts are frozen, the lower-case form of every text is added to them; after it, a table
//! leads from code to code. Both cost a pass over all texts, so the caller does it only where a rule uses `lower`.

use crate::model::text::{Code, Texts, TextsBuilder};
use crate::model::value::Value;

/// Interns the lower-case form (contract §5.1: Unicode's default mapping) of every text so far, until there is nothing to add.
pub fn add_lower_closure(builder: &mut TextsBuilder) {
    let mut open: Vec<String> = builder.values().filter_map(lowered).collect();
    while !open.is_empty() {
        for text in &open {
            builder.intern(text);
        }
        open = open.iter().filter_map(|text| lowered(text)).collect();
    }
}

/// From the code of a text to the code of its lower-case form.
#[derive(Clone, Debug, Default)]
pub struct LowerTable {
    codes: Vec<Code>,
}

impl LowerTable {
    /// The table of all texts. Those whose lower-case form is not among them (see [`add_lower_closure`]) keep their own code.
    pub fn build(texts: &Texts) -> Self {
        Self { codes: (0..texts.len() as Code).map(|code| lower_code(code, texts)).collect() }
    }

    /// For runs whose rules do not use `lower`: should one do so nevertheless, the texts are searched each time.
    pub fn none() -> Self {
        Self::default()
    }

    pub(super) fn of(&self, code: Code, texts: &Texts) -> Value {
        match self.codes.get(code as usize) {
            Some(lower) => Value::Text(*lower),
            None => Value::Text(lower_code(code, texts)),
        }
    }
}

fn lower_code(code: Code, texts: &Texts) -> Code {
    lowered(texts.get(code)).and_then(|text| texts.code(&text)).unwrap_or(code)
}

/// The lower-case form, where it differs. Most texts are ASCII, and then nothing is allocated for those that stay.
fn lowered(text: &str) -> Option<String> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let lower = text.to_lowercase();
    (lower != text).then_some(lower)
}
