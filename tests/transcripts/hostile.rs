//! Files that are made to do harm, under a limit of memory that a run of honest files keeps to: each is refused by name, and the
//! process stays alive. The limit is the shell's (`ulimit -v`), so that an allocation beyond it fails.

use super::{Desk, Ended, PATIENCE, assert_transcript};
use assert_cmd::Command;
use std::io::Write;

/// Address space of a run in KiB: 3 GiB, of which code, threads and their stacks take the most.
const MEMORY: u64 = 3 << 20;

/// Runs a job within the limit.
fn run_bounded(desk: &Desk) -> Ended {
    let script = format!("ulimit -v {MEMORY}; exec \"$0\" run job.toml");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_seatwise")]).current_dir(desk.folder.path()).timeout(PATIENCE);
    command.env("NO_COLOR", "1").env_remove("RUST_LOG").env_remove("RUST_BACKTRACE").env("MALLOC_ARENA_MAX", "2");
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ended { typed: "run job.toml".to_owned(), code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A desk whose licenses are a file of another name.
fn desk_with(file: &str) -> Desk {
    let desk = Desk::new();
    desk.job_with("path = \"licenses.csv\"", &format!("path = \"{file}\""));
    desk
}

fn assert_refused(name: &str, desk: &Desk, code: i32) {
    let ended = run_bounded(desk);
    assert_eq!((ended.code, desk.published().len()), (Some(code), 0), "{}", ended.transcript());
    assert_transcript(name, &[ended]);
}

/// A thrift integer of the compact protocol.
fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A Parquet file that is nothing but a footer: so many columns of integers, so many rows, and padding before it.
fn footer_only(columns: u64, rows: u64, padding: usize) -> Vec<u8> {
    let mut footer = vec![0x15, 2, 0x19, 0xfc];
    varint(&mut footer, columns + 1);
    footer.extend([0x48, 6]);
    footer.extend(b"schema");
    footer.push(0x15);
    varint(&mut footer, columns << 1);
    footer.push(0);
    for column in 0..columns {
        let name = format!("c{column}");
        footer.extend([0x15, 4, 0x25, 0, 0x18, name.len() as u8]);
        footer.extend(name.bytes());
        footer.push(0);
    }
    footer.push(0x16);
    varint(&mut footer, rows << 1);
    footer.extend([0x19, 0x0c, 0]);
    let mut file = b"PAR1".to_vec();
    file.resize(4 + padding, 0);
    file.extend(&footer);
    file.extend((footer.len() as u32).to_le_bytes());
    file.extend(b"PAR1");
    file
}

#[test]
fn honest_files_keep_to_the_limit() {
    let ended = run_bounded(&Desk::new());
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
}

#[test]
fn a_footer_that_claims_too_much() {
    let desk = desk_with("licenses.parquet");
    desk.write("licenses.parquet", footer_only(5, 100_000_000_000_000, 42_000));
    assert_refused("hostile-rows", &desk, 3);
    desk.write("licenses.parquet", footer_only(10_000, 1, 0));
    assert_refused("hostile-columns", &desk, 4);
}

#[test]
fn text_that_unpacks_without_end() {
    let desk = desk_with("licenses.csv.gz");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let megabyte = vec![b'x'; 1 << 20];
    gz.write_all(&megabyte).expect("it is written");
    // Members of a file stand one after another.
    desk.write("licenses.csv.gz", gz.finish().expect("it is compressed").repeat(300));
    assert_refused("hostile-gzip", &desk, 3);

    let desk = desk_with("licenses.csv.zst");
    let mut zst = zstd::stream::Encoder::new(Vec::new(), 1).expect("an encoder");
    (0..4_000).for_each(|_| zst.write_all(&megabyte).expect("it is written"));
    desk.write("licenses.csv.zst", zst.finish().expect("it is compressed"));
    assert_refused("hostile-zstd", &desk, 3);
}

#[test]
fn a_field_of_a_gigabyte() {
    let desk = Desk::new();
    let mut file = std::fs::File::create(desk.path("licenses.csv")).expect("a file");
    file.write_all(b"license_id,product_id,metric,seats,department\nL-1,DRAW,device,1,\"").expect("it is written");
    // A hole in the file reads as zeros, and takes no room on the disk.
    file.set_len(1 << 30).expect("it is long");
    assert_refused("hostile-field", &desk, 4);
}

#[test]
fn what_is_no_file_at_all() {
    let desk = desk_with("licenses.csv");
    std::fs::remove_file(desk.path("licenses.csv")).expect("it was there");
    let made = std::process::Command::new("mkfifo").arg(desk.path("licenses.csv")).status();
    assert!(made.is_ok_and(|status| status.success()));
    assert_refused("hostile-pipe", &desk, 3);
    let desk = desk_with("licenses.csv");
    std::fs::remove_file(desk.path("licenses.csv")).expect("it was there");
    std::os::unix::fs::symlink("/dev/zero", desk.path("licenses.csv")).expect("a link");
    assert_refused("hostile-device", &desk, 3);
}
