"""Runs every query that README.md and src/queries.md show, and holds what it answers against the same answer worked out otherwise.

    python tests/foreign/queries.py PATH-OF-SEATWISE [--spark]

The fenced blocks ```sql and ```python are taken from the two files as they stand. The first line of each says which reader it is for and
which question it answers, such as `-- duckdb: trend` or `# polars: trend`; a block in Python prints its answer, which it may leave in
`answer`, as its last act, so that who pastes it into a script sees it. jobs/nightly.toml is run for three dates into a folder of its own, where the paths of the blocks lead. The
expected answers are worked out from the rows that pyarrow reads, with loops and dictionaries; the same ones hold for every reader.
A block without a check is a failure, and so is a check without a block. Blocks for Spark are run with --spark only, and otherwise
compiled. Needs the packages duckdb, polars, pandas and pyarrow; exits 1 on a failure.
"""

import datetime
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "src/queries.md"]
NIGHTS = ["2026-11-19", "2026-11-20", "2026-11-22"]
READERS = {"duckdb", "polars", "pandas", "spark"}
USABLE = {"active", "expiring", "grace"}
BLOCK = re.compile(r"^```(sql|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^(?:--|#) (\w+): ([a-z-]+)\n")


def blocks():
    """Every block, as (page, reader, question, text); those that no line names, with None."""
    for page in PAGES:
        for language, text in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
            mark = MARK.match(text)
            reader, question = mark.groups() if mark else (None, None)
            if reader is not None and (reader == "duckdb") != (language == "sql"):
                reader = None
            yield page, reader, question, text


class Tables:
    """The tables of one run as rows: dictionaries from pyarrow, which knows nothing of the readers that are tried."""

    def __init__(self, folder):
        self.folder = folder
        self.read = {}

    def __getitem__(self, table):
        if table not in self.read:
            with open(self.folder / f"{table}.parquet", "rb") as file:
                self.read[table] = parquet.read_table(file).to_pylist()
        return self.read[table]

    def by(self, table, *key):
        """The one row of each key."""
        rows = {tuple(row[column] for column in key): row for row in self[table]}
        assert len(rows) == len(self[table]), f"{key} is no key of {table}"
        return rows


def last(value):
    """A key by which nulls sort last."""
    return (value is None, value if value is not None else "")


def counted(keys):
    counts = defaultdict(int)
    for key in keys:
        counts[key] += 1
    return counts


DEMAND = ("product_id", "demand_id")


def position(run, _):
    columns = "product_id name metric required allocated outstanding available status deficit_cost idle_cost currency".split()
    rows = sorted(run["positions"], key=lambda row: (-row["outstanding"], row["product_id"]))
    assert sum(row["outstanding"] for row in rows) == sum(row["units"] for row in run["deficits"])
    return [tuple(row[column] for column in columns) for row in rows]


def reasons(run, _):
    demands = run.by("demands", *DEMAND)
    counts = counted((row["reason"], demands[tuple(row[c] for c in DEMAND)]["department"]) for row in run["deficits"])
    return [(reason, department, number) for (reason, department), number in
            sorted(counts.items(), key=lambda item: (-item[1], item[0][0], last(item[0][1])))]  # fmt: skip


def holders(run, _):
    rows = [row for row in run["allocations"] if row["license_id"] == "LIC-1033"]
    rows.sort(key=lambda row: (row["phase"], last(row["turn"]), row["demand_id"]))
    (usage,) = [row for row in run["usage"] if row["license_id"] == "LIC-1033"]
    assert usage["demands_covered"] == len({(row["product_id"], row["demand_id"]) for row in rows}) > 0
    columns = "phase turn demand_id asset_id user_id units score matched_rules".split()
    return [tuple(row[column] for column in columns) for row in rows]


def asset(run, _):
    answer = []
    for demand in run["demands"]:
        if demand["asset_id"] != "SRV-001":
            continue
        about = [[row for row in run[table] if all(row[c] == demand[c] for c in DEMAND)] for table in ("allocations", "deficits")]
        grants, deficits = about[0] or [{}], about[1] or [{}]
        for grant in grants:
            for deficit in deficits:
                answer.append((demand["product_id"], demand["demand_id"], demand["outcome"], grant.get("license_id"),
                               grant.get("units"), deficit.get("reason"), deficit.get("detail")))  # fmt: skip
    return sorted(answer, key=lambda row: (row[0], row[1], last(row[3])))


def why_not(run, _):
    wanted = {"product_id": "SD-DBE", "demand_id": "SD-DBE/SRV-001", "phase": "affinity"}
    rows = [row for row in run["affinity"] if all(row[column] == value for column, value in wanted.items())]
    usable = [row for row in run["usage"] if row["product_id"] == "SD-DBE" and row["status"] in USABLE]
    assert sorted(row["license_id"] for row in rows) == sorted(row["license_id"] for row in usable)
    rows.sort(key=lambda row: ((row["rank"] is None, row["rank"] or 0), row["license_id"]))
    return [tuple(row[c] for c in "license_id eligible failed score rank matched_rules".split()) for row in rows]


def expiring(run, as_of):
    usage = run.by("usage", "license_id")
    answer = []
    for grant in run["allocations"]:
        ends_on = usage[(grant["license_id"],)]["ends_on"]
        days = (ends_on - as_of).days if ends_on else -1
        if 0 <= days <= 60:
            answer.append((grant["license_id"], ends_on, days, *(grant[c] for c in DEMAND), grant["asset_id"], grant["user_id"], grant["units"]))
    return sorted(answer, key=lambda row: (row[1], row[0], row[3], row[4]))


def idle(run, _):
    publisher = {row["product_id"]: row["publisher"] for row in run["products"]}
    licenses = run.by("licenses", "license_id")
    groups = defaultdict(list)
    for row in run["usage"]:
        price = licenses[(row["license_id"],)]["unit_cost"]
        if row["status"] in USABLE and price is not None and row["seats"] is not None and row["seats"] > row["allocated"]:
            if price > 0:
                groups[publisher[row["product_id"]], row["currency"]].append((row["seats"] - row["allocated"]) * price)
    rows = [(publisher, currency, len(costs), sum(costs)) for (publisher, currency), costs in groups.items()]
    return sorted(rows, key=lambda row: (last(row[1]), -row[3], last(row[0])))


def changes(run, _):
    counts, first = defaultdict(int), {}
    for row in run["movements"]:
        kind = (row["change"], row["cause"])
        counts[kind] += 1
        first[kind] = min(first.get(kind, row["demand_id"]), row["demand_id"])
    return [(*kind, counts[kind], first[kind]) for kind in sorted(counts)]


def trend(_, __):
    answer = []
    for night in NIGHTS:
        groups = defaultdict(list)
        for row in Tables(Path("out/nightly") / f"as_of={night}")["positions"]:
            if row["deficit_cost"] is not None and row["deficit_cost"] > 0:
                groups[row["currency"]].append(row)
        for currency in sorted(groups, key=last):
            rows = groups[currency]
            total = sum(row["deficit_cost"] for row in rows)
            answer.append((datetime.date.fromisoformat(night), currency, len(rows), sum(row["demands"] for row in rows), total))
    return answer


def inactive(run, as_of):
    demands = run.by("demands", *DEMAND)
    answer = []
    for grant in run["allocations"]:
        used = demands[tuple(grant[c] for c in DEMAND)]["last_used_on"]
        if grant["user_id"] is not None and used is not None and (as_of - used).days > 90:
            answer.append((grant["user_id"], grant["product_id"], grant["license_id"], grant["units"], used))
    assert answer, "nobody is inactive: the question is not tried"
    return sorted(answer, key=lambda row: (row[4], row[0], row[1], row[2]))


def cost_centers(run, _):
    demands, usage = run.by("demands", *DEMAND), run.by("usage", "license_id")
    costs = defaultdict(Decimal)
    for grant in run["allocations"]:
        license = usage[(grant["license_id"],)]
        if grant["units"] > 0 and license["unit_cost"] is not None:
            costs[demands[tuple(grant[c] for c in DEMAND)]["cost_center"], license["currency"]] += grant["units"] * license["unit_cost"]
    return [(*key, costs[key]) for key in sorted(costs, key=lambda key: (last(key[0]), last(key[1])))]


def contract(run, _):
    metadata = parquet.ParquetFile(run.folder / "positions.parquet").metadata.metadata
    return [(metadata[b"seatwise.contract"].decode(),)]


def worst(run, _):
    """The five products of the README's first query."""
    rows = [row for row in run["positions"] if row["outstanding"] > 0]
    rows.sort(key=lambda row: -row["deficit_cost"] if row["deficit_cost"] is not None else 0)
    columns = "product_id metric required allocated outstanding coverage_percent deficit_cost".split()
    return [tuple(row[column] for column in columns) for row in rows[:5]]


def departments(run, _):
    """The README's first look by department, from the demands themselves."""
    sums = defaultdict(lambda: [0, 0])
    required = run.by("usage_by", "dimension", "value", "product_id")
    for (dimension, value, _product), row in required.items():
        if dimension == "department" and row["outstanding"] > 0:
            sums[value][0] += row["required"]
            sums[value][1] += row["outstanding"]
    demands = run.by("demands", *DEMAND)
    missing = defaultdict(int)
    for row in run["deficits"]:
        missing[demands[tuple(row[c] for c in DEMAND)]["department"]] += row["units"]
    assert {value: both[1] for value, both in sums.items()} == dict(missing)
    return [(value, *both) for value, both in sorted(sums.items(), key=lambda item: -item[1][1])[:4]]


def detail(run, _):
    """The sentence of a deficit, which must name what the deficit says in columns."""
    (row,) = [row for row in run["deficits"] if row["demand_id"] == "SD-DBE/SRV-001"]
    assert row["best_license_id"] in row["detail"] and str(row["best_score"]) in row["detail"], row
    return [(row["detail"],)]


def runner_up(run, _):
    """Score and rank from the pairs, the margin worked out again."""
    pairs = run.by("affinity", *DEMAND, "phase", "license_id")
    answer = []
    for grant in run["allocations"]:
        if grant["demand_id"] in ("BL-ZIP/PC-0022", "BL-ZIP/PC-0058", "OR-MAPS/rosa.denholm"):
            pair, other = (pairs[(*(grant[c] for c in (*DEMAND, "phase")), grant[license])] for license in ("license_id", "runner_up_license_id"))
            margin = pair["score"] - other["score"]
            answer.append((grant["demand_id"], grant["license_id"], pair["score"], pair["rank"], other["license_id"], margin, grant["decided_by"]))
    return sorted(answer)


def dates(_, __):
    answer = []
    for night in NIGHTS:
        rows = Tables(Path("out/nightly") / f"as_of={night}")["positions"]
        answer.append((datetime.date.fromisoformat(night), *(sum(row[c] for row in rows) for c in ("required", "outstanding"))))
    return answer


def moved(_, __):
    counts = counted((row["change"], row["cause"]) for row in Tables(Path("out/nightly/as_of=2026-11-20"))["movements"])
    return [(*kind, number) for kind, number in sorted(counts.items(), key=lambda item: -item[1])]


CHECKS = {
    "position": position, "reasons": reasons, "holders": holders, "asset": asset, "why-not": why_not, "expiring": expiring,
    "idle": idle, "changes": changes, "trend": trend, "inactive": inactive, "cost-centers": cost_centers, "contract": contract,
    "worst": worst, "departments": departments, "detail": detail, "runner-up": runner_up, "dates": dates, "moved": moved,
}  # fmt: skip


def rows_of(answer):
    """An answer of any reader as a list of tuples."""
    if hasattr(answer, "fetchall"):
        return answer.fetchall()
    if hasattr(answer, "collect") and hasattr(answer, "toPandas"):
        return [tuple(row) for row in answer.collect()]
    if hasattr(answer, "rows"):
        return answer.rows()
    return [tuple(row) for row in answer.itertuples(index=False, name=None)]


def plain(value):
    """A value as Python has it, whatever a reader makes of nulls, lists and dates."""
    if isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray":
        return [plain(item) for item in value]
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return datetime.date.fromisoformat(value)
    if type(value).__module__ == "numpy":
        return value.item()
    return value


def answer_of(reader, text):
    """What a block answers."""
    if reader == "duckdb":
        return duckdb.connect().sql(text)
    shown = []
    space = {"print": shown.append}
    exec(compile(text, "a block", "exec"), space)
    if reader == "spark":
        return space["answer"]
    assert shown and ("answer" not in space or shown[-1] is space["answer"]), "it does not print its answer"
    return shown[-1]


def nights(seatwise):
    for night in NIGHTS:
        command = [seatwise, "run", str(ROOT / "jobs/nightly.toml"), "--as-of", night, "--output", "out/nightly", "--quiet"]
        subprocess.run(command, check=True)


def main(arguments):
    paths = [argument for argument in arguments if not argument.startswith("--")]
    if len(paths) != 1:
        sys.exit(__doc__)
    seatwise, spark = str(Path(paths[0]).resolve()), "--spark" in arguments
    failures, seen, passed, compiled = [], set(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        nights(seatwise)
        run, as_of = Tables(Path("out/nightly/latest").resolve()), datetime.date.fromisoformat(NIGHTS[-1])
        for page, reader, question, text in blocks():
            title = f"{page}, {reader}: {question}"
            if reader not in READERS or question not in CHECKS:
                first = text.splitlines()[0]
                failures.append(f"{page}: the block that begins {first!r} has no check: name its reader and its question")
                continue
            seen.add(question)
            if reader == "spark" and not text.endswith("\nanswer.show()\n"):
                failures.append(f"{title}: it does not show its answer")
                continue
            if reader == "spark" and not spark:
                compile(text, title, "exec")
                compiled += 1
                continue
            try:
                found = [tuple(map(plain, row)) for row in rows_of(answer_of(reader, text))]
                expected = [tuple(map(plain, row)) for row in CHECKS[question](run, as_of)]
            except Exception as error:  # noqa: BLE001: whatever a reader throws is told
                failures.append(f"{title}: {type(error).__name__}: {error}")
                continue
            if not expected:
                failures.append(f"{title}: nothing is expected, so that nothing is tried")
            elif found != expected:
                odd = next((pair for pair in zip(found, expected) if pair[0] != pair[1]), (len(found), len(expected)))
                failures.append(f"{title}: {odd[0]} where {odd[1]} is expected")
            else:
                passed += 1
                print(f"ok      {title}: {len(found)} rows")
        failures += [f"{question}: no block asks this" for question in sorted(CHECKS.keys() - seen)]
        os.chdir(ROOT)
    print("".join(f"FAILED  {failure}\n" for failure in failures), end="")
    print(f"{passed} passed, {len(failures)} failed, {compiled} compiled only")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
