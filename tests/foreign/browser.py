"""Opens report.html in a real browser, headless Chromium, and looks at it as people do: by mouse, by keyboard, on a phone, at
night, on paper; with names that mean harm, and of a large run.

    python tests/foreign/browser.py SEATWISE [--picture FILE] [--small]

SEATWISE is the program. Needs Debian's chromium and chromium-driver, and the package selenium. With --picture it only takes the
picture of the README, which a later test holds to be of the page as it is; --small leaves the large run out. Exits 1 on a failure.
"""

import argparse
import base64
import csv
import hashlib
import json
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from urllib.parse import quote

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "fixtures" / "report.png"
PICTURE_KEY = b"seatwise-page"
DATES = ["2026-10-01", "2026-10-20", "2026-11-10", "2026-11-19", "2026-11-22"]
# A browser that takes so long hangs; how long it took is printed.
PATIENCE = 20

HOSTILE = {
    "product": "</script><img src=x onerror=alert(1)>",
    "name": "<!--<script>window.harmed = 1</script>-->",
    "publisher": "'\"><svg onload=window.harmed=1>",
    "department": "R&D \u2028 <b onclick=alert(2)>",
    "asset": "<iframe srcdoc='<script>parent.harmed=1</script>'>",
    "license": "L'1\" javascript:alert(3) =1+1",
}


class Report:
    """A browser with one report in it."""

    def __init__(self, folder):
        options = webdriver.ChromeOptions()
        for argument in [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1280,900",
            f"--user-data-dir={folder}",
        ]:  # fmt: skip
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(PATIENCE)
        self.file = None
        # What the browser loads for itself when it starts is not the report's.
        self.driver.get("about:blank")
        self.driver.get_log("performance")

    def open(self, file, view=""):
        """Opens a file anew, and says how many seconds that took."""
        self.file = file
        self.driver.get("about:blank")
        began = time.monotonic()
        self.driver.get(f"file://{quote(str(file))}{view}")
        return time.monotonic() - began

    def go(self, view):
        """Goes to a view by its address, as a link does."""
        self.driver.execute_async_script(
            """const [view, done] = arguments;
            const before = location.href;
            window.addEventListener('hashchange', () => setTimeout(done), { once: true });
            location.hash = view;
            if (location.href === before) setTimeout(done);""",
            view,
        )

    def until(self, holds, what):
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"waited in vain for {what}"
            time.sleep(0.02)

    def script(self, text, *values):
        return self.driver.execute_script(text, *values)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0]).textContent", selector)

    def column(self, caption, place):
        """The texts of a column of the table with a caption, as they stand."""
        return self.script(
            """const table = [...document.querySelectorAll('table')].find((one) => one.caption.textContent === arguments[0]);
            return [...table.tBodies[0].rows].map((row) => row.cells[arguments[1]].innerText);""",
            caption, place,
        )  # fmt: skip

    def emulate(self, media="", scheme="light", width=1280, height=900):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def shot(self, width, height):
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
        return base64.b64decode(taken["data"])

    def quiet(self):
        """That nothing was complained of, and nothing was asked of anybody."""
        complaints = [entry["message"] for entry in self.driver.get_log("browser")]
        assert not complaints, complaints
        asked = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        beyond = [url for url in asked if not url.startswith(("file://", "about:", "data:"))]
        others = [url for url in asked if url.startswith("file://") and url.split("#")[0] != f"file://{quote(str(self.file))}"]
        assert not beyond and not others, (beyond, others)


class Desk:
    """Runs of the program, in a temporary folder."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder

    def seatwise(self, *words):
        done = subprocess.run([self.program, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def nightly(self):
        out = self.folder / "out"
        for date in DATES:
            self.seatwise("run", "jobs/nightly.toml", "--output", out, "--as-of", date, "--quiet")
        return out

    def job(self, name, tables):
        """A small estate of CSV files with its job, and a run of it."""
        folder = self.folder / name
        folder.mkdir()
        lines = [f'name = "{name}"', "[calculation]", 'as_of = "2026-11-22"', "[output]", 'path = "out"']
        for table, rows in tables.items():
            with open(folder / f"{table}.csv", "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
            lines += [f"[extracts.{table}]", f'path = "{table}.csv"']
        (folder / "job.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.seatwise("run", folder / "job.toml", "--quiet")
        return folder / "out"

    def large(self):
        folder = self.folder / "large"
        self.seatwise("generate", folder, "--consumptions", 100_000)
        began = time.monotonic()
        self.seatwise("run", folder / "job.toml", "--quiet", "--output", self.folder / "large-out")
        manifest = json.loads((self.folder / "large-out/latest/manifest.json").read_text())
        stages = {stage["stage"]: stage["seconds"] for stage in manifest["stages"]}
        print(f"   a run of 100,000 consumptions: {time.monotonic() - began:.1f} s, of them {stages['report']:.2f} s for the report")
        return self.folder / "large-out"


def report_of(out):
    return (out / "latest").resolve() / "report.html"


def headline(report, out):
    data = json.loads((out / "latest/manifest.json").read_text())
    assert report.driver.title == "nightly 2026-11-22 · seatwise report", report.driver.title
    head = report.text("main .headline")
    assert "Not compliant" in head and "25 of 37 products are short of licenses" in head, head
    assert data["run_id"] in head and "2026-11-22" in head and "nightly" in head
    sections = [section.get_attribute("id") for section in report.all("main > section[id]")]
    wanted = "positions deficits terms usage advice alerts movements trends quality left-out".split()
    assert sections == wanted, sections
    assert report.text("#movements .about").startswith("Demands that are covered otherwise than in the run of 2026-11-19")
    assert len(report.all("#trends .chart")) >= 4 and len(report.all("#trends .chart:first-of-type .dot")) >= len(DATES)
    assert "Nothing is left out" in report.text("#left-out")


def sorting(report):
    caption = "Position of every product"
    before = report.column(caption, 0)
    assert before[0].startswith("Stonebridge Database Enterprise"), before[:3]
    for place, words in [(0, "ascending"), (0, "descending"), (3, "descending"), (3, "ascending")]:
        button = report.all("#positions thead th")[place].find_element(By.TAG_NAME, "button")
        report.script("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()
        head = report.all("#positions thead th")[place]
        assert head.get_attribute("aria-sort") == words, head.get_attribute("aria-sort")
        sorts = [one.get_attribute("aria-sort") for one in report.all("#positions thead th")]
        assert sorts.count("none") == len(sorts) - 1, sorts
        shown = report.column(caption, place)
        if place == 0:
            names = [name.split("\n")[0].lower() for name in shown]
            assert names == sorted(names, reverse=words == "descending"), names
        else:
            numbers = [int(number.replace(",", "")) for number in shown]
            assert numbers == sorted(numbers, reverse=words == "descending") and numbers[0] != numbers[-1], numbers
        assert "Sorted by" in report.text("#said")
    assert report.column(caption, 0) != before


def filtering(report):
    caption = "Position of every product"
    all_rows = len(report.column(caption, 0))
    box = report.one("#positions .tools input")
    box.send_keys("papermill")
    rows = report.column(caption, 0)
    assert 0 < len(rows) < all_rows and all("papermill" in row.lower() for row in rows), rows
    assert f"{len(rows)} of {all_rows} rows" in report.text("#positions [role=status]")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys("nothing is called so")
    assert "No row matches." in report.text("#positions tbody")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(Keys.DELETE)
    Select(report.all("#positions .tools select")[0]).select_by_value("compliant")
    statuses = report.column(caption, 1)
    assert statuses and all("compliant" in status for status in statuses), statuses
    Select(report.all("#positions .tools select")[0]).select_by_value("")
    assert len(report.column(caption, 0)) == all_rows


def same_words(report, desk, out, ids):
    """That an answer is that of `seatwise why`, letter for letter."""
    for identifier in ids:
        report.go("#why=" + quote(identifier, safe=""))
        report.until(lambda: report.all("main pre.words"), f"the answer on {identifier}")
        shown = report.text("main pre.words").rstrip()
        told = desk.seatwise("why", "--output", out, "--", identifier).rstrip()
        assert shown == told, f"{identifier}\n--- shown\n{shown}\n--- told\n{told}"


def searching(report, desk, out):
    data = json.loads(report.text("#data"))
    subjects = data["answers"]["subjects"]
    assets = [one["id"] for one in subjects if one["kind"] == "asset"]
    users = [one["id"] for one in subjects if one["kind"] == "user"]
    licenses = [one["id"] for one in data["answers"]["licenses"]]
    demands = [one["id"] for one in data["answers"]["demands"]]
    assert data["answers"]["whole"] and len(demands) == data["headline"]["demands"] and len(licenses) == data["headline"]["licenses"]
    same_words(report, desk, out, assets[::40] + users[::40] + licenses[::9] + demands[::90])

    report.go("#")
    box = report.one("#query")
    box.click()
    box.send_keys("PC-0001")
    assert report.script("return document.querySelector('#query').getAttribute('aria-expanded')") == "true"
    assert "match" in report.text("#said")
    box.send_keys(Keys.ENTER)
    report.until(lambda: report.all("main pre.words"), "the answer on PC-0001")
    assert report.text("main h1") == "Why PC-0001" and report.script("return document.activeElement.tagName") == "H1"
    assert report.text("main pre.words").rstrip() == desk.seatwise("why", "PC-0001", "--output", out).rstrip()
    # What this file does not know it does not guess: it names the command.
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys("NO-SUCH-THING")
    assert "No match" in report.text("#said")
    box.send_keys(Keys.ENTER)
    report.until(lambda: report.text("main h1") == "NO-SUCH-THING", "the page that says so")
    assert "seatwise why NO-SUCH-THING --run" in report.text("main")


def pages(report):
    report.go("#")
    report.until(lambda: report.all("#positions"), "the overview")
    first = report.one("#positions tbody a")
    report.script("arguments[0].scrollIntoView({block: 'center'})", first)
    name = first.text
    first.click()
    report.until(lambda: report.text("main h1") == name, f"the page of {name}")
    assert report.script("return location.hash").startswith("#product=")
    report.go("#product=SD-DBE")
    page = report.text("main")
    assert "Stonebridge Database Enterprise" in page and "92 cores missing" in page, page[:400]
    captions = [caption.text for caption in report.all("main caption")]
    assert captions[:3] == ["Licenses of the product", "Demands in deficit", "Usage by department and location"], captions
    counted = report.column("Licenses of the product", 2)
    assert "cores" in counted and all(counted), counted
    report.go("#product=AN-PLM")
    report.until(lambda: "AN-PLM" in report.text("main"), "the page of another product")
    counted = report.column("Licenses of the product", 2)
    unlike = "add up unlike units: " in report.text("main")
    assert {"users", "named users"} <= set(counted) and unlike, (counted, report.text("main")[:600])
    report.driver.back()
    report.until(lambda: "Stonebridge Database Enterprise" in report.text("main h1"), "the page before")
    report.one("main tbody a[href='#license=LIC-1018']").click()
    report.until(lambda: report.text("main h1") == "LIC-1018", "the page of a license")
    captions = [caption.text for caption in report.all("main caption")]
    assert captions == ["Whom it covers", "Demands in deficit that could draw on it"], captions
    assert all(score.lstrip("−-").replace(",", "").isdigit() for score in report.column("Whom it covers", 3))
    report.driver.back()
    report.until(lambda: report.text("main h1") == "Stonebridge Database Enterprise", "the page before")
    report.go("#place=department=Infrastructure")
    assert report.text("main h1") == "Infrastructure" and "SD-DBE" in report.text("main")


def keyboard(report, file):
    report.open(file)
    body = report.one("body")
    reached = []
    for _ in range(6):
        report.driver.switch_to.active_element.send_keys(Keys.TAB) if reached else body.send_keys(Keys.TAB)
        focused = report.driver.switch_to.active_element
        reached.append(focused.get_attribute("id") or focused.get_attribute("class"))
        if reached[-1] == "query":
            break
    assert reached[0] == "skip" and reached[-1] == "query", reached
    focused.send_keys("pc-000")
    focused.send_keys(Keys.ARROW_DOWN)
    focused.send_keys(Keys.ARROW_DOWN)
    active = focused.get_attribute("aria-activedescendant")
    chosen = report.one(f"#{active}")
    assert active == "match-1" and chosen.get_attribute("aria-selected") == "true", active
    name = chosen.find_element(By.CSS_SELECTOR, ".what").text
    focused.send_keys(Keys.ENTER)
    report.until(lambda: report.script("return location.hash") == f"#why={name}", f"the answer on {name}")
    assert report.text("main h1") == f"Why {name}"
    report.driver.switch_to.active_element.send_keys("/")
    assert report.driver.switch_to.active_element.get_attribute("id") == "query"
    focused.send_keys("x")
    focused.send_keys(Keys.ESCAPE)
    assert not report.one("#matches").is_displayed()
    report.go("#")
    button = report.one("#positions thead th:nth-child(4) button")
    report.script("arguments[0].focus()", button)
    outline = report.script("return getComputedStyle(arguments[0]).outlineStyle", button)
    button.send_keys(Keys.ENTER)
    assert report.one("#positions thead th:nth-child(4)").get_attribute("aria-sort") == "descending" and outline == "solid", outline


def for_all_ears(report, views):
    """What a screen reader needs: captions, scopes, labels, one heading of the first rank, no identifier twice."""
    for view in views:
        report.go(view)
        faults = report.script(
            """const faults = [];
            const all = (selector) => [...document.querySelectorAll(selector)];
            all('table').forEach((table) => { if (!table.caption || !table.caption.textContent.trim()) faults.push('no caption'); });
            all('th').forEach((th) => { if (!th.scope) faults.push('no scope: ' + th.textContent); });
            all('tbody tr').forEach((row) => { if (row.cells.length > 1 && row.cells[0].tagName !== 'TH') faults.push('no row heading'); });
            all('input, select').forEach((field) => { if (!field.labels.length && !field.getAttribute('aria-label')) faults.push('no label'); });
            all('button, a').forEach((one) => { if (!one.textContent.trim()) faults.push('nothing to read: ' + one.outerHTML); });
            all('svg').forEach((one) => { if (one.getAttribute('aria-hidden') !== 'true') faults.push('a drawing that is read'); });
            if (all('h1').length !== 1) faults.push(all('h1').length + ' headings of the first rank');
            const ids = all('[id]').map((one) => one.id);
            ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => faults.push('twice: ' + id));
            return faults;"""
        )
        assert not faults, (view, faults[:10])
    assert report.script("return document.documentElement.lang") == "en"
    assert report.one("#said").get_attribute("aria-live") == "polite"


CONTRAST = """
const parse = (color) => color.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
const behind = (one) => { for (; one; one = one.parentElement) { const color = parse(getComputedStyle(one).backgroundColor); if (color.length < 4 || color[3] > 0) return color; } return [255, 255, 255]; };
const low = [];
for (const one of document.querySelectorAll('main h1, main p, main a, main .pill, main th, main td, main .id, .brand, .which, .sections a, .foot p, .count')) {
  if (!one.textContent.trim() || !one.offsetParent) continue;
  const [ink, paper] = [light(parse(getComputedStyle(one).color)), light(behind(one))];
  const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  if (ratio < 4.5) low.push(one.className + ' ' + one.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
}
return low;
"""


def looks(report, views):
    """Phone, night and paper."""
    for scheme in ["light", "dark"]:
        report.emulate(scheme=scheme)
        for view in views:
            report.go(view)
            low = report.script(CONTRAST)
            assert not low, (scheme, view, low[:5])
        paper = report.script("return getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, paper[4:-1].split(","))) < 200) == (scheme == "dark"), (scheme, paper)
    for width in [390, 768]:
        report.emulate(width=width, height=844)
        for view in views:
            report.go(view)
            wide = report.script("return document.documentElement.scrollWidth")
            assert wide <= width, (view, wide, width)
    report.emulate(media="print")
    report.go("#")
    assert not report.one(".top").is_displayed() and not report.one("#sections").is_displayed()
    assert report.one("#positions table").is_displayed() and not report.one("#positions .tools").is_displayed()
    printed = report.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")
    report.emulate()


def hostile(report, desk):
    out = desk.job("hostile", {
        "consumptions": [["consumption_id", "product_id", "asset_id", "department"], ["C-1", HOSTILE["product"], HOSTILE["asset"], HOSTILE["department"]],
                         ["C-2", HOSTILE["product"], "PC-2", HOSTILE["department"]]],
        "licenses": [["license_id", "product_id", "metric", "seats", "vendor", "responsible"], [HOSTILE["license"], HOSTILE["product"], "device", "1", "<s>", "<u>"]],
        "products": [["product_id", "name", "publisher", "metric", "unit_price", "currency"], [HOSTILE["product"], HOSTILE["name"], HOSTILE["publisher"], "device", "5", "<X>"]],
    })  # fmt: skip
    file = report_of(out)
    assert HOSTILE["product"].encode() not in file.read_bytes() and b"\xe2\x80\xa8" not in file.read_bytes()
    report.open(file)
    assert HOSTILE["name"] in report.text("#positions tbody") and HOSTILE["product"] in report.text("#positions tbody")
    assert HOSTILE["publisher"] in report.text("#positions tbody")
    report.one("#positions tbody a").click()
    report.until(lambda: report.text("main h1") == HOSTILE["name"], "the page of the hostile product")
    report.one("main tbody a").click()
    report.until(lambda: report.text("main h1") == HOSTILE["license"], "the page of the hostile license")
    report.go("#place=department=" + quote(HOSTILE["department"], safe=""))
    assert HOSTILE["department"] in report.text("main h1"), report.text("main h1")
    same_words(report, desk, out, [HOSTILE["asset"], HOSTILE["license"]])
    report.one("#query").send_keys("<iframe")
    assert HOSTILE["asset"] in report.text("#matches")
    report.go("#why=%E0%A4%A")
    report.go("#product=<img src=x onerror=alert(4)>")
    assert report.script("return window.harmed === undefined && !document.querySelector('img, iframe, object, main script, main style')")
    try:
        raise AssertionError(f"a script ran: {report.driver.switch_to.alert.text}")
    except NoAlertPresentException:
        pass
    report.quiet()


def large(report, desk):
    out = desk.large()
    file = report_of(out)
    took = report.open(file)
    print(f"   its report: {file.stat().st_size / 1e6:.1f} MB, open in {took:.2f} s")
    assert took < PATIENCE and file.stat().st_size < 3_500_000
    data = json.loads(report.text("#data"))
    assert data["headline"]["consumptions"] == 100_000 and not data["answers"]["whole"]
    left = report.text("#left-out")
    assert "demands in deficit" in left and "seatwise why SUBJECT --run" in left, left
    assert sum(one["demands"] for one in data["deficits"]["reasons"]) == data["headline"]["deficits"]
    told = data["answers"]["demands"]
    assert len(told) > 50, len(told)
    demand, lone = told[0]["id"], data["answers"]["licenses"][0]["id"]
    same_words(report, desk, out, [demand, lone])
    subject = data["answers"]["subjects"][0]["id"]
    report.go("#why=" + quote(subject, safe=""))
    assert "Only some of its demands" in report.text("main") and f"seatwise why {subject} --run" in report.text("main")
    report.go("#")
    report.quiet()


def page_digest():
    """The SHA-256 of all that the page is made of, beside the data."""
    folder = ROOT / "src/page"
    files = [folder / "page.html", folder / "page.css", *sorted((folder / "js").glob("*.js"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def picture_is_of_today():
    content = PICTURE.read_bytes()
    digest = (PICTURE_KEY + b"\0" + page_digest().encode()) in content
    assert digest, f"{PICTURE.relative_to(ROOT)} is of another page than src/page; make it again:\n  tests/foreign/browser.py SEATWISE --picture fixtures/report.png"
    assert len(content) < 300_000, len(content)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def take_picture(report, out, to):
    """The top of the page; what it is of stands in a chunk of text after the header."""
    report.open(report_of(out))
    headline(report, out)
    png = report.shot(1280, 1180)
    header = 8 + 25
    text = chunk(b"tEXt", PICTURE_KEY + b"\0" + page_digest().encode())
    to.write_bytes(png[:header] + text + png[header:])
    print(f"{to}: {to.stat().st_size / 1000:.0f} kB")


def look(report, desk, small):
    out = desk.nightly()
    file = report_of(out)
    took = report.open(file)
    print(f"   the nightly report: {file.stat().st_size / 1e6:.1f} MB, open in {took:.2f} s")
    views = ["#", "#product=SD-DBE", "#license=LIC-1075", "#why=PC-0001", "#place=department=Infrastructure"]
    steps = [
        ("headline and sections", lambda: headline(report, out)),
        ("sorting", lambda: sorting(report)),
        ("filtering", lambda: filtering(report)),
        ("searching, in the words of seatwise why", lambda: searching(report, desk, out)),
        ("pages", lambda: pages(report)),
        ("by keyboard", lambda: keyboard(report, file)),
        ("for a screen reader", lambda: for_all_ears(report, views)),
        ("phone, night and paper", lambda: looks(report, views)),
        ("no complaint and no request", report.quiet),
        ("names that mean harm", lambda: hostile(report, desk)),
        ("the picture of the README", picture_is_of_today),
    ]
    if not small:
        steps.append(("a large run", lambda: large(report, desk)))
    for title, step in steps:
        step()
        print(f"ok {title}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("seatwise", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--small", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seatwise-browser-", ignore_cleanup_errors=True) as folder:
        desk = Desk(arguments.seatwise.resolve(), Path(folder))
        report = Report(Path(folder) / "profile")
        try:
            if arguments.picture:
                take_picture(report, desk.nightly(), arguments.picture)
            else:
                look(report, desk, arguments.small)
        finally:
            report.driver.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
