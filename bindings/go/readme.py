"""Runs what README.md shows: its commands in a module of its own, and each Go program in it, in both flavours, against pz-sandbox.

  readme.py GO DIRECTORY

A program passes if it ends with 0 and prints what the README says under it (a block `text`; the words of angle brackets stand
for anything).
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
go, folder = sys.argv[1], Path(sys.argv[2])
text = (HERE / "README.md").read_text(encoding="utf-8")
blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.M | re.S)
programs = [(code, blocks[i + 1][1] if blocks[i + 1:i + 2] and blocks[i + 1][0] == "text" else None)
            for i, (kind, code) in enumerate(blocks) if kind == "go"]
assert len(programs) >= 3, "README.md shows fewer programs than it did"
sandbox = subprocess.Popen([os.environ["PIXAZO_SANDBOX_PROGRAM"], "--port", "0", "--quiet", "--speed", "100", "--exit-with-parent"],
                           stdout=subprocess.PIPE, text=True)
failed = False
try:
    url = sandbox.stdout.readline().split("listening on ")[1].strip()
    commands = next(code for kind, code in blocks if kind == "sh" and "go mod" in code)
    for number, (code, expected) in enumerate(programs, 1):
        place = folder / str(number)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "main.go").write_text(code)
        script = "set -e\n" + commands.replace("/path/to/libpixazo/bindings/go", str(HERE))
        environment = dict(os.environ, PATH=f"{Path(go).parent}:{os.environ['PATH']}", PIXAZO_BASE_URL=url, PIXAZO_API_KEY="any")
        for cgo in "1", "0":
            environment["CGO_ENABLED"] = cgo
            steps = ([["bash", "-c", script]] if cgo == "1" else []) + [[go, "build", "-o", f"program{cgo}", "."], [f"./program{cgo}"]]
            for step in steps:
                run = subprocess.run(step, cwd=place, env=environment, capture_output=True, text=True, timeout=200)
                if run.returncode:
                    break
            if run.returncode == 0 and expected:
                pattern = re.sub(r"<[^<>]*>", ".+", re.escape(expected).replace(r"\<", "<").replace(r"\>", ">"))
                if re.fullmatch(pattern, run.stdout):
                    continue
                print(f"README's program {number} (CGO_ENABLED={cgo}) printed\n{run.stdout}and not\n{expected}")
            elif run.returncode == 0 and run.stdout:
                continue
            else:
                print(f"README's program {number} (CGO_ENABLED={cgo}): {step} ended with {run.returncode}\n{run.stdout}{run.stderr}")
            failed = True
finally:
    sandbox.terminate()
    sandbox.wait(60)
sys.exit(1 if failed else 0)
