"""Opens every table of several runs with DuckDB, Polars, pandas and, if asked, Spark, and compares what each finds.

    python tests/foreign/readers.py PATH-OF-SEATWISE [--spark]

What a table should hold comes from two places that share no code with those readers: names, order, types and nulls from `seatwise schema
--format json`, rows and values from pyarrow's rows in plain Python (the readers' own pandas path goes through pyarrow, too, but not
through its rows). Compared are row counts, column names and their order, logical types, and of each column how many values are null, the
sum of numbers, the least and greatest date and text, and how many elements lists hold. The runs: jobs/nightly.toml; an estate without a
row; one whose attributes, of every type, hold values; one where the same attributes
are all null; and one of several row groups. Also compared are the codes of closed lists, and the types
beneath (physical, logical, required or not) in the files. Needs the packages duckdb, polars, pandas and pyarrow, and pyspark for
--spark; exits 1 on a failure.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet as parquet

ROOT = Path(__file__).resolve().parents[2]

# Of each type in the words of `seatwise schema`: what a reader calls it.
DUCKDB = {
    "text": "VARCHAR", "int64": "BIGINT", "decimal(18, 4)": "DECIMAL(18,4)", "decimal(28, 9)": "DECIMAL(28,9)", "float64": "DOUBLE",
    "boolean": "BOOLEAN", "date": "DATE", "list of text": "VARCHAR[]",
}  # fmt: skip
POLARS = {
    "text": polars.String, "int64": polars.Int64, "decimal(18, 4)": polars.Decimal(18, 4), "decimal(28, 9)": polars.Decimal(28, 9),
    "float64": polars.Float64, "boolean": polars.Boolean, "date": polars.Date, "list of text": polars.List(polars.String),
}  # fmt: skip
PANDAS = {
    "text": "string", "int64": "int64", "decimal(18, 4)": "decimal128(18, 4)", "decimal(28, 9)": "decimal128(28, 9)", "float64": "double",
    "boolean": "bool", "date": "date32[day]", "list of text": "list<element: string not null>",
}  # fmt: skip
SPARK = {
    "text": "string", "int64": "bigint", "decimal(18, 4)": "decimal(18,4)", "decimal(28, 9)": "decimal(28,9)", "float64": "double",
    "boolean": "boolean", "date": "date", "list of text": "array<string>",
}  # fmt: skip

# Attributes of every type, in the words of a job's `types` and in those of the schema.
ATTRIBUTES = {
    "a_text": ("text", "text", "=x;y"), "a_integer": ("integer", "int64", "-7"), "a_decimal": ("decimal", "decimal(28, 9)", "-12.000000001"),
    "a_boolean": ("boolean", "boolean", "true"), "a_date": ("date", "date", "2026-02-28"), "a_list": ("list", "list of text", "q;r;ö"),
}  # fmt: skip
RULES = {
    "a_text": '{0}.a_text = "x"', "a_integer": "{0}.a_integer > 1", "a_decimal": "{0}.a_decimal > 1.5", "a_boolean": "{0}.a_boolean",
    "a_date": "{0}.a_date > 2026-01-01", "a_list": 'contains({0}.a_list, "q")',
}  # fmt: skip


def job(name):
    types = ", ".join(f'{name} = "{kind}"' for name, (kind, _, _) in ATTRIBUTES.items())
    extract = '[extracts.{0}]\npath = "{0}.csv"\ntypes = {{ {1} }}\n'
    rules = [
        f'[[affinity]]\nname = "{side}-{attribute}"\nrule = """{rule.format(side)}"""\npoints = 1\n'
        for side in ("consumption", "license") for attribute, rule in RULES.items()
    ]  # fmt: skip
    parts = [f'name = "{name}"\n', extract.format("consumptions", types), extract.format("licenses", types)]
    return "".join([*parts, '[calculation]\nas_of = "2026-11-22"\n', f'[output]\npath = "out/{name}"\n', *rules])


def estate(name, rows, filled, licenses=2):
    """A job in the current folder: so many consumptions, with attributes of every type that hold values or nothing at all."""
    values = [value if filled else "" for _, _, value in ATTRIBUTES.values()]
    head = ",".join(ATTRIBUTES)
    folder = Path(name)
    folder.mkdir()
    lines = [f"C-{row},DRAW,PC-{row},{','.join(values if row % 2 else [''] * len(values))}" for row in range(rows)]
    (folder / "consumptions.csv").write_text("\n".join([f"consumption_id,product_id,asset_id,{head}", *lines, ""]))
    lines = [f"L-{row},DRAW,device,2,{','.join(values)}" for row in range(min(rows, licenses))]
    (folder / "licenses.csv").write_text("\n".join([f"license_id,product_id,metric,seats,{head}", *lines, ""]))
    (folder / "job.toml").write_text(job(name).replace("out/", "../out/"))
    return folder / "job.toml"


class Column:
    """What there is to say of a column's values, whoever read them."""

    def __init__(self, values):
        held = [plain(value) for value in values]
        self.rows = len(held)
        held = [value for value in held if value is not None]
        self.nulls = self.rows - len(held)
        self.facts = None
        if held and isinstance(held[0], (int, float, Decimal)):
            self.facts = (sum(map(Decimal, held)) if not isinstance(held[0], float) else round(sum(held), 6), min(held), max(held))
        elif held and isinstance(held[0], list):
            self.facts = (sum(map(len, held)), max(held))
        elif held:
            self.facts = (min(held), max(held), len(set(held)))

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __repr__(self):
        return f"{self.rows} rows, {self.nulls} null, {self.facts}"


def plain(value):
    if isinstance(value, (list, tuple)) or type(value).__name__ in ("ndarray", "Series"):
        return [plain(item) for item in value]
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    return value.item() if type(value).__module__ == "numpy" else value


class Reader:
    """A way to open a file: the name and type of each column, and the values of each."""

    def __init__(self, name, types, read):
        self.name, self.types, self.read = name, types, read


def by_duckdb(path):
    found = duckdb.connect().sql(f"select * from '{path}'")
    rows = found.fetchall()
    types = [str(kind) for kind in found.types]
    return dict(zip(found.columns, types)), {name: [row[place] for row in rows] for place, name in enumerate(found.columns)}


def by_polars(path):
    frame = polars.read_parquet(path, glob=False)
    return dict(frame.schema), {name: frame[name].to_list() for name in frame.columns}


def by_pandas(path):
    frame = pandas.read_parquet(path, dtype_backend="pyarrow")
    kind = lambda dtype: str(getattr(dtype, "pyarrow_dtype", dtype)).removeprefix("large_")  # noqa: E731
    return {name: kind(frame[name].dtype) for name in frame.columns}, {name: frame[name].tolist() for name in frame.columns}


def by_spark():
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")

    def read(path):
        frame = spark.read.parquet(str(path))
        rows = frame.collect()
        return dict(frame.dtypes), {name: [row[place] for row in rows] for place, name in enumerate(frame.columns)}

    return read


def beneath(path, columns):
    """What of the types in the file itself is not what the schema says."""
    file = parquet.ParquetFile(path)
    for place, column in enumerate(columns):
        leaf, told = file.schema.column(place), column["parquet"]
        logical = "" if told["logical"] is None else told["logical"].replace(", ", ",").upper()
        found = str(leaf.logical_type).upper()
        found = {"NONE": ""}.get(found, found.replace("PRECISION=", "").replace("SCALE=", "").replace(", ", ","))
        field = file.schema_arrow.field(place)
        if (leaf.path, leaf.physical_type, found) != (told["path"], told["physical"], logical):
            yield f"{column['name']} lies as {leaf.path} {leaf.physical_type} {found}, not as {told}"
        if field.nullable != column["nullable"]:
            yield f"{column['name']} is {'' if field.nullable else 'not '}nullable in the file"


def strange_codes(columns, rows):
    """Codes that stand in a column, and not in its closed list."""
    for column in columns:
        if column["values"] is not None:
            cells = [row[column["name"]] for row in rows if row[column["name"]] is not None]
            found = {code for cell in cells for code in (cell if isinstance(cell, list) else [cell])}
            yield from (f"{column['name']}: {code}" for code in sorted(found - set(column["values"])))


def extended(run, table, names):
    """The columns beyond those of the schema: attributes, whose types their job declares; nightly's are what pyarrow says."""
    schema = parquet.read_schema(run / table["file"])
    words = {str(pyarrow.string()): "text", "int64": "int64", "bool": "boolean", "date32[day]": "date", "double": "float64"}
    for name in names:
        known = ATTRIBUTES.get(name.split(".")[-1])
        kind = str(schema.field(name).type)
        kind = "list of text" if kind.startswith("list") else words.get(kind, kind.replace("decimal128", "decimal"))
        yield {"name": name, "type": known[1] if known else kind, "nullable": True}


def compare(run, tables, readers, check):
    counts = {Path(output["name"]).stem: output["rows"] for output in json.loads((run / "manifest.json").read_text())["outputs"]}
    for table in tables:
        path, title = run / table["file"], f"{run.parent.parent.name}: {table['name']}"
        with open(path, "rb") as file:
            rows = parquet.read_table(file).to_pylist()
        names = parquet.read_schema(path).names
        columns = list(table["columns"])
        extra = names[len(columns) :]
        check(f"{title}: {len(rows)} rows as in the manifest", [] if counts[table["name"]] == len(rows) else [counts[table["name"]]])
        check(f"{title}: no columns but those of the schema", extra if extra and not table["extended_by_rules"] else [])
        check(f"{title}: no code but those of the lists", list(strange_codes(columns, rows)))
        check(f"{title}: the types beneath", list(beneath(path, columns)))
        columns += extended(run, table, extra)
        expected = {column["name"]: Column([row[column["name"]] for row in rows]) for column in columns if column["name"] in names}
        for reader in readers:
            types, values = reader.read(path)
            wanted = {column["name"]: reader.types[column["type"]] for column in columns}
            problems = [f"columns {list(types)}"] if list(types) != list(wanted) else []
            problems += [f"{n} is {types[n]}, not {wanted[n]}" for n in wanted if n in types and types[n] != wanted[n]]
            for name in set(expected) & set(values):
                found = Column(values[name])
                problems += [] if found == expected[name] else [f"{name}: {found}, not {expected[name]}"]
            check(f"{title}: {reader.name}", problems)


def runs(seatwise):
    """Runs the jobs; gives the folders of the runs."""
    jobs = {"nightly": ROOT / "jobs/nightly.toml", "empty": estate("empty", 0, True), "typed": estate("typed", 5, True)}
    jobs["nulls"] = estate("nulls", 5, False)
    jobs["large"] = estate("large", 1000, True, licenses=110)
    # Twice on end, so that there are movements.
    subprocess.run([seatwise, "run", jobs["nightly"], "--as-of", "2026-11-19", "--output", "out/nightly", "--quiet"], check=True)
    for name, file in jobs.items():
        subprocess.run([seatwise, "run", file, "--output", f"out/{name}", "--quiet"], check=True)
        yield Path(f"out/{name}/latest").resolve()


def main(arguments):
    paths = [argument for argument in arguments if not argument.startswith("--")]
    if len(paths) != 1:
        sys.exit(__doc__)
    seatwise = str(Path(paths[0]).resolve())
    tables = json.loads(subprocess.run([seatwise, "schema", "--format", "json"], check=True, capture_output=True).stdout)["tables"]
    readers = [Reader("DuckDB", DUCKDB, by_duckdb), Reader("Polars", POLARS, by_polars), Reader("pandas", PANDAS, by_pandas)]
    if "--spark" in arguments:
        readers.append(Reader("Spark", SPARK, by_spark()))
    passed, failed, seen = 0, 0, set()

    def check(what, problems):
        nonlocal passed, failed
        if problems:
            failed += 1
            print(f"FAILED  {what}: {'; '.join(map(str, problems[:3]))}")
        else:
            passed += 1

    groups = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for run in runs(seatwise):
            compare(run, tables, readers, check)
            groups = max(groups, *(parquet.read_metadata(run / table["file"]).num_row_groups for table in tables))
            for table in tables:
                schema = parquet.read_schema(run / table["file"])
                seen |= {str(field.type) for field in schema}
        os.chdir(ROOT)
    wanted = {"string", "int64", "bool", "double", "date32[day]", "decimal128(18, 4)", "decimal128(28, 9)", "list<element: string not null>"}
    check("a table of several row groups was there", [] if groups > 1 else [groups])
    check("every type was there", sorted(wanted ^ seen))
    print(f"{', '.join(reader.name for reader in readers)}: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
