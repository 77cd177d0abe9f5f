#!/usr/bin/env python3
"""Makes a large estate for benchmarks, as Parquet, with a job file. Deterministic for equal arguments.

Usage: python benches/estate.py FOLDER [--consumptions N] [--assets N] [--products N] [--licenses N]

The attributes are independent of each other, so that nearly all demands differ; products and licenses have a long tail.
Needs the Python package duckdb.
"""

import argparse
import pathlib
import random

import duckdb

JOB = """name = "bench"
[extracts.consumptions]
path = "consumptions.parquet"
[extracts.licenses]
path = "licenses.parquet"
[extracts.products]
path = "products.parquet"
[extracts.assets]
path = "assets.parquet"
[extracts.trees]
path = "trees.parquet"
[calculation]
as_of = "2026-11-22"
[output]
path = "out"
affinity = "{depth}"
[log]
affinity = "{depth}"
"""

# Random numbers of a row that do not depend on threads: a hash of the row and a salt, from 0 to 1.
UNIFORM = "(hash({row} * 1000003 + {salt}) % 1000000007) / 1000000007.0"


def uniform(salt, row="i"):
    return UNIFORM.format(row=row, salt=salt)


def tree(kind, count, prefix, rng):
    """A forest of three roots; each node hangs on an earlier one."""
    for place in range(count):
        parent = f"{prefix}{rng.randrange(place // 4, max(place // 2, place // 4 + 1))}" if place >= 3 else None
        yield kind, f"{prefix}{place}", parent


def skewed(count, salt):
    """A product by a long tail: the first ones are far more common."""
    return f"'P' || lpad(floor(pow({uniform(salt)}, 2) * {count})::bigint::varchar, 5, '0')"


def make(folder, consumptions, assets, products, licenses):
    folder.mkdir(parents=True, exist_ok=True)
    db = duckdb.connect()
    rng = random.Random(42)
    nodes = [*tree("department", 150, "D", rng), *tree("location", 130, "L", rng), *tree("cost_center", 120, "K", rng)]
    db.execute("create table trees(tree varchar, node varchar, parent varchar)")
    db.executemany("insert into trees values (?, ?, ?)", nodes)
    pick = lambda values, salt: f"([{values}])[1 + floor({uniform(salt)} * {len(values.split(','))})::int]"
    tables = {
        "assets": f"""select 'A' || lpad(i::varchar, 8, '0') as asset_id, 'U' || lpad(floor({uniform(1)} * {assets})::bigint::varchar, 8, '0') as user_id,
            'D' || (40 + floor({uniform(2)} * 110))::int as department, 'L' || (45 + floor({uniform(3)} * 85))::int as location,
            'K' || (70 + floor({uniform(4)} * 50))::int as cost_center, {pick('2,4,8,16,32,64', 5)} as cores, {pick('1,2,4', 6)} as processors
            from range({assets}) t(i) order by i""",
        "consumptions": f"""select 'C' || lpad(i::varchar, 10, '0') as consumption_id, {skewed(products, 7)} as product_id,
            'A' || lpad(floor({uniform(8)} * {assets})::bigint::varchar, 8, '0') as asset_id, 1 + i % 3 as quantity,
            date '2024-01-01' + floor({uniform(9)} * 900)::int as started_on, date '2026-06-01' + floor({uniform(10)} * 170)::int as last_used_on
            from range({consumptions}) t(i) order by i""",
        "products": f"""select 'P' || lpad(i::varchar, 5, '0') as product_id, 'Product ' || i as name,
            (['device', 'device', 'core', 'processor', 'instance'])[1 + (i % 5)::int] as metric, (100.5 + i)::decimal(18, 4) as unit_price,
            'EUR' as currency from range({products}) t(i) order by i""",
        "licenses": f"""select 'X' || lpad(i::varchar, 7, '0') as license_id, {skewed(products, 11)} as product_id,
            (50 + floor({uniform(12)} * {2 * consumptions // max(licenses, 1)}))::bigint as seats,
            case when {uniform(13)} < 0.6 then 'D' || floor({uniform(14)} * 150)::int end as department,
            case when {uniform(15)} < 0.4 then 'L' || floor({uniform(16)} * 130)::int end as location,
            case when {uniform(17)} < 0.4 then 'K' || floor({uniform(18)} * 120)::int end as cost_center,
            case when {uniform(19)} < 0.3 then {pick('2,4,8,16,32,64', 20)} end as cores,
            case when {uniform(21)} < 0.5 then date '2026-11-01' + floor({uniform(22)} * 700)::int end as ends_on,
            floor({uniform(23)} * 10000) / 100 as unit_cost from range({licenses}) t(i) order by i""",
        "trees": "select * from trees",
    }
    for name, query in tables.items():
        db.execute(f"copy ({query}) to '{folder / name}.parquet' (format parquet)")
    for depth in ("off", "top"):
        (folder / f"job-{depth}.toml").write_text(JOB.format(depth=depth))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    for name, default in (("consumptions", 900_000), ("assets", 100_000), ("products", 200), ("licenses", 4_000)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    given = arguments.parse_args()
    make(given.folder, given.consumptions, given.assets, given.products, given.licenses)
