#!/usr/bin/env python3
"""A large output to a file, ours and curl -o, in turns, from the same server: one at a time, and four in parallel.

    download.py BUILD_DIR [--megabytes 256] [--rounds 5]

CPU is that of the whole client process: ours also submits and polls. Needs bench-gateway (libnghttp2) and curl."""
import argparse
import os
import statistics
import subprocess
import tempfile
from pathlib import Path


def cpu_ms(command):
    """Runs a client to its end: what it printed, and its processor time."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {process.returncode}")
    return said, 1000 * (usage.ru_utime + usage.ru_stime)


def empty(folder):
    for file in folder.iterdir():
        file.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    programs, size = arguments.build / "bin", arguments.megabytes << 20
    gateway = subprocess.Popen([programs / "bench-gateway", "--min-ms", "1", "--max-ms", "2", "--picture-bytes", str(size)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = "http://127.0.0.1:" + gateway.stdout.readline().split()[1]
    print(f"{'files at once':>13}{'ours, CPU ms':>14}{'curl, CPU ms':>14}{'ratio':>8}{'ours, peak MB':>15}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for count in (1, 4):
            ours, curls, peaks = [], [], []
            for _ in range(arguments.rounds):
                said, used = cpu_ms([programs / "bench_download", url, folder, str(count)])
                lines = said.split("\n")
                sizes = [file.stat().st_size for file in folder.iterdir()]
                assert sizes == [size] * count, sizes
                ours.append(used)
                peaks.append(next(float(line.split()[2]) for line in lines if line.startswith("figure peak_kb")) / 1024)
                empty(folder)
                outputs = [part for i, line in enumerate(lines[:count]) for part in (line, "-o", str(folder / f"{i}"))]
                curls.append(cpu_ms(["curl", "--silent", "--fail", "--parallel", *outputs])[1])
                empty(folder)
            ratio = statistics.median(ours) / statistics.median(curls)
            print(f"{count:13}{statistics.median(ours):14.0f}{statistics.median(curls):14.0f}{ratio:8.2f}{max(peaks):15.1f}")
            print(f"figure download_{count}_cpu_ratio {ratio:.3f}")
            print(f"figure download_{count}_peak_mb {max(peaks):.1f}")
    gateway.stdin.close()
    gateway.wait(10)


if __name__ == "__main__":
    main()
