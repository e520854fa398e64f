#!/usr/bin/env python3
"""mypy, strict, over the package, and over README's examples as a typed program would use it: typing_test.py WORK_DIR"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def main():
    mypy = shutil.which("mypy", path="/usr/bin:" + os.environ.get("PATH", ""))
    if not mypy:
        print("there is no mypy here (Debian: apt-get install mypy)")
        return 77
    work = Path(sys.argv[1])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    examples = []
    for number, text in enumerate(re.findall(r"^```python\n(.*?)^```", readme, flags=re.S | re.M)):
        examples.append(work / f"example{number}.py")
        examples[-1].write_text(text, encoding="utf-8")
    wrong = work / "wrong.py"
    wrong.write_text("import pixazo\npixazo.Client().generate('sdxl').save(7)\n", encoding="utf-8")
    common = [mypy, "--cache-dir", work / "cache", "--python-version", "3.9"]
    environment = dict(os.environ, MYPYPATH=str(HERE / "src"))
    run = subprocess.run([*common, "--strict", HERE / "src/pixazo"], env=environment)
    used = subprocess.run([*common, *examples], env=environment)
    refused = subprocess.run([*common, wrong], env=environment, capture_output=True, text=True)
    if "arg-type" not in refused.stdout:
        print(f"a wrong argument was not found: {refused.stdout}")
        return 1
    return run.returncode or used.returncode


sys.exit(main())
