"""What the peers in Python have in common: the command line, the JSON line, and the parts of a job that the documents print."""
import argparse
import json
import os
import sys
import threading
import time

POLL_S = 1.0
PROMPT = "A serene sunset over mountains"
HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-cache", "Ocp-Apim-Subscription-Key": "bench"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--ca")
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--http", choices=["1", "2"], default="1")
    parser.add_argument("--timeout", type=float, default=0)
    return parser.parse_args()


def resident_kb():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


class Result:
    """Counts from any thread. `finish` prints the line and ends the process, from whichever thread comes first: all are done, or
    the time is up."""

    def __init__(self, args):
        self.args = args
        self.lock = threading.Lock()
        self.accepted = self.done = self.failed = 0
        self.before_kb, self.waiting_kb = resident_kb(), None
        self.start = time.monotonic()
        if args.timeout > 0:
            timer = threading.Timer(args.timeout, self.finish)
            timer.daemon = True
            timer.start()

    def job_waits(self):
        with self.lock:
            self.accepted += 1
            if self.accepted == self.args.jobs:
                self.waiting_kb = resident_kb()

    def job_done(self, picture):
        with self.lock:
            if picture:
                self.done += 1
            else:
                self.failed += 1

    def job_failed(self, error):
        with self.lock:
            self.failed += 1
            if self.failed == 1:
                print("first failure:", repr(error), file=sys.stderr)

    def finish(self):
        self.lock.acquire()
        print(json.dumps({"jobs": self.args.jobs, "done": self.done, "failed": self.failed, "wall_s": time.monotonic() - self.start,
                          "rss_before_kb": self.before_kb, "rss_waiting_kb": self.waiting_kb}), flush=True)
        os._exit(0 if self.done == self.args.jobs else 1)
