#!/usr/bin/env python3
"""compare_test.py BUILD_DIR: compare.py, small: it measures what it says, and our client keeps its promise while it is measured."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

JOBS = 20

with tempfile.TemporaryDirectory() as place:
    out = Path(place) / "out.json"
    command = [sys.executable, "-B", Path(__file__).with_name("compare.py"), sys.argv[1], "--jobs", str(JOBS), "--http", "1", "--delay", "0", "--rounds", "1",
               "--min-ms", "50", "--max-ms", "100", "--poll-ms", "50", "--clients", "ours,floor", "--json", out]
    subprocess.run(command, check=True, timeout=100)
    rows = json.loads(out.read_text())["rows"]

assert [(r["client"], r["tls"]) for r in rows] == [("ours", 0), ("floor", 0), ("ours", 1), ("floor", 1)], rows
for ours, floor in (rows[:2], rows[2:]):
    for row in (ours, floor):
        name = f"{row['label']}, {'TLS' if row['tls'] else 'plain'}"
        assert row["done"] == JOBS and row["failed"] == 0 and not row["never_done"], (name, row)
        assert row["submits"] == JOBS, f"{name}: {row['submits']} POSTs for {JOBS} jobs"
        assert row["downloads"] == JOBS, f"{name}: {row['downloads']} downloads for {JOBS} jobs"
        assert row["exchanges_job"] >= 3, f"{name}: a job is a POST, a poll and a download at least"
        assert (row["tls_full"] + row["tls_resumed"] > 0) == bool(row["tls"]), (name, row)
        assert row["cpu_ms_job"] > 0 and row["peak_mb"] > 1 and row["threads"] >= 1, (name, row)
    assert ours["connections"] > JOBS, f"a POST went out on a connection that had been used: {ours['connections']} connections for {JOBS} jobs"
    # The jitter of 20 % may cost a poll.
    assert ours["exchanges_job"] <= floor["exchanges_job"] + 1, (ours["exchanges_job"], floor["exchanges_job"])
