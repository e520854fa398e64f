#!/usr/bin/env python3
"""How many connections, and HTTP/1.1 or HTTP/2 for polls: our client on the same jobs with each, near and 40 ms away, and where one piece in
a hundred is lost on the way. What was chosen stands beside the code, in src/transport/curl_transport.cpp.

    connections.py BUILD_DIR [--jobs 1000] [--connections 8,16,32,64]"""
import argparse
import contextlib
import tempfile
from pathlib import Path

import compare

LINKS = [("loopback", 0, 0), ("40 ms", 40, 0), ("40 ms, 1 % lost", 40, 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--connections", type=compare.numbers, default=[8, 16, 32, 64])
    arguments = parser.parse_args()
    programs = arguments.build.resolve() / "bin"
    print(f"{arguments.jobs} jobs over TLS; a quarter of the connections for polls, a quarter for outputs, the rest for paid requests")
    print(f"{'link':18}{'polls by':>10}{'connections':>13}{'wall s':>9}{'CPU ms/job':>12}{'exch./job':>11}{'lag s':>8}{'p99':>8}")
    with tempfile.TemporaryDirectory() as directory:
        compare.certificate(Path(directory))
        for link, delay, loss in LINKS:
            for http in (1, 2):
                with contextlib.ExitStack() as stack:
                    gateway = compare.Gateway(stack, programs, True, http, delay, ["--min-ms", "2000", "--max-ms", "5000"], Path(directory), loss)
                    for connections in arguments.connections:
                        ours = compare.Client("ours", "libpixazo", [f"{programs}/bench-ours", "--connections", str(connections)], [1, 2])
                        r = compare.run(ours, gateway, arguments.jobs, http, 120)
                        cells = [r["wall_s"], r["cpu_ms_job"], r["exchanges_job"], r["lag_mean_s"], r["lag_p99_s"]]
                        print(f"{link:18}{'HTTP/' + ('1.1' if http == 1 else '2'):>10}{connections:>13}{cells[0]:>9.2f}{cells[1]:>12.3f}"
                              f"{cells[2]:>11.2f}{cells[3]:>8.2f}{cells[4]:>8.2f}", flush=True)


main()
