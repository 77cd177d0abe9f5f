//! The writer: order, forms, errors that stick.

use crate::batch_log::event::Event;
use crate::batch_log::line::Format;
use crate::batch_log::writer::{BatchLog, Form, Part};
use std::io::{self, Write};

fn note(log: &mut BatchLog<impl Write>) {
    log.event(&Event::Noted { about: "test", message: "early" });
}

#[test]
fn parts_and_lines_keep_their_order() {
    for compress in [false, true] {
        let mut log = BatchLog::new(Format::Text);
        note(&mut log);
        assert!(!log.attached());
        log.attach(Vec::new(), compress);
        for lines in ["a\n", "", "b1\nb2\n"] {
            log.write_part(Part::new(Form::of(compress), lines.as_bytes().to_vec()));
        }
        log.write(b"c\n");
        note(&mut log);
        log.write_part(Part::new(Form::of(compress), b"d\n".to_vec()));
        let (bytes, lines) = log.finish().unwrap();
        let bytes = if compress { zstd::decode_all(&bytes[..]).unwrap() } else { bytes };
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(lines, 7);
        let shown: Vec<&str> = text.lines().map(|line| line.split(' ').nth(2).unwrap_or(line)).collect();
        assert_eq!(shown, ["noted", "a", "b1", "b2", "c", "noted", "d"]);
    }
}

#[test]
fn a_log_without_its_file_is_an_error() {
    assert!(BatchLog::<Vec<u8>>::new(Format::Json).finish().is_err());
    let mut log = BatchLog::new(Format::Text);
    log.write_part(Part::new(Form::Plain, b"a\n".to_vec()));
    log.attach(Vec::new(), false);
    assert!(log.finish().is_err());
}

/// Takes some bytes, then has no room for one call, then takes more.
struct Full {
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            self.room = usize::MAX;
            return Err(io::Error::from_raw_os_error(28));
        }
        let count = bytes.len().min(self.room);
        self.room -= count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_first_error_sticks() {
    for compress in [false, true] {
        for room in [0, 3] {
            let mut log = BatchLog::new(Format::Text);
            log.attach(Full { room }, compress);
            for turn in 0..200 {
                log.write_part(Part::new(Form::of(compress), turn.to_string().repeat(20_000).into_bytes()));
                log.write(b"\n");
            }
            assert!(log.error().is_some());
            assert_eq!(log.finish().err().and_then(|error| error.raw_os_error()), Some(28), "compress {compress}, room {room}");
        }
    }
}

/// Fails at its n-th write, and takes all others.
struct FailsAt {
    n: usize,
    done: usize,
}

impl Write for FailsAt {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.done += 1;
        if self.done == self.n { Err(io::Error::from_raw_os_error(5)) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write(&[]).map(|_| ())
    }
}

#[test]
fn no_write_may_fail_unseen() {
    for compress in [false, true] {
        let write = |n: usize| {
            let mut log = BatchLog::new(Format::Text);
            note(&mut log);
            log.attach(FailsAt { n, done: 0 }, compress);
            for _ in 0..3 {
                log.write(b"a line\n");
                log.write_part(Part::new(Form::of(compress), b"a part\n".to_vec()));
            }
            log.finish().map(|(file, _)| file.done)
        };
        let writes = write(0).unwrap();
        assert!(writes >= 7, "{writes}");
        for n in 1..=writes {
            assert_eq!(write(n).err().and_then(|error| error.raw_os_error()), Some(5), "compress {compress}, write {n} of {writes}");
        }
    }
}
