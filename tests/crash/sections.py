"""What is done to the program, section by section."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import strace
from desk import SECOND, Desk, PruningDesk

HERE = os.path.dirname(os.path.abspath(__file__))
COMPANY = os.path.join(HERE, "../../jobs/smallest.toml")
ERRORS = ["ENOSPC", "EIO", "EACCES", "EDQUOT", "EROFS", "EMFILE", "ENOMEM", "ESTALE"]


class Result:
    """How a section went."""

    def __init__(self):
        self.cases, self.violations, self.note, self.skipped = 0, [], "", None

    def case(self, name, wrong):
        self.cases += 1
        if wrong:
            self.violations.append(f"{name}: {wrong}")


def skipped(why):
    result = Result()
    result.skipped = why
    return result


def no_strace():
    """Why strace cannot be used; none if it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {tried.stderr.strip()}" if tried.returncode else None


def kill_calls(make_desk, second, every=1):
    """SIGKILL at each call that changes the output."""
    result = Result()
    with make_desk() as desk:
        desk.prepare(second)
        old = desk.runs()
        calls = strace.record(desk, SECOND)
        by_neighbour = 0
        for call in calls[::every]:
            for place in [call, *call.neighbours]:
                met, wrong = kill_at(desk, place, old, made_before=False)
                if not met and not wrong and not second:
                    # The first thread, making folders, comes before another one with the same number: they are made before.
                    met, wrong = kill_at(desk, place, old, made_before=True)
                if met or wrong:
                    by_neighbour += place is not call
                    break
            result.case(f"killed at `{call}`", wrong or (None if met else "is out of reach"))
        result.note = f"of {len(calls)} calls" + (f", {by_neighbour} by a neighbour that leaves the same" if by_neighbour else "")
    return result


def kill_at(desk, call, old, made_before):
    """Kills the second run at a call; whether that was the call, and what is wrong afterwards."""
    desk.restore()
    if made_before:
        for folder in ("runs", ".staging"):
            os.makedirs(os.path.join(desk.out, folder))
    code, _, _, met = strace.inject(desk, SECOND, call, "signal=KILL")
    return met, desk.judge(old) if code != 0 else None


def kill_first(args):
    every = 1 if args.full else 4
    return skipped(no_strace()) if no_strace() else kill_calls(lambda: Desk(args.binary), second=False, every=every)


def kill_second(args):
    every = 1 if args.full else 4
    return skipped(no_strace()) if no_strace() else kill_calls(lambda: Desk(args.binary), second=True, every=every)


def kill_pruning(args):
    every = 1 if args.full else 4
    return skipped(no_strace()) if no_strace() else kill_calls(lambda: PruningDesk(args.binary), second=True, every=every)


def kill_at_random(args):
    """SIGKILL at random moments of a second run, with all threads; in full on the larger estate."""
    result = Result()
    chance = random.Random(args.seed)
    kills = 200 if args.full else 40
    with Desk(args.binary, job=COMPANY if args.full else None) as desk:
        desk.prepare(second=True)
        old = desk.runs()
        environment = {**os.environ, "NO_COLOR": "1"}
        started = time.monotonic()
        desk.must(SECOND)
        usual = time.monotonic() - started
        outcomes = {"old": 0, "new": 0}
        for _ in range(kills):
            desk.restore()
            moment = chance.uniform(0, usual * 1.1)
            child = subprocess.Popen(desk.command(SECOND), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
            child.wait()
            outcomes["new" if desk.runs() - old else "old"] += 1
            result.case(f"killed after {moment:.4f} s", desk.judge(old))
        result.note = f"seed {args.seed}: {outcomes['old']} left the old result, {outcomes['new']} the new one"
    return result


def fail_calls(args):
    """Each call of a second run fails; with every error, once and from then on, in full."""
    if no_strace():
        return skipped(no_strace())
    result = Result()
    with Desk(args.binary) as desk:
        desk.prepare(second=True)
        old = desk.runs()
        calls = strace.record(desk, SECOND)
        beyond = 0
        for place, call in enumerate(calls if args.full else calls[::6]):
            errors = ERRORS if args.full else [ERRORS[place % len(ERRORS)]]
            for what in [f"error={error}{sticky}" for error in errors for sticky in ("", "+")]:
                desk.restore()
                code, said, made, met = strace.inject(desk, SECOND, call, what)
                if not met:
                    beyond += 1
                    break
                # A write that fails from then on takes the message with it.
                said = "error:" if call.name == "write" else said
                wrong = desk.judge(old) or judge_code(code, said, desk.runs() - old) or retried(made)
                result.case(f"{what} at `{call}`", wrong)
        result.note = f"of {len(calls)} calls" + (f", {beyond} beyond strace and failed in memory only" if beyond else "")
    return result


def judge_code(code, said, new):
    """A call that failed is told with its code, or did not matter and the run is there."""
    if code == 0:
        return None if new else "the run ended with 0 and published nothing"
    return None if code == 74 and said.startswith("error:") else f"ended with {code}: {said}"


def retried(made):
    """An fsync that failed must not be tried again on the same file."""
    failed = set()
    for call in made:
        path = re.search(r"\d+<([^>]*)>", call.line) if call.name in strace.SYNCS else None
        if path and path[1] in failed and not path[1].endswith("manifest.json"):
            return f"fsync tried again: {call.line.strip()}"
        if path and "(INJECTED)" in call.line:
            failed.add(path[1])
    return None


def fill_the_disk(args):
    return inside_a_mount("disk", args)


def read_only(args):
    return inside_a_mount("refused", args)


def inside_a_mount(what, args):
    """Sections that mount something run in a name space of their own, which takes their mounts with it."""
    command = [sys.executable, os.path.join(HERE, "mounts.py"), what, args.binary, "full" if args.full else "short"]
    may_mount = ["mount", "-t", "tmpfs", "none", "/mnt"]
    for space in (["unshare", "-m"], ["unshare", "-rm"]):
        if subprocess.run([*space, *may_mount], capture_output=True, check=False).returncode == 0:
            break
    done = subprocess.run([*space, *command], capture_output=True, text=True, timeout=1800, check=False)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        return skipped(f"no mounts here: {(done.stderr.strip().splitlines() or ['unshare failed'])[-1]}")
    result = Result()
    result.note = lines[-1]
    for line in lines[:-1]:
        name, _, wrong = line.partition("\t")
        result.case(name, wrong)
    return result


def broken(slip):
    """A publisher with a slip must be caught, and the same one without must not."""

    def section(args):
        if no_strace():
            return skipped(no_strace())
        found = kill_calls(lambda: Desk(args.binary, publisher=[args.broken, slip]), second=True)
        result = Result()
        if slip == "sound":
            result.case("a sound publisher", f"is blamed: {found.violations[0]}" if found.violations else None)
            result.note = f"{found.cases} kills, none of them does harm"
        else:
            caught = [violation for violation in found.violations if violation.startswith("killed")]
            result.case(f"a publisher that {slip}", None if caught else "is not caught")
            result.note = f"caught at {len(caught)} of {found.cases} kills"
        return result

    return section


def in_process(args):
    """The tests that go through the file layer in memory, for what no kill can show: what was not synced."""
    del args
    root = os.path.join(HERE, "../..")
    command = ["cargo", "test", "--quiet", "--lib", "run::tests::", "--", "--nocapture"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=1800, check=False)
    result = Result()
    if done.returncode != 0:
        result.case("cargo test --lib run::tests::", done.stdout[-2000:] + done.stderr[-2000:])
        return result
    told = re.findall(r"(failed calls of a pruning|failed calls|power cuts|publishers with a slip|prunings with a slip): (\d+)", done.stdout)
    result.cases = sum(int(number) for _, number in told)
    result.note = ", ".join(f"{number} {name}" for name, number in sorted(told))
    if len(told) != 5:
        result.violations.append(f"only {told} were told")
    return result


ALL = [
    ("in memory: failed calls and power cuts", in_process),
    ("SIGKILL at each call of a first run", kill_first),
    ("SIGKILL at each call of a second run", kill_second),
    ("SIGKILL at each call of a pruning", kill_pruning),
    ("SIGKILL at random moments", kill_at_random),
    ("each call fails", fail_calls),
    ("a disk that fills, page by page", fill_the_disk),
    ("an output that cannot be written", read_only),
    ("this sees nothing in a sound publisher", broken("sound")),
    ("this sees links that are swapped first", broken("links-first")),
    ("this sees a rename before the sync", broken("rename-first")),
]
