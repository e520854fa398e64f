#!/usr/bin/env python3
"""Compares the header's enumerators with the golden file: a value, once released, is never changed, reused or removed.

  enumerators.py GOLDEN COMPILER     the header's list equals the golden one, and a C compiler agrees about every value
  enumerators.py GOLDEN --write      writes the golden file (to add new enumerators)
"""
import subprocess
import sys
from pathlib import Path

import public_header


def main():
    golden, how = Path(sys.argv[1]), sys.argv[2]
    found = public_header.enumerators(public_header.HEADER.read_text())
    lines = [f"{name} {value}" for name, value in found]
    if how == "--write":
        golden.write_text("\n".join(lines) + "\n")
        return 0
    wanted = golden.read_text().split("\n")[:-1]
    problems = [f"gone or changed: {line}" for line in wanted if line not in lines]
    problems += [f"new, not in the golden file: {line}" for line in lines if line not in wanted]
    source = "#include <pixazo/pixazo.h>\n" + "".join(
        f'_Static_assert({name} == {value}, "{name}");\n' for name, value in (line.split() for line in wanted))
    compiled = subprocess.run([how, "-std=c11", "-fsyntax-only", "-I", public_header.HEADER.parents[1], "-x", "c", "-"],
                              input=source, text=True, capture_output=True)
    if compiled.returncode != 0:
        problems.append(compiled.stderr)
    print(f"{len(lines)} enumerators")
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main())
