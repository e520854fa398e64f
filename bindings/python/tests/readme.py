#!/usr/bin/env python3
"""Builds the wheel, installs it into a fresh virtual environment, and runs every example of README.md there: readme.py WORK_DIR"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
WITH_SANDBOX = HERE.parents[1] / "examples/with_sandbox.sh"


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


def main():
    work = Path(sys.argv[1])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PIXAZO_LIBRARY")}
    made = subprocess.run([sys.executable, "-m", "venv", work / "venv"], capture_output=True, text=True)
    if made.returncode:
        print(f"there is no venv here: {made.stdout.strip().splitlines()[-1:] or made.stderr.strip().splitlines()[-1:]}")
        return 77
    python, pip = work / "venv/bin/python", [work / "venv/bin/python", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    source = work / "source"  # pip leaves files beside what it builds
    shutil.copytree(HERE, source / "bindings/python", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HERE.parents[1] / "include", source / "include")
    run(*pip, "wheel", "--no-index", "--no-deps", "-w", work / "wheels", source / "bindings/python", env=dict(clean, PIXAZO_LIBRARY=os.environ["PIXAZO_LIBRARY"]))
    (wheel,) = (work / "wheels").iterdir()
    assert re.fullmatch(r"pixazo-[\d.]+-py3-none-linux_\w+\.whl", wheel.name), wheel.name
    run(*pip, "wheel", "--no-index", "--no-deps", "-w", work / "pure", source / "bindings/python", env=clean)
    assert next((work / "pure").iterdir()).name.endswith("-py3-none-any.whl")
    run(*pip, "install", "--no-index", wheel)
    found = run(python, "-c", "import pixazo, pixazo._native as n; print(pixazo.__file__); print(n.lib._name)", cwd=work, env=clean)
    assert all(str(work / "venv") in line for line in found.splitlines()) and "_lib/libpixazo.so.1" in found, found
    assert "py.typed" in run(*pip, "show", "-f", "pixazo", env=clean)

    readme = (HERE / "README.md").read_text(encoding="utf-8")
    settings = run(python, "-c", "import dataclasses, pixazo; print(*[f.name for f in dataclasses.fields(pixazo.Options)])", cwd=work, env=clean)
    missing = [name for name in settings.split() if f"`{name}`" not in readme.split("## Settings")[1]]
    assert settings.split() and not missing, f"README lists no setting {missing}"
    examples = re.findall(r"^```python\n(.*?)^```", readme, flags=re.S | re.M)
    for number, text in enumerate(examples):
        script = work / f"example{number}.py"
        script.write_text(text, encoding="utf-8")
        print(run(WITH_SANDBOX, os.environ["PIXAZO_SANDBOX_PROGRAM"], "--quiet", "--speed", "100", "--", python, "-X", "dev", "-W",
                  "error", script, cwd=work, env=clean), end="")
    for name in ("lighthouse.png", "owl.png", "map.png"):
        assert (work / name).stat().st_size > 100, name
    print(f"{wheel.name}: {len(examples)} examples")
    return 0 if len(examples) >= 5 else 1


sys.exit(main())
