//! What comes in: the accepted rows of each extract, as typed columns, with provisional codes until they are frozen.

use crate::model::text::{Code, Lists, NULL_CODE, TextArena, Texts, TextsBuilder};
use crate::model::value::{Column, Frame};
use crate::model::words::{AssetStatus, BookedStatus, Downgrade, ExtractKind, LicenseType, Metric, ProductClass};

/// The accepted rows of all extracts.
#[derive(Default)]
pub struct Accepted {
    pub texts: TextsBuilder,
    pub lists: Lists,
    /// By [`ExtractKind`]; none where the job has no such extract.
    pub frames: Vec<Option<Frame>>,
    /// The identifiers of the consumptions, in the order of their frame, which is by bytes.
    pub consumption_ids: TextArena,
}

impl Accepted {
    /// The rows of an extract, if it is given.
    pub fn frame(&self, kind: ExtractKind) -> Option<&Frame> {
        self.frames.get(kind as usize).and_then(Option::as_ref)
    }

    /// Takes an extract's rows out.
    pub fn take(&mut self, kind: ExtractKind) -> Option<Frame> {
        self.frames.get_mut(kind as usize).and_then(Option::take)
    }

    /// A text column of an extract; empty if the extract is not given.
    pub fn texts_of(&self, kind: ExtractKind, name: &str) -> &[Code] {
        self.frame(kind).and_then(|frame| frame.column(name)).map_or(&[], Column::texts)
    }

    /// Gives every `consumption_id` a code, for rules that read it; those that role rules may add, too.
    pub fn intern_consumption_ids<'a>(&mut self, entitles: impl Iterator<Item = &'a str>) {
        for id in self.consumption_ids.iter() {
            self.texts.intern(id);
        }
        let users: Vec<Code> = self.texts_of(ExtractKind::Users, "user_id").to_vec();
        let by_code: rustc_hash::FxHashMap<Code, String> =
            self.texts.entries().filter(|(_, code)| users.contains(code)).map(|(text, code)| (code, text.to_owned())).collect();
        for name in entitles {
            for user in &users {
                if let Some(user) = by_code.get(user) {
                    self.texts.intern(&format!("rule:{name}:{user}"));
                }
            }
        }
    }

    /// Sorts the texts and renumbers every column.
    pub fn freeze(self) -> (Texts, Accepted) {
        let Accepted { texts, mut lists, mut frames, consumption_ids } = self;
        let (texts, renumbering) = texts.freeze();
        for frame in frames.iter_mut().flatten() {
            frame.renumber(&renumbering);
        }
        lists.renumber(&renumbering);
        (texts, Accepted { texts: TextsBuilder::new(), lists, frames, consumption_ids })
    }
}

/// The codes of the closed lists that columns hold, with defaults filled in.
pub fn words() -> impl Iterator<Item = &'static str> {
    let metrics = Metric::ALL.iter().map(|metric| metric.code());
    let kinds = LicenseType::ALL.iter().map(|kind| kind.code());
    let statuses = BookedStatus::ALL.iter().map(|status| status.code());
    let downgrades = Downgrade::ALL.iter().map(|downgrade| downgrade.code());
    let classes = ProductClass::ALL.iter().map(|class| class.code());
    metrics.chain(kinds).chain(statuses).chain(downgrades).chain(classes).chain(AssetStatus::ALL.iter().map(|status| status.code()))
}

/// A code column parsed as a closed list; `None` for null.
pub fn parse_codes<T: Copy>(codes: &[Code], texts: &Texts, parse: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
    codes.iter().map(|code| if *code == NULL_CODE { None } else { parse(texts.get(*code)) }).collect()
}
