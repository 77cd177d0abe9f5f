"""20 million consumptions against a small estate of the same making, for each of two makings: wall clock, CPU, memory, and whether a
consumption costs as much. Called by `compare.py --twenty-million`."""

import os
import pathlib
import shutil
import subprocess
import sys

from identity import verdict
from measure import Cost, cost

# Consumptions, assets, products, licenses.
SMALL = (900_000, 100_000, 200, 4_000)
LARGE = (20_000_000, 2_000_000, 1_000, 40_000)
MOST_SECONDS, MOST_GB, MOST_GROWTH = 60, 8, 1.3


def lifelike(given, folder, options):
    """Makes an estate as `seatwise generate` does, and gives its job, with log and affinity table off."""
    subprocess.run([given.binary, "generate", folder, *options], check=True, stdout=subprocess.DEVNULL)
    job = folder / "job.toml"
    job.write_text(job.read_text().replace('affinity = "top"', 'affinity = "off"'))
    return job


def independent(_, folder, options):
    """The same of the making that compare.py measures: attributes are independent of each other."""
    subprocess.run([sys.executable, pathlib.Path(__file__).with_name("estate.py"), folder, *options], check=True)
    return folder / "job-off.toml"


MAKINGS = (lifelike, independent)


def made(given, making, name, sizes):
    """Makes an estate, and gives its job."""
    folder = given.folder / f"{making.__name__}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    return making(given, folder, [f"--{what}={size}" for what, size in zip(("consumptions", "assets", "products", "licenses"), sizes)])


def measured(given, job):
    """The median cost of a run."""
    costs = []
    for _ in range(given.runs):
        shutil.rmtree(job.parent / "out", ignore_errors=True)
        costs.append(cost([given.binary, "run", str(job), "--quiet"]))
    shutil.rmtree(job.parent / "out")
    return Cost.median(costs)


def grown(given, making):
    """Measures both estates of a making, a line of the table each; whether all bounds hold."""
    per, well = {}, True
    for name, whole in (("small", SMALL), ("large", LARGE)):
        sizes = [max(1, round(size * given.scale)) for size in whole]
        job = made(given, making, name, sizes)
        one = measured(given, job)
        per[name] = one.seconds / sizes[0] * 1e6
        columns = " | ".join(f"{size:,}" for size in sizes)
        print(f"| {making.__name__} | {columns} | {one.seconds:.2f} | {one.cpu:.2f} | {per[name]:.2f} | {one.gigabytes:.2f} |", flush=True)
        if name == "large":
            growth = per["large"] / per["small"]
            bounds = [(one.seconds, "seconds", MOST_SECONDS), (one.gigabytes, "GB", MOST_GB)]
            bounds.append((growth, "× the time per consumption", MOST_GROWTH))
            said = [f"{value:.2f} {what}, at most {most}: {'yes' if value <= most else '**no**'}" for value, what, most in bounds]
            well = all(value <= most for value, _, most in bounds)
            if given.identity:
                verdict_said, same = verdict(given.binary, job)
                said, well = [*said, verdict_said], well and same
        shutil.rmtree(job.parent)
    return well, f"{making.__name__}: {'; '.join(said)}"


def twenty_million(given):
    """Measures estates of both makings and prints the table; whether all bounds hold. `--scale 0.01` makes them smaller, to try it out."""
    given.folder.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, log and affinity table off, medians of {given.runs}\n")
    print("| making | consumptions | assets | products | licenses | seconds | CPU seconds | µs per consumption | GB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    results = [grown(given, making) for making in MAKINGS]
    for _, said in results:
        print(f"\n{said}")
    return all(well for well, _ in results)
