#!/usr/bin/env python3
"""Times whole runs of the release build against what a data team would write in DuckDB, on the same estate, in one go.

Usage: cargo build --release && python benches/compare.py FOLDER [--runs N] [--binary PATH]

FOLDER is what benches/estate.py made. Each command runs N times, in turn; shown are medians. `rank` finds the best license of
every consumption by the standard rules, without capacity, explanation or more than one table: it does less. `floor` only reads,
sorts and writes the consumptions. Needs the Python package duckdb.
"""

import argparse
import pathlib
import resource
import statistics
import subprocess
import sys
import time

RANK = """
import duckdb, sys
db, folder = duckdb.connect(), sys.argv[1]
within = lambda kind: f'''select * from (with recursive up(node, above) as (
    select node, node from read_parquet('{folder}/trees.parquet') where tree = '{kind}'
    union all select up.node, t.parent from up join read_parquet('{folder}/trees.parquet') t
    on t.tree = '{kind}' and t.node = up.above where t.parent is not null) select * from up)'''
for kind in ('department', 'location', 'cost_center'):
    db.execute(f'create temp table {kind}_up as {within(kind)}')
db.execute(f'''copy (
  select c.consumption_id, arg_max(l.license_id,
      case when a.department = l.department then 3000 else 0 end + case when d.node is not null then 1500 else 0 end
    + case when a.cores = l.cores then 1500 else 0 end
    + case when a.cores >= 16 and p.metric = 'processor' then 1000 else 0 end + case when a.cores <= 8 and p.metric = 'core' then 1000 else 0 end
    + case when a.location = l.location then 800 else 0 end + case when o.node is not null then 400 else 0 end
    + case when a.cost_center = l.cost_center then 300 else 0 end + case when k.node is not null then 200 else 0 end) as license_id
  from read_parquet('{folder}/consumptions.parquet') c
  join read_parquet('{folder}/assets.parquet') a using (asset_id)
  join read_parquet('{folder}/products.parquet') p using (product_id)
  join read_parquet('{folder}/licenses.parquet') l using (product_id)
  left join department_up d on d.node = a.department and d.above = l.department
  left join location_up o on o.node = a.location and o.above = l.location
  left join cost_center_up k on k.node = a.cost_center and k.above = l.cost_center
  where (l.location is null or o.node is not null) and (l.ends_on is null or l.ends_on >= date '2026-11-22')
  group by c.consumption_id) to '{folder}/ranked.parquet' (format parquet, compression zstd)''')
"""

FLOOR = """
import duckdb, sys
duckdb.connect().execute(f"copy (select * from read_parquet('{sys.argv[1]}/consumptions.parquet') order by consumption_id) "
                         f"to '{sys.argv[1]}/sorted.parquet' (format parquet, compression zstd)")
"""


def timed(command):
    """Seconds of one run; it must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--binary", default="target/release/seatwise")
    given = arguments.parse_args()
    folder = str(given.folder)
    commands = {
        "seatwise, log and affinity off": [given.binary, "run", f"{folder}/job-off.toml", "--quiet"],
        "seatwise, log and affinity top": [given.binary, "run", f"{folder}/job-top.toml", "--quiet"],
        "rank (DuckDB)": [sys.executable, "-c", RANK, folder],
        "floor (DuckDB)": [sys.executable, "-c", FLOOR, folder],
    }
    seconds = {name: [] for name in commands}
    for _ in range(given.runs):
        for name, command in commands.items():
            seconds[name].append(timed(command))
    rank = statistics.median(seconds["rank (DuckDB)"])
    floor = statistics.median(seconds["floor (DuckDB)"])
    print(f"{'command':32} {'min':>7} {'median':>7} {'max':>7} {'× rank':>7} {'× floor':>8}")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"{name:32} {min(values):7.2f} {median:7.2f} {max(values):7.2f} {median / rank:7.2f} {median / floor:8.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"largest memory of any command: {peak / 1024 / 1024:.2f} GiB")


if __name__ == "__main__":
    main()
