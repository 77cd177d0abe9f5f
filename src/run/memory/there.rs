//! How much memory there is and how much this process has taken, as the kernel tells it in `/proc` and `/sys/fs/cgroup`. A
//! container may have far less than its host: the limits of the process's own control group count, and of all groups around it,
//! in both versions of them. Where the system does not tell, nothing is known.

use std::fs;
use std::path::{Path, PathBuf};

/// What is resident now, and the most that ever was, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// `VmRSS`.
    pub now: u64,
    /// `VmHWM`.
    pub most: u64,
}

/// What this process has taken.
pub fn taken() -> Option<Taken> {
    let page = fs::read_to_string("/proc/self/status").ok()?;
    let now = field(&page, "VmRSS:")?;
    // Both are counted page by page; the mark may lag behind what is there.
    Some(Taken { now, most: field(&page, "VmHWM:").unwrap_or(now).max(now) })
}

/// What the machine has left, or the container if that is less, in bytes.
pub fn available() -> Option<u64> {
    let read = |path: &Path| fs::read_to_string(path).ok();
    let machine = field(&read(Path::new("/proc/meminfo"))?, "MemAvailable:")?;
    let mounts = read(Path::new("/proc/self/mountinfo")).unwrap_or_default();
    let groups = read(Path::new("/proc/self/cgroup")).unwrap_or_default();
    Some(left_in_groups(&mounts, &groups, &read).map_or(machine, |container| container.min(machine)))
}

/// A field of a page that the kernel gives in KiB, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

/// How a version of control groups tells of memory.
struct Version {
    limit: &'static str,
    used: &'static str,
    /// The line of `memory.stat` with what is used by files that were read, and given back when it is needed.
    cache: &'static str,
}

const V1: Version = Version { limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes", cache: "total_inactive_file" };
const V2: Version = Version { limit: "memory.max", used: "memory.current", cache: "inactive_file" };

/// The least that any control group of the process has left. `mounts` is `/proc/self/mountinfo`, `groups` is `/proc/self/cgroup`.
fn left_in_groups(mounts: &str, groups: &str, read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let mounted = mounts.lines().filter_map(Mount::parse);
    let least = mounted.filter_map(|mount| {
        let own = mount.folder(groups)?;
        // From the process's own group outwards: the limit of each holds for all within it.
        let within = own.ancestors().take_while(|folder| folder.starts_with(&mount.point));
        within.filter_map(|folder| left(folder, mount.version(), read)).min()
    });
    least.min()
}

/// What one group has left, if it has a limit.
fn left(folder: &Path, version: &Version, read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let number = |file: &str| read(&folder.join(file))?.trim().parse::<u64>().ok();
    let limit = number(version.limit)?;
    let cache = read(&folder.join("memory.stat")).and_then(|page| {
        let line = page.lines().find_map(|line| line.strip_prefix(version.cache)?.strip_prefix(' '))?;
        line.trim().parse::<u64>().ok()
    });
    let used = number(version.used).unwrap_or(0).saturating_sub(cache.unwrap_or(0));
    Some(limit.saturating_sub(used))
}

/// A mounted tree of control groups that counts memory.
struct Mount {
    /// The group that stands at its point.
    root: String,
    point: PathBuf,
    second: bool,
}

impl Mount {
    /// A line of `mountinfo`: `id parent device ROOT POINT options … - TYPE source OPTIONS`.
    fn parse(line: &str) -> Option<Self> {
        let (place, kind) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(3);
        let (root, point) = (place.next()?.to_owned(), PathBuf::from(place.next()?));
        let mut kind = kind.split(' ');
        let second = match kind.next()? {
            "cgroup2" => true,
            "cgroup" if kind.nth(1)?.split(',').any(|option| option == "memory") => false,
            _ => return None,
        };
        Some(Self { root, point, second })
    }

    fn version(&self) -> &'static Version {
        if self.second { &V2 } else { &V1 }
    }

    /// The folder of the process's own group. A container may see its group as the root, whatever it is called outside.
    fn folder(&self, groups: &str) -> Option<PathBuf> {
        // `0::/path` of version 2, `4:memory:/path` of version 1.
        let own = groups.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':').skip(1);
            let (controllers, path) = (parts.next()?, parts.next()?);
            let meant = if self.second { controllers.is_empty() } else { controllers.split(',').any(|name| name == "memory") };
            meant.then_some(path)
        })?;
        let below = Path::new(own).strip_prefix(&self.root).unwrap_or(Path::new(""));
        Some(if own.contains("/..") { self.point.clone() } else { self.point.join(below) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNT_V2: &str = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    const MOUNT_V1: &str = "33 30 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n\
                            34 30 0:31 / /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct\n";

    fn left_with(mounts: &str, groups: &str, files: &[(&str, &str)]) -> Option<u64> {
        let read = |path: &Path| files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned());
        left_in_groups(mounts, groups, &read)
    }

    #[test]
    fn what_is_there_and_taken() {
        assert_eq!(field("MemTotal:       24 kB\nMemAvailable:   12 kB\nSwap: 1 kB\n", "MemAvailable:"), Some(12 * 1024));
        assert_eq!(field("MemTotal: 24 kB\n", "MemAvailable:"), None);
        let (taken, available) = (taken().unwrap(), available().unwrap());
        assert!(taken.now > 1 << 20 && taken.most >= taken.now, "{taken:?}");
        assert!(available > 1 << 20, "{available}");
    }

    #[test]
    fn the_least_of_all_groups_around_counts() {
        let files = [
            ("/sys/fs/cgroup/job.slice/seatwise.service/memory.max", "max\n"),
            ("/sys/fs/cgroup/job.slice/memory.max", "2147483648\n"),
            ("/sys/fs/cgroup/job.slice/memory.current", "1000\n"),
            ("/sys/fs/cgroup/job.slice/memory.stat", "anon 1\ninactive_file 400\nactive_file 5\n"),
            ("/sys/fs/cgroup/other.slice/memory.max", "1\n"),
        ];
        // What files take that were read is given back when it is needed.
        assert_eq!(left_with(MOUNT_V2, "0::/job.slice/seatwise.service\n", &files), Some(2_147_483_648 - 600));
        assert_eq!(left_with(MOUNT_V2, "0::/\n", &files), None, "no limit at the root");
    }

    #[test]
    fn a_container_that_sees_its_own_group_as_the_root() {
        let files = [("/sys/fs/cgroup/memory.max", "1000\n"), ("/sys/fs/cgroup/memory.current", "2000\n")];
        for own in ["0::/\n", "0::/../outside\n", "0::/not/to/be/seen\n"] {
            assert_eq!(left_with(MOUNT_V2, own, &files), Some(0), "{own}");
        }
    }

    #[test]
    fn the_first_version_of_groups() {
        let files = [
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "3000\n"),
            ("/sys/fs/cgroup/memory/inner/memory.limit_in_bytes", "9223372036854771712\n"),
            ("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1500\n"),
            ("/sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 500\n"),
            ("/sys/fs/cgroup/cpu/memory.limit_in_bytes", "1\n"),
        ];
        for own in ["5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n", "4:memory:/docker/abc/inner\n"] {
            assert_eq!(left_with(MOUNT_V1, own, &files), Some(2000), "{own}");
        }
        assert_eq!(left_with("", "4:memory:/\n", &files), None);
        assert_eq!(left_with("30 23 0:26 /\n33 30 - cgroup\n", "4:memory:/\n", &files), None);
    }
}
