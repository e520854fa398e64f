#!/usr/bin/env python3
"""The table of README.md against the tests that exist.

  table.py BUILD_DIR [--rows]   fails if a row is missing or a test that is named does not exist; prints the count
  table.py BUILD_DIR --write    enters the tests that are named after a row and not in its line, drops those that are gone
  table.py --self-test          each mistake, in a table that makes it

A row's last cell holds the names of tests in backticks, "cannot run: why" or "open: what is missing". A test that carries the
row's id in its name counts whether it is entered or not. SECURITY.md's names are checked the same way.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE / "README.md"
PROMISES = HERE.parents[1] / "SECURITY.md"
SECTIONS = {"S": 32, "R": 12, "P": 16, "D": 15, "W": 12, "T": 13, "M": 11, "O": 10, "L": 23, "C": 5, "J": 13}
IDS = [f"{letter}{n}" for letter, count in SECTIONS.items() for n in range(1, count + 1)]
# Groups that a build may leave out, with the reason that configuring prints.
ROOMS = r"(?:unit/\w+|net/\w+|capi|kill|torture|simulation|sandbox|cli|cli_unit|abi|consume|examples|e2e|third_party|fuzz|journal|faults)"


def tests_of(build):
    said = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True, capture_output=True, text=True)
    return [test["name"] for test in json.loads(said.stdout)["tests"]]


def rows_of(text):
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch(r"[A-Z]\d+", cells[0]):
            if cells[0] in rows:
                raise SystemExit(f"README.md has row {cells[0]} twice")
            rows[cells[0]] = cells
    return rows


def named_after(tests):
    found = {row: [] for row in IDS}
    for test in tests:
        for row in sorted(set(re.findall(r"\b([A-Z]\d{1,2})\b", test))):
            if row in found:
                found[row].append(test)
    return found


def judge(rows, tests, promises=""):
    """Mistakes, and for each row its kind and its tests."""
    mistakes, verdict = [], {}
    exists, after = set(tests), named_after(tests)
    for row in IDS:
        if row not in rows:
            mistakes.append(f"row {row} is missing")
            continue
        cell = rows[row][3]
        names = re.findall(r"`([^`]+)`", cell)
        mistakes += [f"row {row} names a test that does not exist: {name}" for name in names if name not in exists]
        proofs = list(dict.fromkeys([name for name in names if name in exists] + after[row]))
        why = re.search(r"(cannot run|open): (\S.*)", cell)
        kind = "covered" if proofs else why.group(1) if why else None
        if kind is None:
            mistakes.append(f"row {row} has neither a test nor a reason")
        verdict[row] = (kind, proofs, why.group(2) if why else "")
    mistakes += [f"a row that is not of this list: {row}" for row in rows if row not in IDS]
    for name in re.findall(rf"`({ROOMS}: ?[^`]+)`", promises):
        if name not in exists:
            mistakes.append(f"SECURITY.md names a test that does not exist: {name}")
    for promise in re.findall(r"^- \*\*.*?(?=^- \*\*|^#|\Z)", promises, re.M | re.S):
        if not re.search(rf"`{ROOMS}: ?[^`]+`", promise):
            mistakes.append(f"SECURITY.md has a promise without a test: {promise.splitlines()[0]}")
    return mistakes, verdict


def report(verdict, tests, every_row):
    count = {kind: [row for row in verdict if verdict[row][0] == kind] for kind in ("covered", "cannot run", "open")}
    proofs = {test for row in count["covered"] for test in verdict[row][1]}
    for row in verdict if every_row else []:
        kind, names, why = verdict[row]
        print(f"{row:4}{kind}" + (f": {why}" if not names else ""))
        for name in names:
            print(f"      {name}")
    for kind in ("cannot run", "open"):
        for row in count[kind]:
            print(f"{row:4}{kind}: {verdict[row][2]}")
    print(f"fault list: {len(IDS)} rows: {len(count['covered'])} covered by {len(proofs)} of {len(tests)} tests, "
          f"{len(count['cannot run'])} cannot run on one Linux machine, {len(count['open'])} open")


def write(text, tests):
    after = named_after(tests)
    lines = []
    for line in text.splitlines():
        cells = line.split("|")
        row = cells[1].strip() if len(cells) == 6 else ""
        if row in after:
            exists = set(tests)
            cells[4] = "<br>".join(p for p in cells[4].split("<br>") if not re.fullmatch(r"\s*`[^`]+`\s*", p) or p.strip().strip("`") in exists)
            missing = [name for name in after[row] if f"`{name}`" not in cells[4]]
            kept = "" if missing and re.match(r"\s*open: ", cells[4]) else cells[4].strip()
            cells[4] = " " + "<br>".join(filter(None, [kept] + [f"`{name}`" for name in missing])) + " "
            line = "|".join(cells)
        lines.append(line)
    return "\n".join(lines) + "\n"


def self_test():
    rows = {row: [row, "", "", "open: not yet"] for row in IDS}
    right = judge(rows, ["net/a: x"], "- **Said.** `net/a: x`\n")
    assert right[0] == [] and right[1]["S1"][0] == "open"
    assert judge(rows, ["net/a: S1: x"])[1]["S1"] == ("covered", ["net/a: S1: x"], "not yet")
    for change, wrong in (
        (lambda r: r.pop("J13"), "row J13 is missing"),
        (lambda r: r.update(S2=["S2", "", "", ""]), "row S2 has neither"),
        (lambda r: r.update(S2=["S2", "", "", "`net/a: gone`"]), "row S2 names a test that does not exist"),
        (lambda r: r.update(Z1=["Z1", "", "", "open: x"]), "not of this list"),
    ):
        broken = dict(rows)
        change(broken)
        assert any(wrong in mistake for mistake in judge(broken, ["net/a: x"])[0]), wrong
    assert "does not exist" in judge(rows, [], "- **Said.** `net/a: x`\n")[0][0]
    assert "without a test" in judge(rows, [], "- **Said.** Trust us.\n")[0][0]
    line = "| S1 | a | b | open: c |"
    assert write("| S1 | a | b | `net/a: gone`<br>`net/a: y` |", ["net/a: y"]) == "| S1 | a | b | `net/a: y` |\n"
    assert write(line, ["net/a: S1: x"]) == "| S1 | a | b | `net/a: S1: x` |\n"
    print("each mistake is found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    tests = tests_of(sys.argv[1])
    if "--write" in sys.argv:
        return TABLE.write_text(write(TABLE.read_text(), tests)) and None
    mistakes, verdict = judge(rows_of(TABLE.read_text()), tests, PROMISES.read_text() if PROMISES.exists() else "")
    report({row: v for row, v in verdict.items() if v[0]}, tests, "--rows" in sys.argv)
    if mistakes:
        raise SystemExit("\n".join(mistakes))


if __name__ == "__main__":
    main()
