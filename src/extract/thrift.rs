//! As much of Thrift's compact protocol as the metadata of Parquet is written in: enough to look at a few numbers before a reader
//! that believes them does. Allocates nothing, and goes only so deep.

/// Deeper than the metadata of any Parquet file; it is not meant to be a riddle.
const MAX_DEPTH: usize = 16;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
pub const LIST: u8 = 9;
const SET: u8 = 10;
pub const STRUCT: u8 = 12;

/// Bytes that are read from their start. `None`: they are no such thing.
pub struct Thrift<'a> {
    pub bytes: &'a [u8],
}

pub type Visit<'v> = &'v mut dyn FnMut(&mut Thrift<'_>, i64, u8, usize) -> Option<()>;

impl<'a> Thrift<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    pub fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// An integer of 16, 32 or 64 bits.
    pub fn number(&mut self, kind: u8) -> Option<i64> {
        (4..=6).contains(&kind).then(|| self.zigzag())?
    }

    /// Calls `visit` with number and kind of each field of a struct; it must take or skip the value.
    pub fn fields(&mut self, depth: usize, visit: Visit<'_>) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut field = 0i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = if head >> 4 == 0 { self.zigzag()? } else { field.saturating_add(i64::from(head >> 4)) };
            visit(self, field, head & 0x0f, depth + 1)?;
        }
    }

    pub fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.byte().map(|_| ()),
            4..=6 => self.varint().map(|_| ()),
            DOUBLE => self.jump(8),
            BINARY => {
                let length = self.varint()?;
                self.jump(length)
            }
            LIST | SET => {
                let (length, kind) = self.list()?;
                self.elements(length, |reader| match kind {
                    TRUE | FALSE => reader.byte().map(|_| ()),
                    _ if depth > MAX_DEPTH => None,
                    kind => reader.skip(kind, depth + 1),
                })
            }
            STRUCT => self.fields(depth, &mut |reader, _, kind, depth| reader.skip(kind, depth)),
            _ => None,
        }
    }

    /// The length of a list, and the kind of its elements.
    pub fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        Some((length, head & 0x0f))
    }

    /// Calls `visit` for each element of a list. Every element takes a byte at least, so a length beyond the bytes ends the loop.
    pub fn elements(&mut self, length: u64, mut visit: impl FnMut(&mut Thrift<'a>) -> Option<()>) -> Option<()> {
        for _ in 0..length {
            visit(self)?;
        }
        Some(())
    }

    fn jump(&mut self, length: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(length).ok()?..)?;
        Some(())
    }
}
