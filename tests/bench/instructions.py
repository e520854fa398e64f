#!/usr/bin/env python3
"""Instructions that libpixazo's own object executes for one submit, one poll, one download and one event, counted by callgrind
(curl, TLS and libc are left out: they move with the distribution), beside the figures that are committed.

    instructions.py PROGRAM ODD_GATEWAY LIBRARY COMPILER [--write]

Fails when one has grown by more than 5 %. Figures hold for one compiler and its flags; with another they are printed only."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROGRAM, GATEWAY, LIBRARY, COMPILER = sys.argv[1:5]
COMMITTED = Path(__file__).with_name("instructions.json")
JOBS, GROWTH = 100, 1.05
ENV = {**os.environ, "LD_BIND_NOW": "1"}


def own_instructions(profile):
    """Self cost of the functions of libpixazo in a callgrind file. Names are given once and then referred to by number; the line
    after `calls=` is the cost of what was called."""
    library, names, own, total, called = os.path.realpath(LIBRARY), {}, False, 0, False
    for line in profile.read_text().splitlines():
        if line.startswith("ob="):
            number, name = re.match(r"ob=\((\d+)\)(?: (.*))?", line).groups()
            if name:
                names[number] = name
            own = os.path.realpath(names[number]) == library
        elif line.startswith("cob="):
            number, name = re.match(r"cob=\((\d+)\)(?: (.*))?", line).groups()
            if name:
                names[number] = name
        elif line.startswith("calls="):
            called = True
        elif line[:1] in "0123456789+-*" and line:
            if own and not called:
                total += int(line.split()[1])
            called = False
    if not any(os.path.realpath(name) == library for name in names.values()):
        sys.exit(f"callgrind saw nothing of {library}")
    return total


def count(part, jobs=JOBS, *more):
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        run = subprocess.run(["valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={out}", *more, PROGRAM, part, str(jobs), GATEWAY],
                             capture_output=True, text=True, timeout=280, env=ENV)
        if run.returncode != 0:
            sys.exit(f"{part}: {run.stderr or run.stdout}")
        return own_instructions(out), run.stdout


def main():
    if not shutil.which("valgrind"):
        print("SKIPPED: valgrind is not installed")
        sys.exit(77)
    parts = ["start", "submit", "life", "polls", "outputs"]
    with ThreadPoolExecutor(2) as pool:
        dispatch = pool.submit(count, "dispatch", JOBS, "--toggle-collect=pz_client_dispatch")
        told = dict(zip(parts, pool.map(count, parts)))
    cost = {part: value[0] for part, value in told.items()}
    polls, downloads = (int(told[part][1].split()[i]) - int(told["life"][1].split()[i]) for part, i in (("polls", 0), ("outputs", 2)))
    measured = {
        "submit": (cost["submit"] - cost["start"]) // JOBS,
        "event": dispatch.result()[0] // JOBS,
        "poll": (cost["polls"] - cost["life"]) // polls,
        "download": (cost["outputs"] - cost["life"]) // downloads,
        "job": (cost["life"] - cost["start"]) // JOBS,
    }
    if "--write" in sys.argv:
        COMMITTED.write_text(json.dumps({"compiler": COMPILER, "instructions": measured}, indent=2) + "\n")
    committed = json.loads(COMMITTED.read_text())
    same = committed["compiler"] == COMPILER
    grown = []
    print(f"{'instructions in libpixazo':28}{'now':>10}{'committed':>12}{'ratio':>8}")
    for name, now in measured.items():
        before = committed["instructions"][name]
        print(f"{'one ' + name:28}{now:>10}{before:>12}{now / before:>8.3f}")
        if now > before * GROWTH:
            grown.append(name)
    if not same:
        print(f"SKIPPED: the committed figures are those of {committed['compiler']}, this is {COMPILER}")
        sys.exit(77)
    if grown:
        sys.exit("grown by more than 5 %: " + ", ".join(grown) + "; if that is meant: instructions.py ... --write")


main()
