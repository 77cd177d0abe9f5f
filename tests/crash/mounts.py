"""A disk that fills, and outputs that cannot be written; in a name space of its own, since it mounts.

Prints a line a case, `name<TAB>what is wrong`, and a last line for people.
"""

import os
import shutil
import subprocess
import sys
import tempfile

from desk import QUIET, SECOND, Desk, ended

PAGE = 4096


def mount(*words):
    subprocess.run(["mount", *words], check=True, capture_output=True)


def case(name, wrong):
    print(f"{name}\t{wrong or ''}".replace("\n", " "), flush=True)


def check(binary, desk, before=()):
    """What `check` foresees: its code, and what it says."""
    return ended([*before, binary, "check", desk.job, "--as-of", SECOND, "--output", desk.out])


def disk(binary, full):
    """The second run on disks that grow by a page at a time, from what the first one left to 10 % more than it needs."""
    with Desk(binary) as desk:
        desk.prepare(second=True)
        old = desk.runs()
        place = os.path.join(desk.root, "disk")
        os.mkdir(place)
        desk.out = os.path.join(place, "out")
        used, needed = pages_of(place, desk, False), pages_of(place, desk, True)
        last = needed + (needed - used) // 10 + 1
        outcomes = {"old": 0, "new": 0}
        for pages in range(used, last + 1, 1 if full else 4):
            mount("-t", "tmpfs", "-o", f"size={pages * PAGE}", "none", place)
            try:
                desk.restore()
                foreseen, why = check(binary, desk) if pages == used else (74, "")
                code, said = desk.start(SECOND)
                new = desk.runs() - old
                outcomes["new" if new else "old"] += 1
                wrong = desk.judge_state(old)
                if not wrong and foreseen != 74:
                    wrong = f"check ended with {foreseen}: {why}"
                if not wrong and not (code == 0 and new or code == 74 and said.startswith("error:")):
                    wrong = f"ended with {code}: {said}"
                if not wrong and pages > needed and not new:
                    wrong = "there is room, and nothing was published"
                mount("-o", "remount,size=64m", place)
                case(f"{pages - used} pages free", wrong or desk.judge_next())
            finally:
                subprocess.run(["umount", place], check=True)
        print(f"0 to {last - used} pages: {outcomes['old']} left the old result, {outcomes['new']} the new one")


def pages_of(place, desk, run):
    """How many pages the output takes, before or after a run."""
    mount("-t", "tmpfs", "-o", "size=64m", "none", place)
    try:
        desk.restore()
        if run:
            desk.must(SECOND)
        found = os.statvfs(place)
        return (found.f_blocks - found.f_bfree) * found.f_frsize // PAGE
    finally:
        subprocess.run(["umount", place], check=True)


# Root may write everywhere; without these two rights it is held to modes like anybody else.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-dac_override,-dac_read_search,-fowner"]


def refused(binary, _):
    """Outputs that nobody may write, or that are no folder."""
    made = [read_only_system, read_only_folder, read_only_runs, read_only_lock, file_as_output, file_as_runs, link_to_nowhere, no_parent]
    for make in made:
        with Desk(binary) as desk:
            desk.prepare(second=True)
            old = desk.runs()
            before, undo = make(desk)
            try:
                foreseen, why = check(binary, desk, before)
                code, said = desk.start(SECOND, before=before)
            finally:
                undo()
            wrong = None
            if code != 74 or not said.startswith("error:") or "help" not in said and "; " not in said:
                wrong = f"ended with {code}: {said}"
            elif foreseen != 74:
                wrong = f"check ended with {foreseen}: {why}"
            case(make.__doc__.rstrip("."), wrong or desk.judge(old))
    print(f"{len(made)} ways, each ends with 74, which check foresees, and says what to do")


def read_only_system(desk):
    """a file system that is mounted read-only."""
    mount("--bind", desk.out, desk.out)
    mount("-o", "remount,bind,ro", desk.out)
    return (), lambda: subprocess.run(["umount", desk.out], check=True)


def with_mode(path, mode):
    old = os.stat(path).st_mode & 0o7777
    os.chmod(path, mode)
    return AS_ANYBODY, lambda: os.chmod(path, old)


def read_only_folder(desk):
    """a folder that may not be written."""
    shutil.rmtree(os.path.join(desk.out, ".staging"))
    return with_mode(desk.out, 0o555)


def read_only_runs(desk):
    """a folder of runs that may not be written."""
    return with_mode(os.path.join(desk.out, "runs"), 0o555)


def read_only_lock(desk):
    """a lock that may not be opened."""
    return with_mode(os.path.join(desk.out, ".lock"), 0o000)


def aside(path, make):
    """Puts something else in the place of a folder."""
    moved = tempfile.mkdtemp(dir=os.path.dirname(os.path.dirname(path)) or None) + "/moved"
    os.rename(path, moved)
    make(path)

    def undo():
        os.unlink(path)
        os.rename(moved, path)

    return (), undo


def file_as_output(desk):
    """a file in the place of the output."""
    return aside(desk.out, lambda path: open(path, "w", encoding="utf-8").close())


def file_as_runs(desk):
    """a file in the place of the folder of runs."""
    return aside(os.path.join(desk.out, "runs"), lambda path: open(path, "w", encoding="utf-8").close())


def link_to_nowhere(desk):
    """a link that leads nowhere in the place of the output."""
    return aside(desk.out, lambda path: os.symlink("/nowhere/at/all", path))


def no_parent(desk):
    """an output that cannot be made, since the folder above it may not be written."""
    out = desk.out
    above = os.path.join(desk.root, "above")
    os.mkdir(above, 0o555)
    desk.out = os.path.join(above, "deep/out")

    def undo():
        desk.out = out

    return AS_ANYBODY, undo


if __name__ == "__main__":
    os.environ.update(QUIET)
    {"disk": disk, "refused": refused}[sys.argv[1]](sys.argv[2], sys.argv[3] == "full")
