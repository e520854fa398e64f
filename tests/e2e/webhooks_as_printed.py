"""webhooks_as_printed.py SANDBOX

Every webhook payload that the documents print, of success and of failure, against what the sandbox posts for the same endpoint: in both modes
of X-Webhook-URL, and where an endpoint has it by the webhook of the body. Read by Python's JSON parser, which here also refuses a name that
comes twice. What must differ is compared by its form: the id, the address of the picture, the digits of dates.
"""
import http.server
import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading
import urllib.request
from urllib.parse import urlsplit

examples = json.loads((pathlib.Path(__file__).resolve().parent.parent / "data" / "examples.json").read_text(encoding="utf-8"))
PATIENCE = 120
ID = r"[a-z0-9.-]+_01[0-9a-f]{6}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12,13}"
MEMBERS = ["request_id", "status", "model_id", "error", "output", "created_at", "updated_at", "completed_at"]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def unique(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a name comes twice: {names}"
    return dict(pairs)


def forbidden(word):
    raise AssertionError(f"{word} is no JSON")


def read(data):
    return json.loads(data.decode("utf-8", "strict"), object_pairs_hook=unique, parse_constant=forbidden)


class Receiver(http.server.ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.boxes = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def box(self, name):
        self.boxes[name] = queue.Queue()
        return f"http://127.0.0.1:{self.server_port}/{name}", self.boxes[name]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.boxes[self.path[1:]].put((self.headers, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def form(text):
    return re.sub(r"\d", "0", text)


def same(printed, posted, job, base):
    """The payload of a job's end is the printed one."""
    assert re.fullmatch(ID, posted["request_id"]) and posted["request_id"] == job, posted
    assert posted["request_id"].split("_")[0] == printed["request_id"].split("_")[0], posted
    assert list(posted) == MEMBERS, f"members {list(posted)}"
    assert list(printed) in (MEMBERS, MEMBERS[:5]), f"printed members {list(printed)}"
    for name, value in printed.items():
        got = posted[name]
        if name == "request_id":
            continue
        if name.endswith("_at"):
            like = form(value) if value != "..." else form("2026-05-22T13:17:32.110Z" if name == "created_at" else "2026-05-22 13:19:23")
            assert isinstance(got, str) and form(got) == like, f"{name}: {got!r}, printed {value!r}"
        elif name == "output" and value is not None:
            assert list(got) == list(value) and got["media_type"] == value["media_type"], got
            assert len(got["media_url"]) == len(value["media_url"]), got
            for mine, theirs in zip(got["media_url"], value["media_url"]):
                theirs = urlsplit(theirs.replace(printed["request_id"], job)).path
                assert mine.startswith(base) and urlsplit(mine).path.endswith(theirs.split("/v1")[1]), f"{mine}, printed {theirs}"
        else:
            assert got == value and type(got) is type(value), f"{name}: {got!r}, printed {value!r}"


def on_the_way(posted, job):
    assert list(posted) == MEMBERS and posted["request_id"] == job, posted
    assert posted["status"] in ("QUEUED", "PROCESSING"), posted
    assert posted["error"] is None and posted["output"] is None and posted["completed_at"] is None, posted


def request_of(path):
    """The first request that the documents print for it."""
    return dict(next(e["json"] for e in examples if e["request"] and urlsplit(e["request"]["url"]).path == path))


def submit(url, body, headers):
    data = json.dumps(body).encode()
    with opener.open(urllib.request.Request(url, data, {"Ocp-Apim-Subscription-Key": "k", "Content-Type": "application/json"} | headers), timeout=PATIENCE) as reply:
        return read(reply.read())["request_id"]


def check(example, mode, base, receiver, number):
    path, printed = urlsplit(example["operation"]).path, example["json"]
    body, headers = request_of(path), {}
    hook, box = receiver.box(str(number))
    if mode == "body":
        body |= {"webhook": hook, "webhook_events_filter": ["complete"] if "relighting" in path else ["completed"]}
    else:
        headers = {"X-Webhook-URL": hook} | ({"X-Webhook-Mode": mode} if mode else {})
    if printed["status"] == "ERROR":
        body["prompt"] = "sandbox:ERROR"
    job, cycles = submit(base + path, body, headers), 0
    while True:
        got, data = box.get(timeout=PATIENCE)
        posted = read(data)
        assert got["Content-Type"] == "application/json", got["Content-Type"]
        if posted["status"] not in ("QUEUED", "PROCESSING"):
            break
        on_the_way(posted, job)
        cycles += 1
    same(printed, posted, job, base)
    assert (cycles > 0) == (mode == "sync"), f"{cycles} payloads on the way"
    return f"{posted['status']}, {len(data)} bytes" + (f", {cycles} before" if cycles else "")


def main():
    wanted = [e for e in examples if e["section"] in ("Callback Payload", "Failure callback shape", "Error via Status/Webhook")]
    assert len(wanted) == 18, f"{len(wanted)} printed payloads, 18 expected"
    receiver, failed, number = Receiver(), 0, 0
    # 20 times as fast, a cycle of sync mode takes 250 ms.
    sandbox = subprocess.Popen([sys.argv[1], "--port", "0", "--speed", "20", "--quiet", "--exit-with-parent", "--http-webhooks"],
                               stdout=subprocess.PIPE, text=True, env={k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")})
    lock, lines, threads = threading.Lock(), {}, []
    try:
        base = sandbox.stdout.readline().split()[-1]
        rule = {"on": "submit", "times": 0, "queued_ms": 400, "processing_ms": 800}
        opener.open(base + "/sandbox/faults", json.dumps(rule).encode(), timeout=PATIENCE).close()

        def run(key, example, mode):
            nonlocal failed
            path = urlsplit(example["operation"]).path
            label = f"{example['seed'][:3]}:{example['line']:<5} {example['section']:<25}{mode or 'no mode':<9}{path:<68}"
            try:
                words = check(example, mode, base, receiver, key)
            except (AssertionError, KeyError, OSError, ValueError, queue.Empty) as error:
                words = f"FAILED: {error!r}"
            with lock:
                failed += words.startswith("FAILED")
                lines[key] = label + words

        for example in wanted:
            modes = ["terminal", "sync", ""]
            if "studio-ghibli" in example["operation"] or "relighting" in example["operation"]:
                modes.append("body")
            for mode in modes:
                number += 1
                threads.append(threading.Thread(target=run, args=(number, example, mode)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sandbox.terminate()
        sandbox.wait()
        sandbox.stdout.close()
        receiver.shutdown()
        receiver.server_close()
    print("\n".join(lines[key] for key in sorted(lines)))
    print(f"{number} payloads compared with the documents, {failed} differ")
    return 1 if failed or number != 60 else 0


if __name__ == "__main__":
    sys.exit(main())
