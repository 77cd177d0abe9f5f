"""The system calls of a program: recorded, and one of them made to kill or to fail, by strace.

strace counts the calls of each thread, and of each system call, by themselves. So a call is named by its thread, its system call
and its number there. Calls of the first thread are met without `-f`, which leaves the other threads alone; for those of another
thread `-f` is needed, and the first thread may come before it with the same number. The log shows which call was met. Where a
call cannot be met, a kill at a neighbour with nothing changed in between leaves the same.
"""

import os
import re
import subprocess
import tempfile

from desk import QUIET, RUN_ID

CALLS = "open openat creat mkdir mkdirat write pwrite64 writev fsync fdatasync ftruncate rename renameat renameat2 link linkat \
symlink symlinkat unlink unlinkat rmdir".split()
LINE = re.compile(r"^(?:(\d+) +)?(\w+)\((.*)")
# A file beside the runs is named after its process while it is written.
PROCESS = re.compile(r"\.prom-\d+")
SYNCS = ("fsync", "fdatasync")


class Call:
    """A call; its key says what it changes in the output, and is none where it changes nothing."""

    def __init__(self, thread, name, number, key, line):
        self.thread, self.name, self.number, self.key, self.line = thread, name, number, key, line
        self.neighbours = []

    def __str__(self):
        return self.key or self.name

    def same(self, other):
        return (self.name, self.key) == (other.name, other.key)


def parse(log, out):
    """The calls of a log, in their order."""
    threads, counts, calls = {}, {}, []
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = LINE.match(line)
            if not found or "resumed>" in line:
                continue
            thread = threads.setdefault(found[1], len(threads))
            name, rest = found[2], found[3]
            counts[thread, name] = counts.get((thread, name), 0) + 1
            calls.append(Call(thread, name, counts[thread, name], key_of(name, rest, out), line))
    return calls


def key_of(name, rest, out):
    """What a call does to the output, with the ids of runs made equal; none if it changes nothing there."""
    if name in ("open", "openat") and "O_CREAT" not in rest:
        return None
    by_descriptor = name in ("write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate")
    paths = re.findall(r"^\d+<([^>]*)>", rest) if by_descriptor else re.findall(r'"([^"]*)"', rest)
    folder = re.match(r"\w+<([^>]*)>, ", rest)
    if folder and not by_descriptor:
        paths = [os.path.join(folder[1], path) for path in paths]
    below = [path[len(out):] or "/" for path in paths if path == out or path.startswith(out + "/")]
    return PROCESS.sub(".prom-PID", RUN_ID.sub("RUN", f"{name} {' '.join(below)}")) if below else None


def trace(desk, as_of, options=(), follow=True):
    """Runs the program under strace; gives its code, what it said, and its log, which the caller removes."""
    handle, log = tempfile.mkstemp(prefix="strace-", dir=desk.root)
    os.close(handle)
    command = ["strace", *(["-f"] if follow else []), "-qq", "-y", "-s", "300", "-o", log, "-e", f"trace={','.join(CALLS)}", *options]
    done = subprocess.run(
        [*command, *desk.command(as_of)], env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stderr, log


def record(desk, as_of):
    """The calls that change the output, in their order."""
    code, said, log = trace(desk, as_of)
    if code != 0:
        raise SystemExit(f"an undisturbed run under strace ends with {code}: {said}")
    calls = parse(log, desk.out)
    os.unlink(log)
    # Between two calls that change something a kill leaves the same, wherever it comes.
    group = []
    for call in calls:
        group.append(call)
        if call.key and call.name not in SYNCS:
            for one in group:
                one.neighbours = [other for other in group if other is not one]
            group = []
    return [call for call in calls if call.key]


def inject(desk, as_of, call, what):
    """Runs the program with a fault at a call; gives its code, what it said, the calls it made, and whether the call was met."""
    options = ["-e", f"inject={call.name}:{what}:when={call.number}"]
    if what.endswith("+"):
        options = ["-e", f"inject={call.name}:{what[:-1]}:when={call.number}+"]
    code, said, log = trace(desk, as_of, options, follow=call.thread > 0)
    made = parse(log, desk.out)
    os.unlink(log)
    if what.startswith("signal"):
        met = bool(made) and made[-1].same(call)
    else:
        hits = [one for one in made if "(INJECTED)" in one.line]
        met = bool(hits) and hits[0].same(call)
    return code, said, made, met
