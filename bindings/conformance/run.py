#!/usr/bin/env python3
"""Runs the scenarios of scenarios.json in one language, and prints the table of all.

  run.py --sandbox PZ_SANDBOX --language NAME [--results DIR] [--only SCENARIO,...] [-j N] -- PROGRAM [ARGUMENT...]
  run.py --table DIR LANGUAGE...

A program is run once a scenario, the scenario's name its last argument, with PIXAZO_BASE_URL, PIXAZO_SANDBOX (the same URL, for
/sandbox/...), PIXAZO_API_KEY and PIXAZO_SCENARIO_DIR (a fresh directory). It ends with 0: everything was as the scenario says;
77: it cannot, and the last line of its output is the reason; anything else: it was not, and its output is shown. What the
sandbox saw is checked afterwards, whatever the program says. Exit code 1 if a scenario failed; 77 only if all of them cannot.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCENARIOS = json.loads((HERE / "scenarios.json").read_text(encoding="utf-8"))["scenarios"]
KEY = "conformance-key-5b1c"
PATIENCE = 150  # seconds after which a scenario has hung; sanitizers on a busy machine are slow
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sandbox:
    def __init__(self, program, scenario, folder):
        script = folder / "faults.json"
        script.write_text(json.dumps({"rules": scenario.get("faults", [])}))
        arguments = ["--port", "0", "--quiet", "--exit-with-parent", "--seed", "1", "--speed", "50", "--faults", str(script)]
        self.process = subprocess.Popen([program, *arguments, *scenario.get("sandbox", [])], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if "listening on " not in line:
            raise RuntimeError(f"pz-sandbox did not start: {line!r}")
        self.url = line.split("listening on ")[1].strip()

    def state(self):
        with OPENER.open(self.url + "/sandbox/state", timeout=60) as reply:
            return json.loads(reply.read())

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()


def server_problems(scenario, state):
    """What the gateway should not have seen, or should have and did not."""
    want, problems = scenario["server"], []
    posts = state["posts"]
    least, most = want["posts"] if isinstance(want["posts"], list) else [want["posts"]] * 2
    if not least <= len(posts) <= most:
        problems.append(f"the server saw {len(posts)} paid POSTs, not {want['posts']}")
    for prompt, count in state["prompts"].items():
        if count > want.get("per_prompt", 1):
            problems.append(f"the server saw {count} paid POSTs of the prompt {prompt!r}")
    if state["counts"].get("media_requests_with_a_key", 0):
        problems.append("the key went to a picture's host")
    if "keys" in want and len({post["key"] for post in posts}) != want["keys"]:
        problems.append(f"the server saw the keys {sorted({post['key'] for post in posts})}, not {want['keys']} different ones")
    if "prompt" in want and [post["prompt"] for post in posts] != [want["prompt"]]:
        problems.append(f"the prompt came as {[post['prompt'] for post in posts]!r}")
    running = [job["id"] for job in state["jobs"] if job["status"] in ("QUEUED", "PROCESSING")]
    if running and not want.get("cancelled_late"):
        problems.append(f"{len(running)} jobs still ran at the server when the program had ended")
    return problems


def run_program(command, environment):
    """Exit code (None: it hung) and output."""
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return None, process.communicate()[0]


def run_scenario(sandbox_program, command, scenario):
    """{"result": "ok", "cannot" or "failed", "why": lines}"""
    with tempfile.TemporaryDirectory(prefix="pz-conformance-") as name:
        folder = Path(name)
        (folder / "files").mkdir()
        try:
            sandbox = Sandbox(sandbox_program, scenario, folder)
        except (OSError, RuntimeError) as error:
            return {"result": "failed", "why": str(error)}
        try:
            environment = dict(os.environ, PIXAZO_BASE_URL=sandbox.url, PIXAZO_SANDBOX=sandbox.url, PIXAZO_API_KEY=KEY,
                               PIXAZO_SCENARIO_DIR=str(folder / "files"))
            code, output = run_program([*command, scenario["name"]], environment)
            problems = server_problems(scenario, sandbox.state()) if code != 77 else []
        finally:
            sandbox.stop()
    if code == 77:
        return {"result": "cannot", "why": (output.strip().splitlines() or ["no reason given"])[-1]}
    if code != 0:
        problems.insert(0, "it hung" if code is None else f"it ended with {code}")
    if problems:
        return {"result": "failed", "why": "\n".join([*problems, "its output:", output[-4000:]])}
    return {"result": "ok", "why": ""}


def run_language(words):
    chosen = [s for s in SCENARIOS if not words.only or s["name"] in words.only.split(",")]
    with ThreadPoolExecutor(words.jobs) as pool:
        results = dict(zip([s["name"] for s in chosen],
                           pool.map(lambda s: run_scenario(words.sandbox, words.program, s), chosen)))
    for name, result in results.items():
        print(f"{result['result']:7} {name}" + (f"\n  {result['why']}".replace("\n", "\n  ") if result["why"] else ""))
    if words.results:
        words.results.mkdir(parents=True, exist_ok=True)
        (words.results / f"{words.language}.json").write_text(json.dumps(results, indent=1))
    failed = sum(r["result"] == "failed" for r in results.values())
    cannot = sum(r["result"] == "cannot" for r in results.values())
    print(f"{words.language}: {len(results) - failed - cannot} of {len(results)} scenarios ok, {failed} failed, {cannot} cannot")
    return 1 if failed or not results else 77 if cannot == len(results) else 0


def print_table(folder, languages):
    """A mark in every cell: ok, FAILED, or the number of a reason below. Also written to table.txt there."""
    results, reasons, complete, lines = {}, [], True, []
    for language in languages:
        path = folder / f"{language}.json"
        results[language] = json.loads(path.read_text()) if path.exists() else {}
    widths = {language: max(len(language), 6) for language in languages}
    longest = max(len(s["name"]) for s in SCENARIOS)
    lines.append("  ".join([" " * longest, *(f"{language:{widths[language]}}" for language in languages)]))
    for scenario in SCENARIOS:
        cells = []
        for language in languages:
            result = results[language].get(scenario["name"], {"result": "not run", "why": "its test has not run"})
            if result["result"] == "ok":
                cell = "ok"
            else:
                why = "see its test" if result["result"] == "failed" else result["why"]
                reason = f"{language}, {scenario['name']}: {result['result']}: {why}"
                reasons.append(reason)
                cell = ("FAILED" if result["result"] == "failed" else "-") + f" {len(reasons)}"
                complete &= result["result"] == "cannot"
            cells.append(f"{cell:{widths[language]}}")
        lines.append("  ".join([f"{scenario['name']:{longest}}", *cells]))
    lines += [f"{number:3}  {reason}" for number, reason in enumerate(reasons, 1)]
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    print(text, end="")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.txt").write_text(text)
    return 0 if complete else 1


def main():
    if sys.argv[1:2] == ["--table"]:
        return print_table(Path(sys.argv[2]), sys.argv[3:])
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--language", required=True)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--only")
    parser.add_argument("-j", "--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("program", nargs="+")
    return run_language(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
