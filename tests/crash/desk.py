"""One output, the program that fills it, and the judgement on what is found there."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile

# The one place of a report that names its run.
NAMED = re.compile(rb'"run":\{[^{}]*\}')
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")

JOB = """name = "small"
[extracts.consumptions]
path = "consumptions.csv"
[extracts.licenses]
path = "licenses.csv"
[output]
path = "out"
"""
CONSUMPTIONS = """consumption_id,product_id,asset_id,department
C-1,DRAW,PC-1,lab
C-2,DRAW,PC-2,office
C-3,PLAN,PC-1,lab
"""
LICENSES = """license_id,product_id,metric,seats,department
L-1,DRAW,device,1,lab
L-2,PLAN,device,5,
"""

# One worker, so that every run makes its calls in the same order.
QUIET = {"RAYON_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1", "NO_COLOR": "1"}

# The dates of the first run, and of the one that is disturbed.
FIRST, SECOND = "2026-11-21", "2026-11-22"


class Desk:
    """A temporary folder with a job and its output. `command(as_of)` is the program that is disturbed."""

    def __init__(self, binary, job=None, publisher=None, root=None):
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.root = tempfile.mkdtemp(prefix="seatwise-crash-", dir=root or memory)
        self.binary = binary
        self.out = os.path.join(self.root, "out")
        self.kept = os.path.join(self.root, "kept")
        self.publisher = publisher
        self.job = job or os.path.join(self.root, "job.toml")
        for name, text in (("job.toml", JOB), ("consumptions.csv", CONSUMPTIONS), ("licenses.csv", LICENSES)):
            with open(os.path.join(self.root, name), "w", encoding="utf-8") as file:
                file.write(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    def command(self, as_of):
        if self.publisher:
            return [*self.publisher, self.out, as_of]
        return [self.binary, "run", self.job, "--quiet", "--as-of", as_of, "--output", self.out]

    def start(self, as_of, before=()):
        """Runs the program to its end; gives its code and what it said."""
        return ended([*before, *self.command(as_of)])

    def prepare(self, second):
        """The state before the disturbed run: empty, or with a first run; and the tables of an undisturbed one."""
        if second:
            self.must(FIRST)
        else:
            os.makedirs(self.root, exist_ok=True)
        if os.path.exists(self.out):
            shutil.copytree(self.out, self.kept, symlinks=True)
        self.must(SECOND)
        self.expected = self.tables()
        self.restore()

    def must(self, as_of):
        code, said = self.start(as_of)
        if code != 0:
            raise SystemExit(f"an undisturbed run ends with {code}: {said}")

    def restore(self):
        shutil.rmtree(self.out, ignore_errors=True)
        if os.path.exists(self.kept):
            shutil.copytree(self.kept, self.out, symlinks=True)

    def runs(self):
        folder = os.path.join(self.out, "runs")
        return set(os.listdir(folder)) if os.path.isdir(folder) else set()

    def tables(self):
        """The digests of the tables that `latest` leads to, and of the report but for what names the run."""
        folder = os.path.realpath(os.path.join(self.out, "latest"))
        names = sorted(name for name in os.listdir(folder) if name not in ("manifest.json", "batch.log"))
        return {name: digest(os.path.join(folder, name), NAMED if name == "report.html" else None) for name in names}

    def judge(self, old):
        """What is wrong after a disturbance, and after the next run; none if nothing is."""
        return self.judge_state(old) or self.judge_next()

    def judge_state(self, old):
        new = self.runs() - old
        if not old <= self.runs():
            return f"lost {old - self.runs()}"
        if len(new) > 1:
            return f"more than one new run: {new}"
        return self.read_latest(bool(old)) or self.verify(settled=False)

    def judge_next(self):
        code, said = self.start(SECOND)
        if code != 0:
            return f"the next run ends with {code}: {said}"
        if self.tables() != self.expected:
            return "the next run has other tables"
        return self.read_latest(True) or self.verify(settled=True)

    def read_latest(self, must):
        """A reader's view, without the program: all files that the manifest names are there, whole."""
        latest = os.path.join(self.out, "latest")
        if not os.path.islink(latest):
            return "latest is gone" if must else None
        try:
            with open(os.path.join(latest, "manifest.json"), encoding="utf-8") as file:
                manifest = json.load(file)
            for output in manifest["outputs"]:
                if digest(os.path.join(latest, output["name"])) != output["sha256"]:
                    return f"latest/{output['name']} is torn"
            if manifest["status"] != "complete" or not manifest["outputs"]:
                return "latest leads to no complete run"
        except (OSError, ValueError) as error:
            return f"a reader of latest: {error}"
        return None

    def verify(self, settled):
        done = subprocess.run([self.binary, "verify", "--output", self.out], capture_output=True, text=True, timeout=300, check=False)
        # Before the first run has ended there is nothing to verify.
        if done.returncode == 3 and not self.runs() and not settled:
            return None
        if done.returncode != 0:
            return f"verify: {done.stderr.strip()}"
        return f"something is left to repair: {done.stderr.strip()}" if settled and done.stderr else None


class PruningDesk(Desk):
    """An output of four dates, one of them run twice, of which a pruning leaves the two greatest."""

    def command(self, as_of):
        return [self.binary, "prune", "--output", self.out, "--keep-runs", "2", "--yes"]

    def prepare(self, second):
        for as_of in ("2026-11-20", FIRST, SECOND, SECOND, "2026-10-01"):
            code, said = ended(super().command(as_of))
            if code != 0:
                raise SystemExit(f"an undisturbed run ends with {code}: {said}")
        shutil.copytree(self.out, self.kept, symlinks=True)
        dates = [os.path.realpath(os.path.join(self.out, f"as_of={date}")) for date in (FIRST, SECOND)]
        self.stay = {os.path.basename(path) for path in dates}

    def judge(self, old):
        """What stays is whole wherever the pruning was killed, and a second one ends what it began."""
        if not self.stay <= self.runs() <= old:
            return f"lost {self.stay - self.runs()}"
        wrong = self.read_latest(True) or self.verify(settled=False)
        if wrong:
            return wrong
        code, said = self.start(SECOND)
        if code != 0:
            return f"the next pruning ends with {code}: {said}"
        if self.runs() != self.stay:
            return f"the next pruning leaves {self.runs()}"
        # Where nothing was left to remove, the links are for the next run to repair.
        return self.read_latest(True) or self.verify(settled=False)


def ended(command):
    """Runs a program with one worker; gives its code and what it said."""
    done = subprocess.run(command, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stderr


def digest(path, without=None):
    """The SHA-256 of a file, without what a pattern finds."""
    with open(path, "rb") as file:
        content = file.read()
    return hashlib.sha256(without.sub(b"", content) if without else content).hexdigest()
