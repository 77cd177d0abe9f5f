#!/usr/bin/env python3
"""Times whole runs of the release build against what a data team would write in DuckDB, on the same estate, in one go.

Usage: cargo build --release && python benches/compare.py FOLDER [--runs N] [--binary PATH] [--only WORD ...] [--identity]
       python benches/compare.py FOLDER --twenty-million [--runs N] [--binary PATH] [--identity] [--scale SHARE]

FOLDER is what benches/estate.py or `seatwise generate` made, as Parquet. Each command runs N times, in turn; shown are medians.

- `rank` finds the best license of every consumption by the standard rules, without capacity, explanation or more than one table: it
  does less. It also takes every consumption as one of a machine.
- `pairs` writes every eligible pair of a product in use on a machine and a license, with its score.
- `floor` reads, sorts and writes the consumptions.

Below the table stands what was aimed at, and whether it is so. `--identity` also runs each job on one thread and on two, and compares
the SHA-256 of all tables. `--twenty-million` makes an estate of 20 million consumptions in FOLDER (5 GB with what its run publishes),
and a small one of the same making, and compares what a consumption costs, for each of two makings; `--scale 0.01` makes all smaller.

Needs the Python package duckdb.
"""

import argparse
import os
import pathlib
import re
import shutil
import sys

import duckdb

from growth import twenty_million
from identity import verdict
from measure import Cost, cost

OFF, TOP, FULL, CSV = (f"seatwise, {how}" for how in ("log and affinity table off", "both at top", "affinity table full", "both off, from CSV"))
RANKING, EVERY_PAIR, FLOORS = "rank (DuckDB)", "pairs (DuckDB)", "floor (DuckDB)"
# What, at most how many times, what.
TARGETS = [(OFF, 0.5, RANKING), (OFF, 3, FLOORS), (TOP, 1, RANKING), (FULL, 1, EVERY_PAIR), (CSV, 2, OFF)]

TREES = """
import duckdb, sys
db, folder = duckdb.connect(), sys.argv[1]
within = lambda kind: f'''select * from (with recursive up(node, above) as (
    select node, node from read_parquet('{folder}/trees.parquet') where tree = '{kind}'
    union all select up.node, t.parent from up join read_parquet('{folder}/trees.parquet') t
    on t.tree = '{kind}' and t.node = up.above where t.parent is not null) select * from up)'''
for kind in ('department', 'location', 'cost_center'):
    db.execute(f'create temp table {kind}_up as {within(kind)}')
"""

# The score of a pair by the standard rules.
SCORE = """case when a.department = l.department then 3000 else 0 end + case when d.node is not null then 1500 else 0 end
    + case when a.cores = l.cores then 1500 else 0 end
    + case when a.cores >= 16 and p.metric = 'processor' then 1000 else 0 end + case when a.cores <= 8 and p.metric = 'core' then 1000 else 0 end
    + case when a.location = l.location then 800 else 0 end + case when o.node is not null then 400 else 0 end
    + case when a.cost_center = l.cost_center then 300 else 0 end + case when k.node is not null then 200 else 0 end"""

# What is eligible: consumptions or demands `c`, with their machines, and the licenses of their products.
ELIGIBLE = """
  join read_parquet('{folder}/assets.parquet') a using (asset_id)
  join read_parquet('{folder}/products.parquet') p using (product_id)
  join read_parquet('{folder}/licenses.parquet') l using (product_id)
  left join department_up d on d.node = a.department and d.above = l.department
  left join location_up o on o.node = a.location and o.above = l.location
  left join cost_center_up k on k.node = a.cost_center and k.above = l.cost_center
  where (l.location is null or o.node is not null) and (l.ends_on is null or l.ends_on >= date '2026-11-22')"""

RANK = f"""{TREES}
db.execute(f'''copy (
  select c.consumption_id, arg_max(l.license_id, {SCORE}) as license_id
  from read_parquet('{{folder}}/consumptions.parquet') c {ELIGIBLE}
  group by c.consumption_id) to '{{folder}}/ranked.parquet' (format parquet, compression zstd)''')
"""

PAIRS = f"""{TREES}
db.execute(f'''copy (
  select product_id, c.asset_id, l.license_id, {SCORE} as score
  from (select distinct product_id, asset_id from read_parquet('{{folder}}/consumptions.parquet')) c {ELIGIBLE})
  to '{{folder}}/pairs.parquet' (format parquet, compression zstd)''')
"""

FLOOR = """
import duckdb, sys
duckdb.connect().execute(f"copy (select * from read_parquet('{sys.argv[1]}/consumptions.parquet') order by consumption_id) "
                         f"to '{sys.argv[1]}/sorted.parquet' (format parquet, compression zstd)")
"""


def with_depths(text, table, log):
    """A job whose affinity table and log tell so much."""
    front, back = text.split("[log]")
    front = re.sub(r'affinity = ".*"', f'affinity = "{table}"', front)
    return front + "[log]" + re.sub(r'affinity = ".*"', f'affinity = "{log}"', back)


def jobs(folder):
    """Writes the jobs to compare, and the same estate as CSV."""
    base = next(path for path in (folder / "job.toml", folder / "job-off.toml") if path.exists()).read_text()
    for name, table, log in (("off", "off", "off"), ("top", "top", "top"), ("full", "full", "off")):
        (folder / f"job-{name}.toml").write_text(with_depths(base, table, log))
    shutil.rmtree(folder / "csv", ignore_errors=True)
    (folder / "csv").mkdir()
    for path in sorted(folder.glob("*.parquet")):
        if path.stem not in ("ranked", "pairs", "sorted"):
            duckdb.execute(f"copy (from read_parquet('{path}')) to '{folder}/csv/{path.stem}.csv' (format csv, header)")
    (folder / "csv" / "job-off.toml").write_text(with_depths(base, "off", "off").replace(".parquet", ".csv"))


def table(given, costs):
    """The table for people: Markdown, to stand in the README."""
    rows = duckdb.execute(f"select count(*) from read_parquet('{given.folder}/consumptions.parquet')").fetchone()[0]
    print(f"{os.cpu_count()} cores, medians of {given.runs}\n")
    print("| command | consumptions | seconds | CPU seconds | µs per consumption | × rank | × floor | GiB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    medians = {name: Cost.median(runs) for name, runs in costs.items()}
    for name, one in medians.items():
        ratios = (medians[other].seconds if other in medians else None for other in (RANKING, FLOORS))
        cells = " | ".join("" if of is None else f"{one.seconds / of:.2f}" for of in ratios)
        print(f"| {name} | {rows:,} | {one.seconds:.2f} | {one.cpu:.2f} | {one.seconds / rows * 1e6:.2f} | {cells} | {one.memory:.2f} |")
    return medians


def targets(medians):
    """What was aimed at, of the commands that were measured; whether all of it is so."""
    known = [(name, most, other) for name, most, other in TARGETS if name in medians and other in medians]
    well = True
    for name, most, other in known:
        ratio = medians[name].seconds / medians[other].seconds
        well &= ratio <= most
        print(f"- {name}: {ratio:.2f} × {other}, at most {most}: {'yes' if ratio <= most else '**no**'}")
    return well


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--binary", default="target/release/seatwise")
    arguments.add_argument("--only", nargs="*", metavar="WORD", help="only the commands whose names hold one of the words")
    arguments.add_argument("--identity", action="store_true", help="whether tables have the same bytes on one thread as on two")
    arguments.add_argument("--twenty-million", action="store_true", help="the largest estate against a small one")
    arguments.add_argument("--scale", type=float, default=1, help="of the estates of --twenty-million")
    arguments.add_argument("--strict", action="store_true", help="exit with 1 if something is not as it was aimed at")
    given = arguments.parse_args()
    well = twenty_million(given) if given.twenty_million else compare(given)
    if given.strict and not well:
        sys.exit(1)


def compare(given):
    """Measures every command on the estate; whether all is as it was aimed at."""
    jobs(given.folder)
    folder = str(given.folder)
    commands = {
        OFF: [given.binary, "run", f"{folder}/job-off.toml", "--quiet"],
        TOP: [given.binary, "run", f"{folder}/job-top.toml", "--quiet"],
        FULL: [given.binary, "run", f"{folder}/job-full.toml", "--quiet"],
        CSV: [given.binary, "run", f"{folder}/csv/job-off.toml", "--quiet"],
        RANKING: [sys.executable, "-c", RANK, folder],
        EVERY_PAIR: [sys.executable, "-c", PAIRS, folder],
        FLOORS: [sys.executable, "-c", FLOOR, folder],
    }
    if given.only:
        commands = {name: command for name, command in commands.items() if any(word in name for word in given.only)}
    costs = {name: [] for name in commands}
    for _ in range(given.runs):
        for name, command in commands.items():
            # Runs are kept by the program; here they would fill the disk, and each would be compared with the one before.
            for out in (given.folder / "out", given.folder / "csv" / "out"):
                shutil.rmtree(out, ignore_errors=True)
            costs[name].append(cost(command))
    medians = table(given, costs)
    print()
    well = targets(medians)
    for name, command in commands.items() if given.identity else ():
        if command[0] == given.binary:
            said, same = verdict(given.binary, pathlib.Path(command[2]))
            well &= same
            print(f"- {name}: {said}", flush=True)
    return well


if __name__ == "__main__":
    main()
