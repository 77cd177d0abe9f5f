"""The largest estate, 20 million consumptions, against a small one of the same making: wall clock, CPU, memory, and whether a
consumption costs as much. Called by `compare.py --twenty-million`."""

import os
import shutil
import subprocess

from identity import verdict
from measure import Cost, cost

# Consumptions, assets, products, licenses.
SMALL = (900_000, 100_000, 200, 4_000)
LARGE = (20_000_000, 2_000_000, 1_000, 40_000)
MOST_SECONDS, MOST_GB, MOST_GROWTH = 60, 8, 1.3


def made(given, name, sizes):
    """Makes an estate, and gives its job, with log and affinity table off."""
    folder = given.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    options = [f"--{what}={size}" for what, size in zip(("consumptions", "assets", "products", "licenses"), sizes)]
    subprocess.run([given.binary, "generate", folder, *options], check=True, stdout=subprocess.DEVNULL)
    job = folder / "job.toml"
    job.write_text(job.read_text().replace('affinity = "top"', 'affinity = "off"'))
    return job


def measured(given, job):
    """The median cost of a run."""
    costs = []
    for _ in range(given.runs):
        shutil.rmtree(job.parent / "out", ignore_errors=True)
        costs.append(cost([given.binary, "run", str(job), "--quiet"]))
    shutil.rmtree(job.parent / "out")
    return Cost.median(costs)


def twenty_million(given):
    """Measures both and prints the table; whether all bounds hold. `--scale 0.01` makes both estates smaller, to try it out."""
    given.folder.mkdir(parents=True, exist_ok=True)
    well, each = True, {}
    print(f"{os.cpu_count()} cores, log and affinity table off, medians of {given.runs}\n")
    print("| consumptions | assets | products | licenses | seconds | CPU seconds | µs per consumption | GB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, whole in (("small", SMALL), ("large", LARGE)):
        sizes = [max(1, round(size * given.scale)) for size in whole]
        job = made(given, name, sizes)
        one = measured(given, job)
        each[name] = one, one.seconds / sizes[0] * 1e6
        columns = " | ".join(f"{size:,}" for size in sizes)
        print(f"| {columns} | {one.seconds:.2f} | {one.cpu:.2f} | {each[name][1]:.2f} | {one.gigabytes:.2f} |", flush=True)
    (large, per_large), (_, per_small) = each["large"], each["small"]
    growth = per_large / per_small
    for what, value, most in (("seconds", large.seconds, MOST_SECONDS), ("GB", large.gigabytes, MOST_GB), ("× the small run's time per consumption", growth, MOST_GROWTH)):  # fmt: skip
        well &= value <= most
        print(f"\n{value:.2f} {what}, at most {most}: {'yes' if value <= most else '**no**'}", end="")
    print()
    if given.identity:
        said, same = verdict(given.binary, given.folder / "large" / "job.toml")
        well &= same
        print(f"\n{said}")
    for name in each:
        shutil.rmtree(given.folder / name)
    return well
