//! The footer of a Parquet file, looked at before Polars reads it: how many rows and columns it claims, and how deep its schema
//! goes. A footer of some kilobytes can claim a hundred million million rows, or groups within groups until the stack ends; what
//! is refused here has cost nothing yet.

use super::thrift::{LIST, STRUCT, Thrift};

/// Groups within groups: a list of structs of lists is 6 deep.
const MAX_SCHEMA_DEPTH: usize = 64;
const MAGIC_AND_LENGTH: usize = 8;
/// What a footer may take, and how many row groups it may list: a reader makes of each byte of it many in memory.
const MAX_BYTES: usize = 128 << 20;
const MAX_GROUPS: u64 = 100_000;

/// What a footer claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    pub rows: i64,
    /// Columns of the file, and of the structs in it.
    pub columns: u64,
}

/// Reads a footer; the error is a phrase.
pub fn claims(file: &[u8]) -> Result<Claims, &'static str> {
    let footer = footer(file).ok_or("its footer lies beyond its start")?;
    if footer.len() > MAX_BYTES {
        return Err("its footer is longer than that of any table");
    }
    let mut claims = Claims::default();
    let mut groups = 0;
    let mut schema = Schema::default();
    let mut reader = Thrift { bytes: footer };
    reader
        .fields(0, &mut |reader, field, kind, depth| match (field, kind) {
            (2, LIST) => schema.read(reader, depth),
            (3, _) => {
                claims.rows = reader.number(kind)?;
                Some(())
            }
            (4, LIST) => {
                let mut list = Thrift { bytes: reader.bytes };
                (groups, _) = list.list()?;
                reader.skip(kind, depth)
            }
            _ => reader.skip(kind, depth),
        })
        .ok_or("its footer is broken")?;
    if groups > MAX_GROUPS {
        return Err("its footer lists more row groups than any table has");
    }
    if schema.too_deep {
        return Err("its schema nests deeper than any table");
    }
    claims.columns = schema.leaves;
    Ok(claims)
}

/// The bytes of the footer: its length stands before the last four bytes.
fn footer(file: &[u8]) -> Option<&[u8]> {
    let end = file.len().checked_sub(MAGIC_AND_LENGTH)?;
    let length = u32::from_le_bytes(file.get(end..end + 4)?.try_into().ok()?);
    file.get(end.checked_sub(usize::try_from(length).ok()?)?..end)
}

/// A schema: its elements stand in a row, each group before its children.
#[derive(Default)]
struct Schema {
    leaves: u64,
    too_deep: bool,
    /// For each group that is open, how many children are to come.
    open: Vec<i64>,
}

impl Schema {
    fn read(&mut self, reader: &mut Thrift<'_>, depth: usize) -> Option<()> {
        let (length, kind) = reader.list()?;
        if kind != STRUCT {
            return None;
        }
        reader.elements(length, |reader| {
            let mut children = 0;
            reader.fields(depth, &mut |reader, field, kind, depth| {
                if field == 5 {
                    children = reader.number(kind)?;
                    return Some(());
                }
                reader.skip(kind, depth)
            })?;
            self.element(children);
            Some(())
        })
    }

    fn element(&mut self, children: i64) {
        while self.open.last() == Some(&0) {
            self.open.pop();
        }
        if let Some(left) = self.open.last_mut() {
            *left -= 1;
        }
        if children <= 0 {
            self.leaves += 1;
        } else if self.open.len() < MAX_SCHEMA_DEPTH {
            self.open.push(children);
        } else {
            self.too_deep = true;
        }
    }
}
