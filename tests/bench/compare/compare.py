#!/usr/bin/env python3
"""Clients side by side, on the same jobs, against one stand-in gateway; tests/bench/README.md says what every column means.

    compare.py BUILD_DIR [--jobs 100,1000,10000] [--tls 0,1] [--http 1,2] [--delay 0,40] [--clients ours,floor,...]
               [--rounds 3] [--min-ms 2000] [--max-ms 5000] [--poll-ms 1000] [--limit S] [--quick] [--check] [--json OUT]

Clients take turns within a round, so that what else the machine does meets all of them; figures are medians of the rounds.
--quick: 100 jobs, one round, no delay. --check: exits with 1 when a goal is missed, and says by how much."""
import argparse
import contextlib
import json
import os
import platform
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import goals  # noqa: E402
import table  # noqa: E402

PEERS = HERE / "peers"
SAMPLE_S = 0.01


class Client:
    """One that can be run: what it is called, its command, the versions of HTTP it speaks."""

    def __init__(self, name, label, command, http, missing=None, directory=None):
        self.name, self.label, self.command, self.http, self.missing, self.directory = name, label, command, http, missing, directory


def own_clients(programs, poll_ms):
    polls = ["--poll-ms", str(poll_ms)]
    return {
        "ours": Client("ours", "libpixazo", [f"{programs}/bench-ours", *polls], [1, 2]),
        "floor": Client("floor", "bare libcurl (the floor)", [f"{programs}/bench-floor", *polls], [1, 2]),
        "floor-fresh": Client("floor-fresh", "bare libcurl, each POST on a new connection", [f"{programs}/bench-floor", *polls, "--fresh-submit", "1"], [1, 2]),
    }


def peer_clients():
    listed = json.loads((PEERS / "peers.json").read_text()) if (PEERS / "peers.json").exists() else {}
    clients = {}
    for name, peer in listed.items():
        there = subprocess.run(["sh", "-c", peer["needs"]], cwd=PEERS, capture_output=True).returncode == 0
        missing = None if there else "not installed: run tests/bench/compare/peers/install.sh"
        clients[name] = Client(name, peer["label"], peer["command"], peer.get("http", [1]), missing, PEERS)
    return clients


@contextlib.contextmanager
def program(*command):
    """One of ours that prints "listening PORT" and ends with its stdin: its port."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline().split()[1])
        finally:
            process.stdin.close()
            if process.wait(10) != 0:
                print(f"{command[0]} ended with {process.returncode}", file=sys.stderr)


class Gateway:
    """The stand-in gateway and, in front of it, distance."""

    def __init__(self, stack, programs, tls, http, delay_ms, durations, place, loss=0):
        files = [str(place / "cert.pem"), str(place / "key.pem")]
        self.ca = files[0] if tls else None
        self.trust = ssl.create_default_context(cafile=self.ca) if tls else None
        self.scheme = "https" if tls else "http"
        port = stack.enter_context(program(f"{programs}/bench-gateway", "--http", str(http), *durations, *(["--tls", *files] if tls else [])))
        self.admin = f"{self.scheme}://127.0.0.1:{port}"
        if delay_ms:
            port = stack.enter_context(program(f"{programs}/bench-delay-proxy", "--to", str(port), "--ms", str(delay_ms), "--loss", str(loss)))
        self.url = f"{self.scheme}://127.0.0.1:{port}"

    def ask(self, path, method="GET"):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.trust))
        with opener.open(urllib.request.Request(self.admin + path, method=method), timeout=30) as reply:
            return json.loads(reply.read())


def sample(pid, seen, stop):
    """Largest number of threads and peak memory of a process. (ru_maxrss would begin with what this very program holds.)"""
    while not stop.wait(SAMPLE_S):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in ("Threads", "VmHWM"):
                    seen[name] = max(seen.get(name, 0), int(value.split()[0]))


def run(client, gateway, jobs, http, limit_s):
    """One client's turn: its own line and what was seen of it from outside."""
    command = [*client.command, "--url", gateway.url, "--jobs", str(jobs), "--http", str(http), "--timeout", str(limit_s)]
    if gateway.ca:
        command += ["--ca", gateway.ca]
    env = {**os.environ, **({"NODE_EXTRA_CA_CERTS": gateway.ca, "REQUESTS_CA_BUNDLE": gateway.ca} if gateway.ca else {})}
    gateway.ask("/_reset?seed=1", "POST")
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=client.directory, env=env, start_new_session=True)
    seen, stop, said = {}, threading.Event(), []
    reader = threading.Thread(target=lambda: said.append(process.stdout.read()))
    errors = threading.Thread(target=lambda: said.insert(0, process.stderr.read().partition(b"\n")[0][:200]))
    watcher = threading.Thread(target=sample, args=(process.pid, seen, stop))
    late = threading.Timer(limit_s + 10, lambda: os.killpg(process.pid, signal.SIGKILL))
    for thread in (reader, errors, watcher, late):
        thread.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    late.cancel()
    stop.set()
    for thread in (reader, errors, watcher):
        thread.join()
    stats = gateway.ask("/_stats")
    try:
        line = json.loads(said[1].splitlines()[-1])
    except (IndexError, ValueError):
        line = {"done": stats["downloads"], "failed": 0, "wall_s": time.monotonic() - began, "error": said[0].decode(errors="replace").strip()}
    before, waiting = line.get("rss_before_kb"), line.get("rss_waiting_kb")
    return {
        "done": line["done"], "failed": line["failed"], "wall_s": line["wall_s"], "error": line.get("error"),
        "cpu_ms_job": (usage.ru_utime + usage.ru_stime) * 1000 / max(line["done"], 1),
        "peak_mb": seen.get("VmHWM", 0) / 1024, "threads": seen.get("Threads", 0),
        "kb_waiting_job": (waiting - before) / jobs if waiting and before else None,
        "submits": stats["submits"], "downloads": stats["downloads"], "exchanges_job": stats["exchanges"] / jobs,
        "connections": stats["connections"], "connections_peak": stats["connections_peak"],
        "tls_full": stats["tls_full"], "tls_resumed": stats["tls_resumed"],
        "lag_mean_s": stats["lag_ms"]["mean"] / 1000, "lag_p99_s": stats["lag_ms"]["p99"] / 1000,
        "server_busy": stats["busy"], "server_cpu_ms_job": stats["server_cpu_ms"] / jobs,
    }


def median(rounds):
    """Of every figure, the median; a client is done if it was in every round."""
    row = {}
    for name in rounds[0]:
        values = [r[name] for r in rounds if r[name] is not None]
        numbers = [v for v in values if not isinstance(v, str)]
        row[name] = statistics.median(numbers) if numbers else (values[0] if values else None)
    row["done"] = min(r["done"] for r in rounds)
    row["failed"] = max(r["failed"] for r in rounds)
    row["rounds"] = rounds
    return row


def setting(arguments, clients, gateway, jobs, tls, http, delay):
    """All clients on one setting: a row each."""
    limit_s = arguments.limit or (120 if jobs >= 10000 else 60)
    able = [c for c in clients if http in c.http]
    rounds = {c.name: [] for c in able if not c.missing}
    for turn in range(arguments.rounds):
        for client in able:
            never = any(r["done"] < jobs for r in rounds.get(client.name, []))
            if client.missing or never:
                continue  # what was not done once within the limit is not waited for again
            rounds[client.name].append(run(client, gateway, jobs, http, limit_s))
    shared = {"jobs": jobs, "tls": tls, "http": http, "delay_ms": delay}
    rows = []
    for client in able:
        row = {"client": client.name, "label": client.label, **shared}
        if client.missing:
            rows.append({**row, "missing": client.missing})
        else:
            figures = median(rounds[client.name])
            rows.append({**row, **figures, "never_done": figures["done"] < jobs, "limit_s": limit_s})
    return rows


def certificate(place):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", place / "key.pem", "-out", place / "cert.pem"],
                   check=True, capture_output=True)


def numbers(text):
    return [int(word) for word in text.split(",")]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=numbers, default=[100, 1000, 10000])
    parser.add_argument("--tls", type=numbers, default=[0, 1])
    parser.add_argument("--http", type=numbers, default=[1, 2])
    parser.add_argument("--delay", type=numbers, default=[0, 40])
    parser.add_argument("--clients", type=lambda text: text.split(","))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--min-ms", type=int, default=2000)
    parser.add_argument("--max-ms", type=int, default=5000)
    parser.add_argument("--poll-ms", type=int, default=1000, help="of ours and of bare libcurl; peers poll each second")
    parser.add_argument("--limit", type=int, help="seconds a run may take (60; 120 for 10,000 jobs)")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.jobs, arguments.rounds, arguments.delay = [100], 1, [0]
    return arguments


def save(file, rounds, rows, waiting):
    machine = {"cores": os.cpu_count(), "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())}
    file.write_text(json.dumps({"machine": machine, "rounds": rounds, "rows": rows, "waiting": waiting}, indent=1) + "\n")


def main():
    arguments = parse()
    programs = arguments.build.resolve() / "bin"
    known = {**own_clients(programs, arguments.poll_ms), **peer_clients()}
    unknown = [name for name in arguments.clients or [] if name not in known]
    if unknown:
        sys.exit(f"no client is called {', '.join(unknown)}; there are {', '.join(known)}")
    clients = [known[name] for name in arguments.clients or known]
    rows, waiting = [], None
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        certificate(place)
        durations = ["--min-ms", str(arguments.min_ms), "--max-ms", str(arguments.max_ms)]
        for tls in arguments.tls:
            for http in arguments.http if tls else [1]:  # libcurl 7.88.1 cannot use a kept h2c connection again
                for delay in arguments.delay:
                    with contextlib.ExitStack() as stack:
                        gateway = Gateway(stack, programs, tls, http, delay, durations, place)
                        for jobs in arguments.jobs:
                            part = setting(arguments, clients, gateway, jobs, tls, http, delay)
                            rows += part
                            table.show(part)
                            if arguments.json:  # a whole run takes an hour: what is measured is kept
                                save(arguments.json, arguments.rounds, rows, None)
        if arguments.check:
            with contextlib.ExitStack() as stack:  # so long that all jobs wait at the same time
                gateway = Gateway(stack, programs, 0, 1, 0, ["--min-ms", "30000", "--max-ms", "31000"], place)
                waiting = run(known["ours"], gateway, goals.WAITING_JOBS, 1, 180)
    if arguments.json:
        save(arguments.json, arguments.rounds, rows, waiting)
    if arguments.check:
        sys.exit(goals.check(rows, waiting))


if __name__ == "__main__":
    main()
