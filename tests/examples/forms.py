#!/usr/bin/env python3
"""Runs the program `form` for every endpoint of the built-in catalogue and looks for what the documents print about it."""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    program = sys.argv[1]
    documented = {e["url"].split("/", 3)[3]: e for e in json.loads((ROOT / "tests/data/endpoints.json").read_text())["endpoints"]}
    rows = [e for f in sorted((ROOT / "src/catalogue/providers").glob("*.json")) for e in json.loads(f.read_text())["endpoints"]]
    ids = [e["id"] for e in rows]
    # A second spelling that the documents print for the same parameter is no field of its own.
    aliases = {(e["id"], alias) for e in rows for p in e["params"] for alias in p.get("wire_aliases", [])}
    problems = []
    for name in ids:
        form = subprocess.run([program, name], check=True, capture_output=True, text=True).stdout
        path = re.search(r"^POST /(\S+),", form, flags=re.M).group(1)
        for param in documented.pop(path)["params"]:
            if (name, param["name"]) in aliases:
                continue
            if not re.search(rf"(^  \*? *{param['name']} |sent as {param['name']}\b)", form, flags=re.M):
                problems.append(f"{name}: no field {param['name']}")
            for choice in param.get("enum", []):
                if isinstance(choice, dict) or str(choice).startswith("<"):
                    continue  # stands for a kind of value ("<custom W×H>"), not for one of them
                if json.dumps(choice) not in form and json.dumps(choice, separators=(",", ":")) not in form:
                    problems.append(f"{name}: {param['name']} does not offer {choice}")
    problems += [f"no form for {path}" for path in documented]
    if subprocess.run([program, "no-such-endpoint"], capture_output=True).returncode != 1:
        problems.append("a form for an endpoint that does not exist")
    print(f"{len(ids)} forms")
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main())
