#!/usr/bin/env python3
"""Whether the time of a run grows with its rows, for estates that are hard in one way each.

Usage: cargo build --release && python benches/shapes.py FOLDER [--rows N] [--runs N] [--binary PATH] [--depth off|top] [--identity] [SHAPE ...]

Makes each shape with N consumptions (100,000), and with ten times as many of everything, below FOLDER; runs both; and prints medians,
and how many times as much the larger one costs. Ten times the rows should cost at most twelve times the CPU seconds. Each estate is
removed when it was measured. `--identity` also compares all tables of the larger one on one thread and on two. `--maker PATH` makes the estates with another binary than is measured.
"""

import argparse
import os
import pathlib
import shutil
import subprocess

from identity import verdict
from measure import Cost, cost

SHAPES = "lifelike one-product own-machine alike all-different equal-scores deep-trees assignments rules-200".split()
TARGET = 12


def estate(given, shape, rows):
    """Makes an estate, and gives the path of its job."""
    folder = given.folder / f"{shape}-{rows}"
    shutil.rmtree(folder, ignore_errors=True)
    command = [given.maker or given.binary, "generate", folder, "--shape", shape, "--consumptions", str(rows)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    job = folder / "job.toml"
    job.write_text(job.read_text().replace('affinity = "top"', f'affinity = "{given.depth}"'))
    return job


def measured(given, shape, rows, identity=False):
    """The median cost of a run, none if one takes too long; and what is said of one thread and two, if that is asked."""
    job = estate(given, shape, rows)
    costs = []
    for _ in range(given.runs):
        shutil.rmtree(job.parent / "out", ignore_errors=True)
        costs.append(cost([given.binary, "run", str(job), "--quiet"], given.limit))
        if costs[-1] is None:
            break
    said = verdict(given.binary, job)[0] if identity and None not in costs else ""
    shutil.rmtree(job.parent)
    return None if None in costs else Cost.median(costs), said


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("shapes", nargs="*", metavar="SHAPE", help=f"of {', '.join(SHAPES)}")
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--binary", default="target/release/seatwise")
    arguments.add_argument("--maker")
    arguments.add_argument("--depth", choices=("off", "top"), default="off", help="log.affinity and output.affinity of the jobs")
    arguments.add_argument("--limit", type=float, default=600, help="seconds after which a run is given up")
    arguments.add_argument("--identity", action="store_true", help="whether tables have the same bytes on one thread as on two")
    given = arguments.parse_intermixed_args()
    if unknown := set(given.shapes) - set(SHAPES):
        arguments.error(f"no shape is called {', '.join(sorted(unknown))}")
    few, many = given.rows, 10 * given.rows
    print(f"{few:,} and {many:,} consumptions, {os.cpu_count()} cores, log and affinity table {given.depth}, medians of {given.runs}\n")
    print(f"| shape | seconds | × 10: seconds | CPU seconds | × 10: CPU seconds | ratio | GiB | × 10: GiB | at most {TARGET} |{' threads |' if given.identity else ''}")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |" + (" --- |" if given.identity else ""))
    for shape in given.shapes or SHAPES:
        (small, _), (large, said) = measured(given, shape, few), measured(given, shape, many, given.identity)
        if small is None or large is None:
            print(f"| {shape} | {'' if small is None else f'{small.seconds:.2f}'} | > {given.limit:.0f} | | | | | | **no** |", flush=True)
            continue
        ratio = large.cpu / small.cpu
        same = f" | {said}" if given.identity else ""
        print(f"| {shape} | {small.seconds:.2f} | {large.seconds:.2f} | {small.cpu:.2f} | {large.cpu:.2f} | {ratio:.1f} "
              f"| {small.memory:.2f} | {large.memory:.2f} | {'yes' if ratio <= TARGET else '**no**'}{same} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
