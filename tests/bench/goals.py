#!/usr/bin/env python3
"""Every goal, with what this machine measured beside it.

    goals.py BUILD_DIR [--quick] [--compare RESULTS.json] [--only WORD] [--check]

BUILD_DIR is what `cmake --workflow --preset bench` made. Runs the programs of this folder (about five minutes; --quick: two) and prints one
table. What compare.py knows is read from its --json file; without one it is run with 1,000 jobs. --check: exits with 1 if a goal is missed.
What was tried for each that is missed stands in README.md."""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "compare"))
import goals as compare_goals  # noqa: E402  what compare.py asks of itself

# (goal, figure, unit, bound, the program that prints the figure)
GOALS = [
    ("a waiting job", "bytes_a_waiting_job", "bytes", 1024, "counts"),
    ("a waiting job, resident, at the most jobs", "waiting_kb_a_job", "KB", 1, "waiting"),
    ("the whole process, 10,000 waiting jobs", "waiting_10000_mb", "MB", 20, "waiting"),
    ("CPU a poll, most waiting jobs to 1,000", "waiting_poll_slope", "x", 1.25, "waiting"),
    ("1,000,000 waiting jobs in simulated time", "million_mb", "MB", 1024, "million"),
    ("submit in a game's loop, p99", "submit_p99_us", "us", 10, "frame"),
    ("... waking a thread by an eventfd, p99 (no goal)", "wake_p99_us", "us", None, "frame"),
    ("dispatch with nothing to do, in a loop", "dispatch_us", "us", 0.2, "micro"),
    ("the slowest getter, in a loop", "getter_us", "us", 0.05, "micro"),
    ("locks waited for in a game's loop", "lock_waits", "", 0, "frame"),
    ("allocations of a poll that found no change", "allocations_a_poll", "", 0, "counts"),
    ("wakeups without a job, 5 s", "idle_wakeups", "", 0, "idle"),
    ("wakeups when all jobs have ended, 5 s", "ended_wakeups", "", 0, "idle"),
    ("wakeups a poll, 1,000 waiting jobs", "waiting_wakeups_a_poll", "", 2, "idle"),
    ("dlopen to the first byte of a submit", "cold_ms", "ms", 10, "cold"),
    ("... processor time of it", "cold_cpu_ms", "ms", 10, "cold"),
    ("... without libcurl, sqlite3, stdc++ (no goal)", "cold_own_cpu_ms", "ms", None, "cold"),
    ("dlopen alone, without those", "dlopen_own_us", "us", 1000, "cold"),
    ("a download, CPU to curl -o", "download_1_cpu_ratio", "x", 1.05, "download"),
    ("four at once, CPU to curl --parallel", "download_4_cpu_ratio", "x", 1.05, "download"),
    ("four at once, peak memory", "download_4_peak_mb", "MB", 32, "download"),
    ("the library, stripped", "library_kb", "KB", 450, "library"),
]


def run(command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def figures_of(done):
    return {name: float(value) for name, value in re.findall(r"^figure (\S+) (\S+)$", done.stdout, re.M)}


def micro(programs, quick):
    """Getters and the empty dispatch, from google-benchmark's own JSON."""
    done = run([programs / "bench_micro", "--benchmark_format=json", f"--benchmark_min_time={0.05 if quick else 0.5}",
                "--benchmark_filter=^pz_job|^pz_client_in_flight|nothing"])
    if done.returncode != 0:
        return {}
    times = {row["name"]: row["cpu_time"] / 1000 for row in json.loads(done.stdout)["benchmarks"]}  # ns
    getters = [time for name, time in times.items() if "nothing" not in name]
    return {"getter_us": max(getters), "dispatch_us": times["pz_client_dispatch, nothing to do"]}


def library(build):
    with tempfile.TemporaryDirectory() as place:
        stripped = Path(place) / "stripped"
        subprocess.run(["strip", "-o", stripped, build / "lib" / "libpixazo.so"], check=True)
        return {"library_kb": stripped.stat().st_size / 1000}


def measure(program, build, quick):
    programs = build / "bin"
    if program == "micro":
        return micro(programs, quick)
    if program == "library":
        return library(build)
    if program == "download":
        return figures_of(run([sys.executable, "-B", HERE / "download.py", build, *(["--rounds", "2", "--megabytes", "64"] if quick else [])]))
    arguments = {
        "cold": [build / "lib" / "libpixazo.so", *(["--rounds", "5"] if quick else [])],
        "waiting": ["--most", "10000"] if quick else [],
        "million": ["--most", "100000"] if quick else [],
        "frame": ["--frames", "200"] if quick else [],
        "idle": ["--seconds", "2"] if quick else [],
    }.get(program, [])
    return figures_of(run([programs / f"bench_{program}", *arguments]))


def compared(build, results):
    """What compare.py measured: (goal, measured, met)."""
    if not results:
        results = build / "goals-compare.json"
        run([sys.executable, "-B", HERE / "compare" / "compare.py", build, "--jobs", "1000", "--tls", "1", "--http", "1", "--delay", "0",
             "--rounds", "1", "--json", results])
    if not results.exists():
        return [("what compare.py measures", "nothing: it did not run", None)]
    told = json.loads(results.read_text())
    return list(compare_goals.verdicts(told["rows"], told.get("waiting")))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--compare", type=Path)
    parser.add_argument("--only", default="", help="only goals measured by this program, or compare")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    measured, missed = {}, 0
    print(f"{'goal':52}{'at most':>12}{'measured':>14}")
    for goal, figure, unit, bound, program in GOALS:
        if arguments.only and arguments.only != program:
            continue
        if program not in measured:
            measured[program] = measure(program, arguments.build, arguments.quick)
        value = measured[program].get(figure)
        said, verdict = ("-", "not measured") if value is None else (f"{value:.4g} {unit}", "")
        if value is not None and bound is not None:
            verdict = "met" if value <= bound else "MISSED" + (f" by {100 * (value / bound - 1):.0f} %" if bound else "")
        missed += verdict.startswith("MISSED")
        at_most = "" if bound is None else f"{bound:g} {unit}"
        print(f"{goal:52}{at_most:>12}{said:>14}  {verdict}", flush=True)
    if arguments.only in ("", "compare"):
        for goal, said, met in compared(arguments.build, arguments.compare):
            print(f"{goal:64}{said:>14}  {'' if met is None else 'met' if met else 'MISSED'}", flush=True)
            missed += met is False
    sys.exit(1 if missed and arguments.check else 0)


if __name__ == "__main__":
    main()
