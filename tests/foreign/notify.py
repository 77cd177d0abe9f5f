"""Lets seatwise tell people by way of servers that share no code with it, and checks what arrives and what is said.

    python tests/foreign/notify.py PATH-OF-SEATWISE

The mail servers are aiosmtpd, with STARTTLS or TLS from the first byte and a login; the HTTPS server is Python's own. Their
certificates are made here: a good one, one that has expired, one for another name, all of an authority that no system trusts.
In every case no secret may be in what the binary prints (with all logging on) or writes, and the exit code is that of the run.
Needs the packages aiosmtpd and cryptography; exits 1 on a failure.
"""

import contextlib
import datetime
import email
import http.server
import ipaddress
import json
import logging
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSWORD = "canary-password-4b1f"
TOKEN = "canary-token-83aa"
PATH = "canary-path-c0de"
CANARIES = (PASSWORD, TOKEN, PATH)
PATIENCE = 120

JOB = """name = "small"
[extracts.consumptions]
path = "consumptions.csv"
[extracts.licenses]
path = "licenses.csv"
[calculation]
as_of = "2026-11-22"
[output]
path = "out"
"""
CONSUMPTIONS = "consumption_id,product_id,asset_id\nC-1,DRAW,PC-1\nC-2,DRAW,PC-2\n"
LICENSES = "license_id,product_id,metric,seats\nL-1,DRAW,device,1\n"


class Certificates:
    """An authority of our own, and certificates that it signs, as PEM files of a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "seatwise test authority")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = self.builder(self.name, self.key, -1, 30).add_extension(x509.BasicConstraints(True, None), critical=True)
        self.file = folder / "ca.pem"
        certificate = builder.add_extension(usage, critical=True).sign(self.key, hashes.SHA256())
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def builder(self, name, key, first_day, last_day):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now + datetime.timedelta(first_day)).not_valid_after(now + datetime.timedelta(last_day))

    def context(self, what, first_day=-1, last_day=30, address="127.0.0.1"):
        """The server side of TLS, with a certificate for an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, what)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = self.builder(name, key, first_day, last_day).add_extension(names, False).add_extension(usage, False)
        certificate = builder.add_extension(x509.BasicConstraints(False, None), True).sign(self.key, hashes.SHA256())
        file = self.folder / f"{what}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


class Post:
    """A mail server that lets in who knows the password, and keeps the mail."""

    def __init__(self, context=None, implicit=False):
        self.mails, self.logins = [], 0
        options = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": context is not None}
        # With TLS from the first byte aiosmtpd does not know that there is any, and warns.
        warnings.simplefilter("ignore")
        self.controller = Controller(
            self, hostname="127.0.0.1", port=free_port(), authenticator=self.login, auth_required=True,
            auth_require_tls=not implicit, **options)  # fmt: skip

    def login(self, _server, _session, _envelope, _mechanism, data):
        self.logins += 1
        # What is not handled here is answered with 535.
        return AuthResult(success=(data.login, data.password) == (b"seatwise", PASSWORD.encode()), handled=False)

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return "250 kept"

    def __enter__(self):
        self.controller.start()
        self.place = f"127.0.0.1:{self.controller.port}"
        return self

    def __exit__(self, *_):
        self.controller.stop()


class Web:
    """An HTTP server that keeps what is posted; with a context an HTTPS server."""

    def __init__(self, context=None, status=204):
        web = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
                self.send_response(status)
                self.end_headers()

            def do_CONNECT(self):
                web.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, None))
                self.send_response(502)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.server.server_port}/{PATH}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Quiet(http.server.ThreadingHTTPServer):
    """Clients that break off a handshake are part of the test."""

    def handle_error(self, *_):
        pass


def free_port():
    with contextlib.closing(__import__("socket").create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


class Bench:
    """The binary under test, and the count of what was checked."""

    def __init__(self, binary, certificates):
        self.binary, self.certificates = binary, certificates
        self.passed = self.failed = 0

    def check(self, what, holds, seen=""):
        if holds:
            self.passed += 1
            print(f"ok      {what}")
        else:
            self.failed += 1
            print(f"FAILED  {what}\n{seen}")

    def desk(self):
        """A folder with a job that leaves one demand in deficit."""
        folder = Path(tempfile.mkdtemp(prefix="desk-", dir=self.certificates.folder))
        (folder / "consumptions.csv").write_text(CONSUMPTIONS)
        (folder / "licenses.csv").write_text(LICENSES)
        return folder

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {**kept, "SMTP_PASSWORD": PASSWORD, "HOOK_TOKEN": TOKEN, "RUST_LOG": "trace,ureq::run=trace,ureq_proto=trace", "NO_COLOR": "1", **more}

    def run(self, what, notify, code=0, desk=None, command="run job.toml -vvv", **environment):
        """Runs the binary on a job with this [notify]; checks the exit code, and that no secret is to be seen."""
        desk = desk or self.desk()
        (desk / "job.toml").write_text(JOB + notify)
        ended = subprocess.run([self.binary, *command.split()], cwd=desk, env=self.environment(**environment), timeout=PATIENCE,
                               capture_output=True, check=False)  # fmt: skip
        said = (ended.stdout + ended.stderr).decode()
        self.check(f"{what}: exit code {code}", ended.returncode == code, f"{ended.returncode}\n{said[-3000:]}")
        self.no_canary(what, desk, said)
        # Without the lines of logging: what people see.
        return desk, "\n".join(line for line in said.splitlines() if " TRACE " not in line and " DEBUG " not in line)

    def no_canary(self, what, desk, said):
        written = [path for path in desk.rglob("*") if path.is_file() and path.name != "job.toml"]
        seen = [str(path) for path in written if any(canary.encode() in path.read_bytes() for canary in CANARIES)]
        lines = [line for line in said.splitlines() if any(canary in line for canary in CANARIES)]
        self.check(f"{what}: no secret is to be seen", not seen and not lines, "\n".join(seen + lines))

    def mail(self, post, more="", password="env:SMTP_PASSWORD", ca=True):
        ca_file = f'ca_file = "{self.certificates.file}"\n' if ca else ""
        return (f'[[notify.email]]\nname = "post"\nsmtp = "{post.place}"\nuser = "seatwise"\npassword = "{password}"\n'
                f'from = "Seatwise <seatwise@example.org>"\nto = ["ops@example.org"]\non = ["success", "failure"]\n{ca_file}{more}')  # fmt: skip

    def hook(self, more="", ca=True, on='["success", "failure", "overdue"]'):
        ca_file = f'ca_file = "{self.certificates.file}"\n' if ca else ""
        return (f'[[notify.webhook]]\nname = "hook"\nurl = "env:HOOK"\non = {on}\n'
                f'headers = {{ Authorization = "Bearer env:HOOK_TOKEN" }}\n{ca_file}{more}')  # fmt: skip


def mails(bench):
    certificates = bench.certificates
    good = certificates.context("good")
    with Post(good) as post:
        _, said = bench.run("mail by STARTTLS", bench.mail(post))
        bench.check("mail by STARTTLS: no warning", "warning:" not in said, said)
        bench.check("mail by STARTTLS: it is there", len(post.mails) == 1, said)
        for sender, receivers, message in post.mails:
            bench.check("its envelope", (sender, receivers) == ("seatwise@example.org", ["ops@example.org"]), (sender, receivers))
            bench.check("its subject", message["Subject"] == "seatwise small 2026-11-22: complete, 1 critical alert", message["Subject"])
            text = message.get_payload(decode=True).decode()
            bench.check("its text", "DRAW: 1 of 2 units outstanding" in text and "DRAW is short of 1 device" in text, text)

        bench.run("a password from a file", bench.mail(post, password=f"file:{bench.certificates.folder}/password"))
        bench.check("a password from a file: the mail is there", len(post.mails) == 2)

        _, said = bench.run("a wrong password", bench.mail(post), SMTP_PASSWORD=TOKEN)
        bench.check("a wrong password: a warning", "warning: the notice by post was not sent" in said and "535" in said, said)
        bench.check("a wrong password: tried once, no mail", (post.logins, len(post.mails)) == (3, 2), (post.logins, said))

        _, said = bench.run("a password that is not set", bench.mail(post, password="env:NOT_SET"))
        bench.check("a password that is not set: a warning", "environment variable NOT_SET, which is not set" in said, said)

        _, said = bench.run("an unknown authority", bench.mail(post, ca=False))
        bench.check("an unknown authority: a warning", "post was not sent" in said and "certificate" in said and "ca_file" in said, said)
        bench.check("an unknown authority: no login, no mail", (post.logins, len(post.mails)) == (3, 2))

    for what, context in {
        "an expired certificate": certificates.context("expired", -30, -2),
        "a certificate for another host": certificates.context("other", address="192.0.2.1"),
    }.items():
        with Post(context) as post:
            _, said = bench.run(what, bench.mail(post))
            bench.check(f"{what}: a warning", "post was not sent" in said and "certificate" in said, said)
            bench.check(f"{what}: no login, no mail", (post.logins, post.mails) == (0, []))

    with Post(good, implicit=True) as post:
        bench.run("mail by implicit TLS", bench.mail(post, 'tls = "implicit"\n'))
        bench.check("mail by implicit TLS: it is there", len(post.mails) == 1)
    with Post() as post:
        _, said = bench.run("a server without STARTTLS", bench.mail(post, "retries = 0\n"))
        bench.check("a server without STARTTLS: a warning, no login", "post was not sent" in said and post.logins == 0, said)


def hooks(bench):
    good = bench.certificates.context("web")
    with Web(good) as web:
        _, said = bench.run("an HTTPS webhook", bench.hook(), HOOK=web.url)
        bench.check("an HTTPS webhook: no warning", "warning:" not in said, said)
        bench.check("an HTTPS webhook: one request", len(web.requests) == 1)
        for path, headers, body in web.requests:
            bench.check("its path and token", (path, headers["authorization"]) == (f"/{PATH}", f"Bearer {TOKEN}"), (path, headers))
            status = (body["format"], body["version"], body["status"], body["exit_code"], body["totals"]["outstanding"])
            bench.check("its document", status == ("seatwise.notice", 1, "complete", 0, 1), body)

        _, said = bench.run("HTTPS by an unknown authority", bench.hook(ca=False), HOOK=web.url)
        bench.check("HTTPS by an unknown authority: a warning", "hook was not sent" in said and "ca_file" in said, said)
        bench.check("HTTPS by an unknown authority: no request", len(web.requests) == 1)

        # The exit code is a failed run's own, and the failure is told.
        desk = bench.desk()
        bench.run("before a failure", "", desk=desk)
        (desk / "licenses.csv").unlink()
        bench.run("a run that fails", bench.hook(), desk=desk, code=3, HOOK=web.url)
        body = web.requests[-1][2]
        status = (body["status"], body["exit_code"], body["totals"], body["last_complete"]["as_of"])
        bench.check("a run that fails: it is told", status == ("failed", 3, None, "2026-11-22") and "licenses" in body["message"], body)
        bench.run("a failure that nobody hears of", bench.hook("retries = 0\n"), desk=desk, code=3, HOOK="https://127.0.0.1:1/")

        for severity, wanted in {"critical": 1, "info": 1}.items():
            before = len(web.requests)
            on = bench.hook(f'severity = "{severity}"\n', on='["alert"]')
            bench.run(f"alerts from {severity} on", on, HOOK=web.url)
            bench.check(f"alerts from {severity} on: told", len(web.requests) - before == wanted)
        before = len(web.requests)
        bench.run("--no-notify", bench.hook(), command="run job.toml --no-notify", HOOK=web.url)
        bench.check("--no-notify: nobody is told", len(web.requests) == before)
        with Post(bench.certificates.context("beside")) as post:
            _, said = bench.run("one of two fails", bench.hook() + bench.mail(post), HOOK=web.url, SMTP_PASSWORD="wrong")
            bench.check("one of two fails: the other arrives", len(web.requests) == before + 1 and said.count("warning:") == 1, said)

    for what, context in {
        "an expired web certificate": bench.certificates.context("web-expired", -30, -2),
        "a web certificate for another host": bench.certificates.context("web-other", address="192.0.2.1"),
    }.items():
        with Web(context) as web:
            _, said = bench.run(what, bench.hook(), HOOK=web.url)
            bench.check(f"{what}: a warning, no request", "hook was not sent" in said and not web.requests, said)

    with Web() as proxy:
        place = proxy.url.removesuffix(f"/{PATH}")
        hook = bench.hook("retries = 0\n", ca=False)
        bench.run("by a proxy", hook, HOOK=f"https://hooks.example.org/{PATH}", HTTPS_PROXY=place)
        bench.check("by a proxy: it is asked", [path for path, *_ in proxy.requests] == ["hooks.example.org:443"], proxy.requests)
        bench.run("past a proxy", hook, HOOK=proxy.url, HTTPS_PROXY=place, HTTP_PROXY=place, NO_PROXY="127.0.0.1")
        bench.check("past a proxy: the server itself is asked", proxy.requests[-1][0] == f"/{PATH}", proxy.requests)


def others(bench):
    """What is not a run's end: overdue, test, signals, secrets in the job file, metrics."""
    with Web() as web:
        overdue = '[notify]\nwithin = "26h"\n' + bench.hook("retries = 1\n", ca=False)
        desk, _ = bench.run("overdue", overdue, command="notify overdue job.toml", code=1, HOOK=web.url)
        bench.check("overdue: it is told", [body["status"] for *_, body in web.requests] == ["overdue"], web.requests)
        bench.run("a run in time", overdue, desk=desk, HOOK=web.url)
        bench.run("not overdue", overdue, desk=desk, command="notify overdue job.toml", HOOK=web.url)
        bench.run("a test notice", overdue, command="notify test job.toml", HOOK=web.url)
        statuses = [body["status"] for *_, body in web.requests]
        bench.check("a run and a test are told", statuses == ["overdue", "complete", "test"], statuses)
        _, said = bench.run("a test that fails", overdue, command="notify test job.toml", code=1, HOOK="http://127.0.0.1:1/")
        bench.check("a test that fails: it says so", "hook: not sent: http://127.0.0.1:1: the connection was refused" in said, said)
        terminated(bench, web)

    for key in ("password", "pasword"):
        notify = f'[[notify.email]]\nsmtp = "h"\nuser = "u"\nfrom = "a@b"\nto = "a@b"\n{key} = "{PASSWORD}"\n'
        bench.run(f"a secret in the job file, as {key}", notify, code=2, command="check job.toml")
    notify = f'[[notify.webhook]]\nurl = "https://h"\nheaders = {{ Authorization = "Bearer {TOKEN}" }}\n'
    bench.run("a secret in a header", notify, code=2)
    bench.run("a secret in a file that is no TOML", f'[notify]\npassword = "{PASSWORD}\n', code=2)
    bench.run("a secret beside an error", f'[[notify.webhook]]\nurl = "http://h/{PATH}"\ntimeout = "soon"\n', code=2)
    metrics(bench)


def terminated(bench, web):
    """A run that is stopped by SIGTERM tells so before it ends."""
    desk = bench.desk()
    rows = (f"C-{row},DRAW,PC-{row}" for row in range(400_000))
    (desk / "consumptions.csv").write_text("consumption_id,product_id,asset_id\n" + "\n".join(rows) + "\n")
    (desk / "job.toml").write_text(JOB + bench.hook(ca=False))
    run = subprocess.Popen([bench.binary, "run", "job.toml", "--quiet"], cwd=desk, env=bench.environment(HOOK=web.url),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    end = time.monotonic() + PATIENCE
    while run.poll() is None and not list(desk.glob("out/.staging/*")) and time.monotonic() < end:
        time.sleep(0.01)
    run.send_signal(signal.SIGTERM)
    said, _ = run.communicate(timeout=PATIENCE)
    bench.check("SIGTERM: exit code 143", run.returncode == 143, f"{run.returncode}\n{said.decode()[-3000:]}")
    bench.no_canary("SIGTERM", desk, said.decode())
    body = web.requests[-1][2]
    bench.check("SIGTERM: it is told", (body["status"], body["exit_code"]) == ("failed", 143), body)


def metrics(bench):
    """metrics.prom after a complete run and after a failed one."""
    desk, _ = bench.run("metrics", "[metrics]\nproducts = true\n")
    complete = samples(desk / "out/metrics.prom")
    of_job = {name: value for (name, labels), value in complete.items() if labels == 'job="small"'}
    expected = {"seatwise_run_success": 1, "seatwise_run_exit_code": 0, "seatwise_demands": 2, "seatwise_demands_covered": 1,
                "seatwise_units_outstanding": 1}  # fmt: skip
    bench.check("metrics of a complete run", expected.items() <= of_job.items(), of_job)
    product = complete.get(("seatwise_product_units_outstanding", 'job="small",product="DRAW"'))
    bench.check("metrics of a product", product == 1, complete)
    (desk / "licenses.csv").write_text("license_id\nL-1\n")
    bench.run("metrics of a failure", "", desk=desk, code=4)
    failed = {name: value for (name, labels), value in samples(desk / "out/metrics.prom").items() if labels == 'job="small"'}
    bench.check("metrics of a failed run", (failed["seatwise_run_success"], failed["seatwise_run_exit_code"]) == (0, 4), failed)
    kept = "seatwise_last_success_timestamp_seconds"
    bench.check("the last success is kept", failed[kept] == of_job[kept] and "seatwise_demands" not in failed, failed)
    bench.check("nothing else is beside the runs", not [p for p in (desk / "out/.staging").iterdir()])


def samples(path):
    """The samples of a page by name and labels. Every one must belong to a family that was announced."""
    found, families = {}, set()
    text = path.read_text()
    assert text.endswith("\n"), "a page ends with a line end"
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind == "gauge" and name not in families, line
            families.add(name)
        elif not line.startswith("# HELP "):
            name, rest = line.split("{", 1)
            labels, value = rest.rsplit("} ", 1)
            assert name in families and (name, labels) not in found, line
            found[(name, labels)] = float(value)
    return found


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    # Handshakes that clients break off are part of the test.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="seatwise-notify-") as folder:
        certificates = Certificates(Path(folder))
        (Path(folder) / "password").write_text(PASSWORD + "\n")
        bench = Bench(str(Path(arguments[0]).resolve()), certificates)
        mails(bench)
        hooks(bench)
        others(bench)
    print(f"{bench.passed} passed, {bench.failed} failed")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
