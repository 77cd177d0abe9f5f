"""Whether a run's tables have the same bytes on one thread as on two. Shared by the scripts beside it."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess


def digests(binary, job, threads):
    """The SHA-256 of every table of a run, by name, calculated here; they must be those of its manifest."""
    out = pathlib.Path(job).parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    env = {**os.environ, "RAYON_NUM_THREADS": str(threads), "POLARS_MAX_THREADS": str(threads)}
    subprocess.run([binary, "run", str(job), "--quiet"], env=env, check=True)
    latest = out / "latest"
    told = {file["name"]: file["sha256"] for file in json.loads((latest / "manifest.json").read_text())["outputs"]}
    found = {}
    for table in sorted(latest.glob("*.parquet")):
        with table.open("rb") as file:
            found[table.name] = hashlib.file_digest(file, "sha256").hexdigest()
        if told.get(table.name) != found[table.name]:
            raise SystemExit(f"{table}: its SHA-256 is not that of the manifest")
    shutil.rmtree(out)
    return found


def differences(binary, job):
    """How many tables there are, and the names of those that differ between one thread and two."""
    one, two = digests(binary, job, 1), digests(binary, job, 2)
    return len(one), sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def verdict(binary, job):
    """A sentence about it, and whether all is well."""
    tables, different = differences(binary, job)
    if different:
        return f"**differ between 1 and 2 threads: {', '.join(different)}**", False
    return f"{tables} tables, byte-identical on 1 and 2 threads", True
