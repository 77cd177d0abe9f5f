#!/usr/bin/env python3
"""The fault run: the real program is killed, starved and refused, and its results must stay whole.

    tests/crash/crash.py                 the short form, under a minute
    tests/crash/crash.py --full          every call, every error, 200 kills, every step of a filling disk

After each case the old result is there untouched or the new one is there whole, as `seatwise verify` and a reader of `latest`
see it; the next run succeeds; and its tables are those of a run that nobody disturbed, byte for byte.

Needs Linux, Python 3.9 and strace; builds nothing. A section that cannot run here says SKIPPED, and is not counted as passed.
`desk` is one output and how it is judged, `strace` the calls of a program, `sections` what is done to it.
"""

import argparse
import os
import sys
import time

import sections


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(os.path.dirname(__file__), "../../target"))
    parser.add_argument("--binary", default=os.path.join(target, "debug/seatwise"), help="the program")
    parser.add_argument("--broken", default=os.path.join(target, "debug/examples/broken_publisher"), help="publishers with a slip")
    parser.add_argument("--full", action="store_true", help="all cases, some minutes")
    parser.add_argument("--seed", type=int, default=1, help="of the random kills")
    parser.add_argument("--only", metavar="WORD", help="only sections with this word in their name")
    args = parser.parse_args()
    for program in (args.binary, args.broken):
        if not os.path.exists(program):
            sys.exit(f"{program} is not there: run `cargo build --bins --examples` first")
    args.binary, args.broken = os.path.abspath(args.binary), os.path.abspath(args.broken)

    violations = total = 0
    began = time.monotonic()
    for name, section in sections.ALL:
        if args.only and args.only not in name:
            continue
        started = time.monotonic()
        result = section(args)
        seconds = time.monotonic() - started
        if result.skipped:
            print(f"{name:<44} SKIPPED: {result.skipped}", flush=True)
            continue
        total += result.cases
        violations += len(result.violations)
        passed = result.cases - len(result.violations)
        print(f"{name:<44} {result.cases:>5} cases {passed:>5} passed {seconds:>6.1f} s  {result.note}".rstrip(), flush=True)
        for violation in result.violations[:5]:
            print(f"    VIOLATION {violation}", flush=True)
    print(f"{total} cases in {time.monotonic() - began:.0f} s, {violations} violations")
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
