//! What may lie at a path: regular files only, and only in the folders that the job allows.

use super::*;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

const TREE: &str = "tree,node\nlocation,a\n";

#[test]
fn only_regular_files_are_read() {
    let desk = Desk::new(&[]);
    rustix::fs::mknodat(rustix::fs::CWD, desk.path("pipe.csv"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let _socket = UnixListener::bind(desk.path("socket.csv")).unwrap();
    symlink("/dev/zero", desk.path("zero.csv")).unwrap();
    symlink(desk.path("pipe.csv"), desk.path("link.parquet")).unwrap();
    for (name, what) in
        [("pipe.csv", "a named pipe"), ("socket.csv", "a socket"), ("zero.csv", "a device"), ("link.parquet", "a named pipe")]
    {
        let (code, message) = refusal(desk.read(&desk.spec(ExtractKind::Trees, &[name])));
        assert_eq!(code, 3);
        let expected = format!("extract trees, file {name}: it is {what}, not a regular file; name a file, a folder or a glob");
        assert_eq!(message, expected);
    }
}

#[test]
fn links_may_lead_anywhere_unless_the_job_names_roots() {
    let desk = Desk::new(&[("feeds/a.csv", TREE), ("elsewhere/b.csv", TREE), ("feeds/sub/c.csv", TREE)]);
    symlink(desk.path("elsewhere/b.csv"), desk.path("feeds/b.csv")).unwrap();
    symlink("sub/c.csv", desk.path("feeds/c.csv")).unwrap();
    symlink(desk.path("elsewhere"), desk.path("feeds/all")).unwrap();
    let read = |path: &str, roots: &[&str]| {
        let limits = InputLimits { roots: roots.iter().map(|root| desk.path(root)).collect(), ..InputLimits::default() };
        let reading = desk.read_all(&[desk.spec(ExtractKind::Trees, &[path])], &ReadOptions { limits, ..ReadOptions::new(as_of()) });
        reading.errors.first().map(|error| (error.exit_code(), error.to_string()))
    };
    for path in ["feeds/a.csv", "feeds/b.csv", "feeds/c.csv", "feeds/all/b.csv", "elsewhere/b.csv"] {
        assert_eq!(read(path, &[]), None, "{path}");
        assert_eq!(read(path, &["feeds", "elsewhere"]), None, "{path}");
    }
    for path in ["feeds/a.csv", "feeds/c.csv", "feeds/sub/../a.csv"] {
        assert_eq!(read(path, &["feeds"]), None, "{path}");
    }
    let outside = desk.path("elsewhere/b.csv").canonicalize().unwrap().display().to_string();
    for path in ["feeds/b.csv", "feeds/all/b.csv", "elsewhere/b.csv", "feeds/../elsewhere/b.csv"] {
        let (code, message) = read(path, &["feeds"]).unwrap();
        assert_eq!(code, 3);
        let feeds = desk.path("feeds").display().to_string();
        let expected = format!("extract trees, file {path}: it is {outside}, outside of limits.roots ({feeds}); ");
        assert!(message.starts_with(&expected), "{message}");
        assert!(message.ends_with("move the file into one of them, or add its folder to limits.roots"), "{message}");
    }
    // A root that is not there allows nothing, and its name as a beginning of another is no root either.
    assert_eq!(read("feeds/a.csv", &["nowhere"]).map(|(code, _)| code), Some(3));
    assert_eq!(read("feeds/a.csv", &["feed"]).map(|(code, _)| code), Some(3));
}
