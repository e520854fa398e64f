#!/usr/bin/env python3
"""README's C example is examples/hello.c, at most 25 lines of it, and README's table of endpoints is the catalogue's."""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    readme = (ROOT / "README.md").read_text()
    hello = (ROOT / "examples/hello.c").read_text()
    shown = re.search(r"```c\n(.*?)```", readme, flags=re.S)
    problems = []
    if not shown or shown.group(1) != hello:
        problems.append("the C example of README.md is not examples/hello.c")
    if len(hello.splitlines()) > 25:
        problems.append(f"examples/hello.c has {len(hello.splitlines())} lines")
    wanted = [(e["id"], e["mode"], e["path"]) for f in sorted((ROOT / "src/catalogue/providers").glob("*.json"))
              for e in json.loads(f.read_text())["endpoints"]]
    rows = re.findall(r"^\| `([^`]+)` \| [^|]* \| (sync|queued) \| `(/[^`]+)` \|$", readme, flags=re.M)
    problems += [f"README.md lacks the row {row}" for row in wanted if row not in rows]
    problems += [f"README.md has the row {row}, the catalogue has not" for row in rows if row not in wanted]
    print(f"{len(rows)} endpoints")
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main())
