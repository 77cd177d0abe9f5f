//! Parquet files that arrive damaged: cut off, emptied, with flipped bits. A run says which file, or reads what is still right;
//! it never panics.

use super::Desk;
use std::fs;
use std::path::Path;

/// Flips tried of each file.
const FLIPS: u64 = 24;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/company/parquet").join(name);
    fs::read(path).expect("a fixture")
}

/// A desk whose job reads an extract from a Parquet file of that name, too.
fn desk_with(extract: &str) -> Desk {
    let desk = Desk::new();
    let file = format!("{extract}.parquet");
    match extract {
        "licenses" => desk.job_with("path = \"licenses.csv\"", "path = \"licenses.parquet\""),
        _ => desk.job_with("[calculation]", &format!("[extracts.{extract}]\npath = \"{file}\"\n\n[calculation]")),
    }
    desk.write(&file, fixture(&file));
    desk
}

#[test]
fn a_file_that_is_cut_off() {
    for extract in ["bundles", "licenses"] {
        let (desk, file) = (desk_with(extract), format!("{extract}.parquet"));
        let whole = fixture(&file);
        assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0), "{file} as it is");
        for length in [0, 1, 4, 8, whole.len() / 3, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
            desk.write(&file, &whole[..length]);
            let ended = desk.type_line("run job.toml --quiet");
            ended.assert_quiet_about_itself();
            assert_eq!(ended.code, Some(3), "{file} cut to {length}\n{}", ended.transcript());
            assert!(ended.stderr.contains(&file), "{}", ended.transcript());
        }
    }
}

#[test]
fn a_file_with_a_flipped_bit() {
    for extract in ["bundles", "licenses"] {
        let (desk, file) = (desk_with(extract), format!("{extract}.parquet"));
        let whole = fixture(&file);
        let mut random: u64 = 0x5eed_0f11;
        let mut refused = 0;
        for _ in 0..FLIPS {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let bit = (random >> 33) as usize % (whole.len() * 8);
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            desk.write(&file, damaged);
            let ended = desk.type_line("run job.toml --quiet");
            ended.assert_quiet_about_itself();
            // A flip in a value may leave a good file with another value, or one that its extract must not have.
            assert!(matches!(ended.code, Some(0 | 3 | 4)), "{file}, bit {bit}\n{}", ended.transcript());
            if ended.code != Some(0) {
                refused += 1;
                assert!(ended.stderr.contains(&file) || ended.stderr.contains(extract), "{file}, bit {bit}\n{}", ended.transcript());
            }
        }
        assert!(refused > 0, "no flip of {file} was noticed");
    }
}
