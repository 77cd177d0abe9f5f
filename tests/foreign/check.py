"""Reads a published run with DuckDB, a reader that shares no code with seatwise, and checks what the contract promises.

    python tests/foreign/check.py RUNFOLDER [--everything]

RUNFOLDER is a run's folder or a link to it, such as out/nightly/latest. Checked are: the files against the manifest, the
columns' types, the order of the rows, and the totals of contract 6.1, worked out again in SQL. With --everything also
that every code of the contract occurs, which holds for jobs/nightly.toml. Needs the package duckdb; exits 1 on a failure.
"""

import hashlib
import json
import sys
from pathlib import Path

import duckdb

# Column types, in the words of the contract (6): t text, i int64, m decimal(18, 4), p float64, d date, b boolean, l list
# of text. `+` is a column that the rows are sorted by. `demands`, `bundle_demands` and `licenses` have more columns: what the rules read.
TABLES = {
    "allocations": "+product_id:t +demand_id:t +license_id:t asset_id:t user_id:t phase:t metric:t units:i covered:i turn:i "
    "score:i rank:i candidates:i passed_over:i runner_up_license_id:t runner_up_score:i margin:i matched_rules:l "
    "decided_by:t reservation_id:t license_product_id:t license_status:t assigned_on:d assignment_reason:t",
    "deficits": "+product_id:t +demand_id:t asset_id:t user_id:t metric:t units:i reason:t requirement:t candidates:i "
    "free_units:i turn:i best_license_id:t best_score:i cut_off_score:i estimated_cost:m currency:t detail:t",
    "usage": "+license_id:t product_id:t metric:t license_type:t status:t starts_on:d ends_on:d days_to_end:i seats:i "
    "allocated:i allocated_direct:i allocated_bundle:i allocated_affinity:i allocated_downgrade:i available:i "
    "usage_percent:p reserved:i demands_covered:i inactive_covered:i department:t location:t cost_center:t unit_cost:m "
    "currency:t cost_total:m cost_available:m responsible:t contract_id:t vendor:t renews_on:d",
    "positions": "+product_id:t name:t publisher:t metric:t consumptions:i demands:i required:i seats:i lent:i borrowed:i "
    "bundled:i allocated:i allocated_direct:i allocated_bundle:i allocated_affinity:i allocated_downgrade:i outstanding:i "
    "available:i coverage_percent:p status:t deficit_cost:m idle_cost:m currency:t",
    "coverage": "+consumption_id:t product_id:t demand_id:t outcome:t license_id:t exempt_reason:t",
    "demands": "+product_id:t +demand_id:t metric:t need:i asset_id:t user_id:t department:t location:t cost_center:t cores:i "
    "processors:i quantity:i devices:i started_on:d last_used_on:d consumptions:i outcome:t",
    "licenses": "+license_id:t product_id:t metric:t seats:i license_type:t status:t starts_on:d ends_on:d retired_on:d "
    "grace_days:i department:t location:t cost_center:t user_id:t cores:i scope:l downgrade:t unit_cost:m currency:t "
    "contract_id:t vendor:t responsible:t renews_on:d",
    "affinity": "+product_id:t +demand_id:t +phase:t +license_id:t eligible:b failed:t score:i rank:i matched_rules:l",
    "alerts": "+kind:t +code:t severity:t +product_id:t +license_id:t +subject:t units:i date:d message:t",
    "rejects": "+extract:t +file:t +row:i column:t value:t reason:t message:t",
    "usage_by": "+dimension:t +value:t +product_id:t demands:i required:i allocated:i outstanding:i inactive:i",
    "reservations": "+reservation_id:t license_id:t dimension:t value:t responsible:t seats:i used:i remaining:i cut:i",
    "recommendations": "+action:t +product_id:t +license_id:t units:i amount:m currency:t reason:t",
    "movements": "+product_id:t +demand_id:t +change:t from_license_id:t to_license_id:t cause:t",
    # What the calculation stood on.
    "products": "+product_id:t name:t publisher:t metric:t stated_metric:t min_units:i devices_per_user:i class:t "
    "previous_product_id:t unit_price:m currency:t in_catalog:b",
    "trees": "+tree:t +node:t parent:t",
    "assignments": "+license_id:t asset_id:t user_id:t consumption_id:t assigned_on:d reason:t product_id:t demand_id:t conflict:t",
    "preferences": "+license_id:t asset_id:t user_id:t consumption_id:t product_id:t demand_id:t points:i forbid:b",
    "bundles": "+bundle_product_id:t +component_product_id:t",
    "bundle_demands": "+product_id:t +demand_id:t asset_id:t user_id:t department:t location:t cost_center:t cores:i "
    "processors:i quantity:i devices:i started_on:d last_used_on:d parts:l turn:i",
    "reservation_users": "+dimension:t +value:t +user_id:t",
    "tries": "+product_id:t +demand_id:t +phase:t turn:i",
    "further_consumptions": "+consumption_id:t product_id:t asset_id:t user_id:t demand_id:t outcome:t",
}
TYPES = {
    "t": "VARCHAR", "i": "BIGINT", "m": "DECIMAL(18,4)", "p": "DOUBLE", "d": "DATE", "b": "BOOLEAN", "l": "VARCHAR[]",
}  # fmt: skip
WIDER = {"demands", "licenses", "bundle_demands"}

# No two rows agree in these columns.
KEYS = {
    "allocations": "product_id, demand_id, license_id",
    "deficits": "product_id, demand_id",
    "usage": "license_id",
    "positions": "product_id",
    "coverage": "consumption_id",
    "demands": "product_id, demand_id",
    "licenses": "license_id",
    "affinity": "product_id, demand_id, phase, license_id",
    "rejects": "extract, file, row",
    "usage_by": "dimension, value, product_id",
    "reservations": "reservation_id",
    "movements": "product_id, demand_id",
    "products": "product_id",
    "trees": "tree, node",
    "bundles": "bundle_product_id, component_product_id",
    "bundle_demands": "product_id, demand_id",
    "reservation_users": "dimension, value, user_id",
    "tries": "product_id, demand_id, phase",
    "further_consumptions": "consumption_id",
}

POINTS = "list_sum(list_transform(matched_rules, lambda r: CAST(regexp_extract(r, '(-?[0-9]+)$', 1) AS BIGINT)))"
NEED = "CASE WHEN metric = 'site' OR need IS NULL THEN 1 ELSE need END"
USABLE = "status IN ('active', 'expiring', 'grace')"
PAIR = "product_id, demand_id"

# What must hold, and the query for the rows that break it.
LAWS = {
    "a consumption counts in its product's position": """
        SELECT product_id, p.consumptions, c.n FROM positions p
        FULL JOIN (SELECT product_id, count(*) n FROM coverage GROUP BY ALL) c USING (product_id)
        WHERE coalesce(p.consumptions, -1) <> coalesce(c.n, 0)""",
    "a demand holds the consumptions that coverage gives it, with its outcome": f"""
        SELECT * FROM (SELECT {PAIR}, outcome, consumptions FROM demands)
        EXCEPT SELECT {PAIR}, outcome, count(*) FROM coverage WHERE demand_id IS NOT NULL GROUP BY ALL""",
    "coverage names no demand that is not there": f"""
        SELECT * FROM coverage c ANTI JOIN demands d USING ({PAIR}) WHERE c.demand_id IS NOT NULL""",
    "a demand is in exactly one of allocations and deficits, but for partly_covered": f"""
        SELECT {PAIR}, a.n, d.reason FROM demands
        LEFT JOIN (SELECT {PAIR}, count(*) n FROM allocations GROUP BY ALL) a USING ({PAIR})
        LEFT JOIN deficits d USING ({PAIR})
        WHERE (a.n IS NULL AND d.reason IS NULL)
           OR (a.n IS NOT NULL AND d.reason IS NOT NULL AND d.reason <> 'partly_covered')
           OR (a.n IS NULL AND d.reason = 'partly_covered')""",
    "deficits and allocations know no other demands": f"""
        SELECT {PAIR} FROM (SELECT {PAIR} FROM deficits UNION SELECT {PAIR} FROM allocations)
        ANTI JOIN demands USING ({PAIR})""",
    "a demand's outcome is deficit where there is a deficit, else the phase of its grants": f"""
        SELECT {PAIR}, d.outcome, a.phase, f.reason FROM demands d
        LEFT JOIN (SELECT DISTINCT {PAIR}, phase FROM allocations) a USING ({PAIR})
        LEFT JOIN deficits f USING ({PAIR})
        WHERE d.outcome <> CASE WHEN f.reason IS NOT NULL THEN 'deficit' ELSE 'covered_' || a.phase END""",
    "what is covered and what is left make up the need": f"""
        SELECT {PAIR}, required, a.covered, f.units FROM (SELECT {PAIR}, {NEED} AS required FROM demands)
        LEFT JOIN (SELECT {PAIR}, sum(covered) covered FROM allocations GROUP BY ALL) a USING ({PAIR})
        LEFT JOIN (SELECT {PAIR}, units FROM deficits) f USING ({PAIR})
        WHERE required <> coalesce(a.covered, 0) + coalesce(f.units, 0)""",
    "the license that coverage names covers the demand": f"""
        SELECT consumption_id FROM coverage c WHERE starts_with(outcome, 'covered_') AND NOT EXISTS (
            SELECT 1 FROM allocations a WHERE a.product_id = c.product_id AND a.demand_id = c.demand_id
            AND a.license_id = c.license_id)
        UNION ALL SELECT consumption_id FROM coverage
        WHERE license_id IS NOT NULL AND NOT starts_with(outcome, 'covered_')""",
    "units of a license are what usage has, phase by phase, and never beyond the seats": """
        SELECT license_id, u.allocated, u.seats FROM usage u LEFT JOIN (
            SELECT license_id, sum(units) n, coalesce(sum(units) FILTER (phase = 'direct'), 0) d,
                coalesce(sum(units) FILTER (phase = 'bundle'), 0) b,
                coalesce(sum(units) FILTER (phase = 'affinity'), 0) f,
                coalesce(sum(units) FILTER (phase = 'downgrade'), 0) g FROM allocations GROUP BY ALL) a USING (license_id)
        WHERE u.allocated <> coalesce(n, 0) OR allocated_direct <> coalesce(d, 0) OR allocated_bundle <> coalesce(b, 0)
           OR allocated_affinity <> coalesce(f, 0) OR allocated_downgrade <> coalesce(g, 0) OR u.allocated > u.seats""",
    "products, positions and what is in use know the same products": """
        SELECT product_id FROM (SELECT product_id, metric FROM products) p
        FULL JOIN (SELECT product_id, metric FROM positions) q USING (product_id)
        WHERE p.metric IS NULL OR q.metric IS NULL OR p.metric <> q.metric""",
    "a try is a turn that gave nothing, and its demand is there": f"""
        SELECT t.* FROM tries t WHERE EXISTS (SELECT 1 FROM allocations a WHERE a.product_id = t.product_id
            AND a.demand_id = t.demand_id AND a.phase = t.phase)
        UNION ALL SELECT t.* FROM tries t ANTI JOIN demands d USING ({PAIR})""",
    "what an assignment or a preference names is there": f"""
        SELECT license_id, demand_id FROM assignments ANTI JOIN demands USING ({PAIR}) WHERE demand_id IS NOT NULL
        UNION ALL SELECT license_id, demand_id FROM preferences ANTI JOIN demands USING ({PAIR}) WHERE demand_id IS NOT NULL
        UNION ALL SELECT license_id, demand_id FROM preferences ANTI JOIN licenses USING (license_id)""",
    "the parts of a bundle demand are demands": """
        SELECT b.demand_id, b.part FROM (SELECT product_id, demand_id, unnest(parts) AS part FROM bundle_demands) b
        LEFT JOIN demands d ON d.product_id = b.part AND d.demand_id = b.part || substr(b.demand_id, length(b.product_id) + 1)
        WHERE d.demand_id IS NULL""",
    "further consumptions are in coverage, with the same outcome": """
        SELECT f.consumption_id FROM further_consumptions f LEFT JOIN coverage c USING (consumption_id)
        WHERE c.outcome IS NULL OR c.outcome <> f.outcome OR c.demand_id IS DISTINCT FROM f.demand_id
        UNION ALL SELECT consumption_id FROM coverage c ANTI JOIN further_consumptions USING (consumption_id)
        WHERE c.demand_id IS NULL""",
    "only usable licenses of the run give anything": f"""
        SELECT a.* FROM allocations a LEFT JOIN usage u USING (license_id)
        WHERE u.license_id IS NULL OR NOT ({USABLE}) OR a.license_status <> u.status OR a.metric <> u.metric
           OR a.license_product_id <> u.product_id""",
    "available is seats less allocated, in units and money": """
        SELECT license_id FROM usage WHERE available IS DISTINCT FROM seats - allocated
           OR cost_total IS DISTINCT FROM CAST(seats * unit_cost AS DECIMAL(18, 4))
           OR cost_available IS DISTINCT FROM CAST(available * unit_cost AS DECIMAL(18, 4))""",
    "the share of a license that is used": """
        SELECT license_id FROM usage WHERE CASE WHEN coalesce(seats, 0) = 0 THEN usage_percent IS NOT NULL
            ELSE usage_percent IS NULL OR abs(usage_percent - 100.0 * allocated / seats) > 0.00005001 END""",
    "the demands that a license covers": """
        SELECT license_id, u.demands_covered, a.n FROM usage u LEFT JOIN (
            SELECT license_id, count(DISTINCT (product_id, demand_id)) n FROM allocations GROUP BY ALL) a USING (license_id)
        WHERE u.demands_covered <> coalesce(a.n, 0) OR u.inactive_covered > u.demands_covered""",
    "required is allocated and outstanding": """
        SELECT product_id FROM positions WHERE required <> allocated + outstanding
            OR allocated <> allocated_direct + allocated_bundle + allocated_affinity + allocated_downgrade""",
    "a position adds up its demands": f"""
        SELECT product_id FROM positions p LEFT JOIN (
            SELECT product_id, count(*) n, sum({NEED}) need FROM demands GROUP BY ALL) d USING (product_id)
        WHERE p.demands <> coalesce(d.n, 0) OR p.required <> coalesce(d.need, 0)""",
    "a position adds up its grants": """
        SELECT product_id FROM positions p LEFT JOIN (
            SELECT product_id, sum(covered) n, coalesce(sum(covered) FILTER (phase = 'direct'), 0) d,
                coalesce(sum(covered) FILTER (phase = 'bundle'), 0) b,
                coalesce(sum(covered) FILTER (phase = 'affinity'), 0) f,
                coalesce(sum(covered) FILTER (phase = 'downgrade'), 0) g FROM allocations GROUP BY ALL) a USING (product_id)
        WHERE p.allocated <> coalesce(n, 0) OR allocated_direct <> coalesce(d, 0) OR allocated_bundle <> coalesce(b, 0)
           OR allocated_affinity <> coalesce(f, 0) OR allocated_downgrade <> coalesce(g, 0)""",
    "a position adds up its deficits and what they cost": """
        SELECT product_id FROM positions p LEFT JOIN (
            SELECT product_id, sum(units) n, sum(estimated_cost) AS estimated FROM deficits GROUP BY ALL) d USING (product_id)
        WHERE p.outstanding <> coalesce(d.n, 0) OR (p.deficit_cost IS NOT NULL AND p.deficit_cost <> coalesce(d.estimated, 0))""",
    "a position adds up its usable licenses": f"""
        SELECT product_id FROM positions p LEFT JOIN (SELECT product_id, sum(seats) s, sum(available) a
            FROM usage WHERE {USABLE} GROUP BY ALL) u USING (product_id)
        WHERE p.seats <> coalesce(u.s, 0) OR p.available <> coalesce(u.a, 0)""",
    "coverage_percent and the status of a position": """
        SELECT product_id FROM positions WHERE CASE WHEN required = 0 THEN coverage_percent IS NOT NULL
            ELSE coverage_percent IS NULL OR abs(coverage_percent - 100.0 * allocated / required) > 0.00005001 END
            OR (status = 'under_licensed') <> (outstanding > 0) OR (status = 'not_licensable' AND required > 0)""",
    "lent is borrowed, and both are the downgrades": """
        SELECT sum(lent), sum(borrowed) FROM positions HAVING sum(lent) <> sum(borrowed)
        UNION ALL SELECT p.lent, coalesce(a.n, 0) FROM positions p LEFT JOIN (
            SELECT license_product_id, sum(units) n FROM allocations WHERE phase = 'downgrade' GROUP BY ALL) a
            ON a.license_product_id = p.product_id WHERE p.lent <> coalesce(a.n, 0)
        UNION ALL SELECT p.borrowed, coalesce(a.n, 0) FROM positions p LEFT JOIN (
            SELECT product_id, sum(units) n FROM allocations WHERE phase = 'downgrade' GROUP BY ALL) a USING (product_id)
            WHERE p.borrowed <> coalesce(a.n, 0)""",
    "bundled is what bundles drew": """
        SELECT p.product_id FROM positions p LEFT JOIN (
            SELECT license_product_id, sum(units) n FROM allocations WHERE phase = 'bundle' GROUP BY ALL) a
            ON a.license_product_id = p.product_id WHERE p.bundled <> coalesce(a.n, 0)""",
    "a grant from another product is a downgrade or a bundle": """
        SELECT * FROM allocations WHERE license_product_id <> product_id AND phase NOT IN ('downgrade', 'bundle')""",
    "what a grant says of its rivals agrees": f"""
        SELECT {PAIR}, license_id FROM allocations WHERE
            margin IS DISTINCT FROM score - runner_up_score OR rank > candidates OR passed_over >= rank
            OR (phase = 'direct') <> (rank IS NULL AND turn IS NOT NULL)
            OR (decided_by = 'only') <> (runner_up_license_id IS NULL) OR (decided_by = 'score' AND margin <= 0)
            OR (decided_by NOT IN ('only', 'score') AND margin <> 0)
            OR (score IS NOT NULL AND score <> coalesce({POINTS}, 0)) OR (score IS NULL AND len(matched_rules) > 0)""",
    "a pair in the table of affinity has a score and a rank where it is eligible, a failure where not": f"""
        SELECT {PAIR}, license_id FROM affinity WHERE eligible IS NULL OR eligible <> (rank IS NOT NULL)
            OR eligible <> (failed IS NULL) OR (eligible AND score <> coalesce({POINTS}, 0))""",
    "ranks follow the scores": f"""
        SELECT * FROM (SELECT {PAIR}, phase, rank, score, lag(rank) OVER w AS before, lag(score) OVER w AS higher
            FROM affinity WHERE eligible WINDOW w AS (PARTITION BY {PAIR}, phase ORDER BY rank))
        WHERE score > higher OR rank = before""",
    "a granted pair was eligible, with this score and rank, unless direct": f"""
        SELECT {PAIR}, license_id FROM allocations a ANTI JOIN affinity f
            ON a.product_id = f.product_id AND a.demand_id = f.demand_id AND a.license_id = f.license_id
            AND a.phase = f.phase AND f.eligible AND a.score = f.score AND a.rank = f.rank
        WHERE a.phase IN ('affinity', 'downgrade') AND (SELECT count(*) FROM affinity) > 0""",
    "reservations: cut, used and remaining are the seats; what is left after cutting is reserved": """
        SELECT reservation_id FROM reservations WHERE used IS NOT NULL AND cut + used + remaining <> seats
        UNION ALL SELECT license_id FROM usage u JOIN (
            SELECT license_id, sum(seats - cut) n FROM reservations GROUP BY ALL) r USING (license_id)
        WHERE r.n IS NOT NULL AND u.reserved <> r.n""",
    "usage by department, location, cost center, user and publisher adds up to the position": """
        SELECT product_id, dimension FROM usage_by JOIN positions p USING (product_id)
        WHERE dimension NOT IN ('group', 'role') GROUP BY product_id, dimension, p.demands, p.required, p.allocated, p.outstanding
        HAVING sum(usage_by.demands) <> p.demands OR sum(usage_by.required) <> p.required
            OR sum(usage_by.allocated) <> p.allocated OR sum(usage_by.outstanding) <> p.outstanding""",
    "an alert for each product with a deficit, and for no other": """
        SELECT product_id FROM (SELECT * FROM alerts WHERE code = 'under_licensed') a
        FULL JOIN (SELECT * FROM positions WHERE outstanding > 0) p USING (product_id)
        WHERE a.units IS DISTINCT FROM p.outstanding""",
    "an alert for each over-licensed product, and for no other": """
        SELECT product_id FROM (SELECT * FROM alerts WHERE code = 'over_licensed') a
        FULL JOIN (SELECT * FROM positions WHERE status = 'over_licensed') p USING (product_id)
        WHERE a.units IS DISTINCT FROM p.available""",
    "an alert for each expiring license and for each used one in grace": """
        SELECT license_id FROM (SELECT * FROM alerts WHERE code IN ('license_expiring', 'grace_in_use')) a FULL JOIN (
            SELECT * FROM usage WHERE status = 'expiring' OR (status = 'grace' AND demands_covered > 0)) u USING (license_id)
        WHERE a.units IS DISTINCT FROM u.allocated OR a.date IS DISTINCT FROM u.ends_on""",
    "an alert counts the rejects of each extract": """
        SELECT coalesce(subject, extract) FROM (SELECT * FROM alerts WHERE code = 'rejected_rows') a
        FULL JOIN (SELECT extract, count(*) n FROM rejects GROUP BY ALL) r ON a.subject = r.extract
        WHERE a.units IS DISTINCT FROM r.n""",
}

# Every code that the contract knows and one job can show, and where it stands.
EVERYTHING = {
    "coverage.outcome": "ended not_started asset_disposed user_left exempt free_product covered_direct covered_bundle "
    "covered_affinity covered_downgrade deficit",
    "allocations.phase": "direct bundle affinity downgrade",
    "allocations.decided_by": "only score unlimited in_term earliest_end lowest_cost version license_id",
    "deficits.reason": "no_license no_usable_license no_user metric_mismatch not_assigned units_unknown forbidden "
    "requirement_failed all_or_nothing capacity_exhausted",
    "usage.status": "active expiring grace expired pending retired incomplete",
    "usage.metric": "device core processor instance concurrent user named_user site",
    "usage.license_type": "perpetual subscription volume trial open_source",
    "licenses.downgrade": "none one any",
    "positions.status": "under_licensed over_licensed not_licensable compliant",
    "alerts.code": "under_licensed license_expiring renewal_due grace_in_use expired_assigned unknown_license unknown_target "
    "wrong_product no_demand license_not_usable metric_mismatch duplicate_assignment assignment_over_capacity "
    "overlapping_assignments assignment_overrides_requirement over_reserved overlapping_reservations scope_without_value "
    "rejected_rows license_incomplete entitle_skipped metric_derived inactive_users over_licensed",
    "rejects.reason": "bad_row invalid_utf8 missing_value nul_character bad_value not_finite out_of_range not_in_list "
    "not_one_target duplicate_row duplicate_id",
    "usage_by.dimension": "department location cost_center user group role publisher",
    "reservations.dimension": "department location cost_center group role",
}


class Run:
    """A run's folder, with its tables as views, and the count of what was checked."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.manifest = json.loads((self.folder / "manifest.json").read_text())
        self.database = duckdb.connect(config={"threads": 1})
        self.passed = self.failed = 0

    def query(self, sql):
        return self.database.execute(sql).fetchall()

    def check(self, what, problems):
        """Counts a check that found these problems, and says what they are."""
        problems = list(problems)
        if problems:
            self.failed += 1
            more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
            print(f"FAILED  {what}: {'; '.join(str(p) for p in problems[:3])}{more}")
        else:
            self.passed += 1
            print(f"ok      {what}")

    def open(self):
        """Makes a view of every table; only what could be opened is checked further."""
        opened = []
        for table in TABLES:
            path = self.folder / f"{table}.parquet"
            if path.is_file():
                name = str(path).replace("'", "''")
                self.database.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{name}')")
                self.database.execute(f"CREATE VIEW {table}_rows AS SELECT * FROM read_parquet('{name}', file_row_number = true)")
                opened.append(table)
        self.check("every table is there", sorted(TABLES.keys() - set(opened)))
        return opened

    def files(self):
        """The files against what the manifest says of them."""
        listed = {Path(output["name"]).name: output for output in self.manifest["outputs"]}
        present = {path.name for path in self.folder.iterdir()} - {"manifest.json"}
        self.check("the manifest lists the files of the folder", sorted(present ^ listed.keys()))
        for name in sorted(present & listed.keys()):
            data = (self.folder / name).read_bytes()
            said = (listed[name]["bytes"], listed[name]["sha256"])
            found = (len(data), hashlib.sha256(data).hexdigest())
            self.check(f"{name}: bytes and digest are the manifest's", [] if said == found else [(said, found)])

    def table(self, table):
        """Row count, types, order and key of one table."""
        listed = [o["rows"] for o in self.manifest["outputs"] if Path(o["name"]).stem == table]
        (count,) = self.query(f"SELECT count(*) FROM {table}")[0]
        self.check(f"{table}: {count} rows, as in the manifest", [] if listed == [count] else listed or ["not listed"])

        expected = [column.lstrip("+").split(":") for column in TABLES[table].split()]
        expected = [(name, TYPES[kind]) for name, kind in expected]
        found = [(name, kind) for name, kind, *_ in self.query(f"DESCRIBE {table}")]
        if table in WIDER:
            found = found[: len(expected)]
        self.check(f"{table}: columns and types", [f"{f}, not {e}" for e, f in zip(expected, found, strict=False) if e != f]
                   or ([] if len(expected) == len(found) else [f"{len(found)} columns, not {len(expected)}"]))  # fmt: skip

        order = ", ".join(f'"{c[1:].split(":")[0]}" NULLS LAST' for c in TABLES[table].split() if c.startswith("+"))
        self.check(f"{table}: sorted", self.query(
            f"SELECT 'row ' || file_row_number FROM (SELECT file_row_number, row_number() OVER "
            f"(ORDER BY {order}, file_row_number) - 1 AS place FROM {table}_rows) WHERE place <> file_row_number"))  # fmt: skip
        if key := KEYS.get(table):
            self.check(f"{table}: no two rows of one key", self.query(f"SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1"))

    def everything(self):
        """That each code occurs, and unknown references besides."""
        for place, codes in EVERYTHING.items():
            table, column = place.split(".")
            found = {value for (value,) in self.query(f"SELECT DISTINCT {column} FROM {table}")}
            self.check(f"{place}: every code occurs", [code for code in codes.split() if code not in found])
        unknown = self.query("SELECT code FROM alerts WHERE kind = 'data_quality' AND contains(code, '.')")
        self.check("alerts: unknown references", [] if len(unknown) >= 10 else unknown or ["none"])


def main(arguments):
    folders = [argument for argument in arguments if not argument.startswith("--")]
    if len(folders) != 1:
        sys.exit(__doc__)
    run = Run(Path(folders[0]))
    run.files()
    opened = run.open()
    for table in opened:
        run.table(table)
    if len(opened) == len(TABLES):
        for law, breaches in LAWS.items():
            run.check(law, run.query(breaches))
        if "--everything" in arguments:
            run.everything()
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
