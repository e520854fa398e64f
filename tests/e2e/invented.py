"""invented.py SANDBOX

What the documents do not say and the sandbox had to invent is one table in its README. Here every row is tried out over HTTP; a row without a
trial fails, and so does a trial without a row.
"""
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import re
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
from urllib.parse import urlsplit

root = pathlib.Path(__file__).resolve().parents[2]
for name in ("PZ", "PZ_SANDBOX", "PZ_SOURCE"):
    os.environ.setdefault(name, "")
sys.path.insert(0, str(root / "tests" / "cli"))
from harness import decode_png  # noqa: E402
from mask_test import png  # noqa: E402

PATIENCE = 120
TEXT, EDIT, GHIBLI = "/gpt-image-2/v1/text-to-image", "/gpt-image-2/v1/image-to-image-edit", "/studio-ghibli/v1/studio-ghibli/generate"
GPT15, TEXT2 = "/gpt-image-1-5-api-923/v1/gpt-image-1-5-api-request", "/gpt-image-2-text-to-image/v1/gpt-image-2-text-to-image/generate"
IMAGE2 = "/gpt-image-2-image-to-image/v1/gpt-image-2-image-to-image/generate"
RELIGHT, FORGE = "/pixelforge-relighting-api/v1/relighting/generate", "/pixelforge-image/v1/qwen_image_gen/serve_image"
SDXL, LIGHTNING, SD3, SD35 = "/getImage/v1/getSDXLImage", "/sdxl_lightning/getImage/v1/getSDXLImage", "/sd3/v1/getData", "/sd3-5/v1/r-sd-3-5-large"
PAINT, PAINTS = "/inpainting/v1/getImage", "/inpainting/v1/getImageStream"
SQUARE = {"prompt": "a", "width": 64, "height": 64}
LARGE = {"prompt": "a", "aspect_ratio": "1:1", "cfg": 4.5, "steps": 40, "output_format": "webp", "output_quality": 90, "prompt_strength": 0.85}  # of SD35
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
stack = contextlib.ExitStack()
checks = {}


def row(subject):
    def keep(function):
        assert subject not in checks, subject
        checks[subject] = function
        return function
    return keep


class Reply:
    def __init__(self, status, headers, data):
        self.status, self.headers, self.data = status, headers, data

    @property
    def json(self):
        return json.loads(self.data)

    def error(self, status, error):
        body = self.json
        assert self.status == status and list(body) == ["error", "message"] and body["error"] == error and body["message"], (self.status, self.data)
        return body["message"]


def ask(method, url, body=None, headers=None):
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    try:
        with opener.open(urllib.request.Request(url, data, headers or {}, method=method), timeout=PATIENCE) as reply:
            return Reply(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.headers, error.read())


def until(what, found):
    end = time.monotonic() + PATIENCE
    while True:
        value = found()
        if value:
            return value
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.01)


class Box:
    """A sandbox of a check's own."""

    def __init__(self, *words, speed=500):
        self.process = subprocess.Popen([sys.argv[1], "--port", "0", "--speed", str(speed), "--quiet", "--exit-with-parent", "--http-webhooks", *words],
                                        stdout=subprocess.PIPE, text=True)
        stack.callback(self.end)
        self.url = self.process.stdout.readline().split()[-1]

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def post(self, path, body, key="k", **headers):
        return ask("POST", self.url + path, body, {"Ocp-Apim-Subscription-Key": key} | {k.replace("_", "-"): v for k, v in headers.items()})

    def status(self, id_, key="k"):
        return ask("GET", f"{self.url}/v2/requests/status/{id_}", headers={"Ocp-Apim-Subscription-Key": key})

    def finish(self, path, body, **headers):
        """The last status of a queued job."""
        accepted = self.post(path, body, **headers)
        assert accepted.status == 202, accepted.data
        job = accepted.json["request_id"]
        return until("the end", lambda: (s := self.status(job).json)["status"] in ("COMPLETED", "FAILED", "ERROR") and s)

    def urls(self, path, body):
        """Addresses of the pictures it made."""
        reply = self.post(path, body)
        if reply.status == 202:
            job = reply.json["request_id"]
            done = until("the end", lambda: (s := self.status(job).json)["status"] in ("COMPLETED", "FAILED", "ERROR") and s)
            assert done["status"] == "COMPLETED", done
            return done["output"]["media_url"]
        assert reply.status == 200, reply.data
        return [reply.json.get("output") or reply.json.get("imageUrl") or reply.json.get("url")]

    def picture(self, path, body):
        return ask("GET", self.urls(path, body)[0]).data

    def size(self, path, body):
        return struct.unpack(">II", self.picture(path, body)[16:24])

    def state(self):
        return ask("GET", self.url + "/sandbox/state").json

    def faults(self, *rules):
        assert ask("POST", self.url + "/sandbox/faults", {"rules": rules}).status == 200

    def charged(self):
        return self.state()["wallet"]["charged_microusd"]


class Server:
    """Serves what it is told and keeps what is posted."""

    def __init__(self, answer=200):
        outer, self.files, self.got, self.answer = self, {}, [], answer

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, content = outer.files.get(self.path, (404, b""))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", content.decode())
                    content = b""
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self):
                outer.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(outer.answer)
                if outer.answer == 302:
                    self.send_header("Location", outer.url + "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        stack.callback(self.server.server_close)
        stack.callback(self.server.shutdown)

    def put(self, path, content, status=200):
        self.files[path] = (status, content)
        return self.url + path


def raw(box, text, patience=PATIENCE):
    """What comes back for bytes of ours."""
    place = urlsplit(box.url)
    with socket.create_connection((place.hostname, place.port), timeout=patience) as connection:
        connection.sendall(text.encode())
        data = b""
        while chunk := connection.recv(65536):
            data += chunk
            if b"\r\n\r\n" in data:
                return data.decode()
    return data.decode()


def noise(width, height, seed=1):
    state, out = seed, bytearray()
    for _ in range(width * height * 3):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(state >> 16 & 255)
    return bytes(out)


def protected(result, source, width, height, free):
    """How many pixels outside of `free` differ, how many inside are the same."""
    w, h, rows, channels = decode_png(result)
    assert (w, h) == (width, height), (w, h)
    got = b"".join(rows)
    same = [got[i * channels:i * channels + 3] == source[i * 3:i * 3 + 3] for i in range(w * h)]
    return sum(not s for s, f in zip(same, free) if not f), sum(s for s, f in zip(same, free) if f)


@row("body of 401, 403, 404, 405, 429, 500")
def _():
    box = Box("--forbid", "sdxl", "--rate", "0.01")
    ask("POST", box.url + TEXT, {"prompt": "a"}).error(401, "Unauthorized")
    box.post(SDXL, {"prompt": "a"}).error(403, "Forbidden")
    box.post("/nothing/v1", {"prompt": "a"}).error(404, "Not Found")
    box.status("gpt-image-2_019d").error(404, "Not Found")
    ask("GET", box.url + TEXT).error(405, "Method Not Allowed")
    assert box.post(LIGHTNING, {"prompt": "sandbox:FAILED"}).error(500, "Internal Server Error")
    until("a 429", lambda: (r := box.post(TEXT, {"prompt": "a"}, key="l")).status == 429 and r).error(429, "Too Many Requests")


@row("other 400")
def _():
    box = Box()
    for name, value in (("n", 11), ("size", "9000x9000"), ("quality", "best")):
        assert name in (message := box.post(TEXT, {"prompt": "a", name: value}).error(400, "Bad Request")), message


@row("order of checks")
def _():
    # Each request has every fault from its own on; each fault is taken away in turn.
    box = Box("--forbid", "sdxl", "--rate", "0.001", "--disable", "sdxl", "--balance", "0")
    bad = {"X-Webhook-URL": "ftp://x"}

    def status(path=SDXL, method="POST", key=None, body=b"{"):
        reply = ask(method, box.url + path, body, ({"Ocp-Apim-Subscription-Key": key} if key else {}) | bad)
        return reply.status, reply.json["error"]

    assert status(path="/nothing", method="PUT")[0] == 404
    assert status(method="PUT")[0] == 405
    assert status()[0] == 401
    assert status(key="a") == (403, "Forbidden")
    ask("POST", box.url + "/sandbox/settings", {"forbidden": []})
    assert status(key="a") == (400, "Model not found")  # spends the key's one submit
    assert status(key="a")[0] == 429
    box = Box("--disable", "gpt-image-2", "--balance", "0")
    assert status(key="a", path=TEXT) == (400, "Model not found")
    ask("POST", box.url + "/sandbox/settings", {"disabled": []})
    message = lambda body: ask("POST", box.url + TEXT, body, {"Ocp-Apim-Subscription-Key": "a"} | bad).error(400, "Bad Request")
    assert "JSON" in message(b"{")
    assert "prompt" in message(b"{}")
    assert "X-Webhook-URL" in message(b'{"prompt": "a"}')
    assert box.post(TEXT, {"prompt": "a"}).status == 402


@row("JSON")
def _():
    box = Box()
    assert box.post(TEXT, b'{"prompt": "\xff"}').status == 400
    assert box.post(TEXT, b'{"prompt": "a", "prompt": "b", "n": 99, "n": 1}').status == 202
    assert box.state()["jobs"][0]["prompt"] == "b"
    # An unknown parameter is named only if the JSON could be read.
    assert "no valid JSON" not in box.post(TEXT, ('{"prompt": "a", "x": ' + "[" * 63 + "]" * 63 + "}").encode()).error(400, "Bad Request")
    assert "no valid JSON" in box.post(TEXT, ('{"prompt": "a", "x": ' + "[" * 64 + "]" * 64 + "}").encode()).error(400, "Bad Request")


@row("`Content-Type` of a request")
def _():
    box = Box()
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        assert box.post(TEXT, {"prompt": "a"}, Content_Type=kind).status == 202


@row("largest request")
def _():
    box = Box()
    head = f"POST {TEXT} HTTP/1.1\r\nHost: x\r\nOcp-Apim-Subscription-Key: k\r\n"
    assert raw(box, head + f"Content-Length: {(128 << 20) + 1}\r\n\r\n").startswith("HTTP/1.1 413 ")
    assert raw(box, head + "Long: " + "a" * (64 << 10) + "\r\n\r\n").startswith("HTTP/1.1 431 ")


@row("the same POST again")
def _():
    box = Box()
    ids = {box.post(TEXT, {"prompt": "a"}).json["request_id"] for _ in range(2)}
    assert len(ids) == 2 and box.charged() == 20_000


@row("parameters an endpoint does not have")
def _():
    assert "stepz" in Box().post(TEXT, {"prompt": "a", "stepz": 1}).error(400, "Bad Request")
    assert Box("--lenient").post(TEXT, {"prompt": "a", "stepz": 1}).status == 202


@row("`null` for an optional parameter")
def _():
    box = Box()
    assert box.post(TEXT, {"prompt": "a", "n": None, "size": None}).status == 202
    assert box.post(TEXT, {"prompt": None}).status == 400


@row("402")
def _():
    box = Box("--balance", "0.005")
    for path, body in ((TEXT, {"prompt": "a"}), (SDXL, SQUARE)):
        assert box.post(path, body).error(402, "Insufficient Balance") == "Your wallet does not have enough balance. Required: $0.01"


@row("prices")
def _():
    box = Box()
    for path, body, price in ((TEXT2, {"quality": "low"}, 12_000), (TEXT2, {"quality": "medium", "number_of_images": 2}, 94_000),
                              (IMAGE2, {"quality": "auto", "input_images": ["https://example.com/a.png"]}, 128_000),
                              (GHIBLI, {"num_outputs": 3}, 30_000), (SDXL, {"width": 64, "height": 64}, 10_000)):
        before = box.charged()
        assert box.post(path, {"prompt": "a"} | body).status in (200, 202)
        assert box.charged() - before == price, (path, body, box.charged() - before)
    dear = Box("--price", "0.5")
    dear.post(TEXT, {"prompt": "a"})
    assert dear.charged() == 500_000


@row("when money is taken")
def _():
    box = Box("--balance", "1", speed=0.001)
    box.post(TEXT, {"prompt": "a"})
    assert box.state()["jobs"][0]["status"] == "QUEUED" and box.charged() == 10_000
    box = Box()
    box.finish(TEXT, {"prompt": "sandbox:ERROR"})
    assert box.charged() == 0
    box.finish(TEXT, {"prompt": "sandbox:FAILED"})
    assert box.charged() == 10_000


@row("whose wallet")
def _():
    box = Box("--balance", "0.015")
    assert [box.post(TEXT, {"prompt": "a"}, key=key).status for key in ("a", "b")] == [202, 402]


@row("429")
def _():
    box = Box("--rate", "0.01", speed=0.01)
    job, replies = box.post(TEXT, {"prompt": "a"}).json["request_id"], []
    until("a refusal", lambda: replies.append(box.post(TEXT, {"prompt": "a"})) or replies[-1].status == 429)
    assert re.fullmatch(r"[1-9]\d*", replies[-1].headers["Retry-After"]), replies[-1].headers
    assert box.post(TEXT, {"prompt": "a"}, key="another").status == 202
    assert {box.status(job).status for _ in range(30)} == {200}


@row("which jobs a key sees")
def _():
    box = Box()
    job = box.post(TEXT, {"prompt": "a"}, key="mine").json["request_id"]
    assert (box.status(job, "mine").status, box.status(job, "yours").status) == (200, 404)
    assert box.status(box.post(SD35, LARGE).json["id"]).status == 404


@row("host of `polling_url` and pictures")
def _():
    box = Box()
    assert box.post(TEXT, {"prompt": "a"}, Host="sandbox.test:99").json["polling_url"].startswith("http://sandbox.test:99/v2/requests/status/")
    url = urlsplit(box.urls(TEXT, {"prompt": "a"})[0])
    assert re.fullmatch(r"/media/v1/gpt-image-2_[0-9a-f-]+/output\.png", url.path), url
    box = Box("--public-url", "https://studio.example")
    assert box.post(TEXT, {"prompt": "a"}).json["polling_url"].startswith("https://studio.example/v2/")


@row("requests for pictures")
def _():
    url = (box := Box()).urls(SDXL, SQUARE)[0]
    whole = ask("GET", url)
    part = ask("GET", url, headers={"Range": "bytes=1-3"})
    assert (part.status, part.data, part.headers["Content-Range"]) == (206, b"PNG", f"bytes 1-3/{len(whole.data)}")
    head = ask("HEAD", url)
    assert (head.status, head.data, head.headers["Content-Length"]) == (200, b"", str(len(whole.data)))
    assert ask("GET", url, headers={"If-None-Match": whole.headers["ETag"]}).status == 304
    assert box.state()["counts"].get("media_requests_with_a_key", 0) == 0


@row("pages in browsers")
def _():
    box = Box()
    assert ask("OPTIONS", box.url + TEXT, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}).status == 405
    reply = box.post(TEXT, {"prompt": "a"}, Origin="https://a.example")
    assert reply.status == 202 and not [h for h in reply.headers if h.lower().startswith("access-control")]


@row("request ids")
def _():
    box = Box()
    before = int(time.time() * 1000)
    ids = [box.post(TEXT, {"prompt": "a"}).json["request_id"] for _ in range(4)]
    after = int(time.time() * 1000)
    lengths = set()
    for text in ids:
        first, second, last = re.fullmatch(r"gpt-image-2_([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-([0-9a-f]{12,13})", text).groups()
        lengths.add(len(last))
        assert before <= int(first + second, 16) <= after, text
    assert lengths == {12, 13}


@row("dates")
def _():
    box = Box()
    iso, spaced = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    kinds = {iso: 0, spaced: 0}
    for i in range(24):
        done = box.finish(TEXT, {"prompt": f"date {i}"})
        assert re.fullmatch(iso, done["created_at"])
        kind, = (k for k in kinds if re.fullmatch(k, done["completed_at"]))
        assert re.fullmatch(kind, done["updated_at"])
        kinds[kind] += 1
    assert min(kinds.values()) >= 4, kinds


@row("durations")
def _():
    box = Box(speed=1)
    for path, body, n in ((TEXT, {"prompt": "a"}, 150), (GHIBLI, {"prompt": "a"}, 150), (TEXT2, {"prompt": "a"}, 150),
                          (TEXT2, {"prompt": "a", "quality": "low"}, 150), (TEXT2, {"prompt": "a", "quality": "high"}, 150)):
        for i in range(n):
            box.post(path, body | {"prompt": f"{path} {body.get('quality')} {i}"})
    found = {}
    for job in box.state()["jobs"]:
        found.setdefault((job["endpoint"], job["prompt"].split()[1]), []).append(job["processing_for_ms"])
        found.setdefault("queued", []).append(job["queued_for_ms"])
        assert job["processing_for_ms"] <= 600_000
    for key, seconds in (("queued", 1.5), (("gpt-image-2", "None"), 15), (("studio-ghibli", "None"), 17), (("gpt-image-2-text-to-image", "None"), 90),
                         (("gpt-image-2-text-to-image", "low"), 45), (("gpt-image-2-text-to-image", "high"), 144)):
        middle = statistics.median(found[key]) / 1000
        assert seconds * 0.8 < middle < seconds * 1.25, (key, middle)
    box, place, waiting, times = Box(speed=1), None, [], {}
    place = urlsplit(box.url)
    for i in range(60):  # nobody waits for their answers
        for path, body in ((LIGHTNING, {}), (SD35, LARGE)):
            waiting.append(http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE))
            waiting[-1].request("POST", path, json.dumps(body | {"prompt": f"{i}"}), {"Ocp-Apim-Subscription-Key": "k"})
    for job in until("all jobs", lambda: len(jobs := box.state()["jobs"]) == len(waiting) and jobs):
        times.setdefault(job["endpoint"], []).append(job["processing_for_ms"] / 1000)
    for connection in waiting:
        connection.close()
    for key, seconds in (("sdxl-lightning", 2), ("sd3.5-large", 8)):
        assert seconds * 0.75 < statistics.median(times[key]) < seconds * 1.33, (key, times[key])


@row("a client that hangs up while a sync endpoint works")
def _():
    box = Box(speed=1)
    place = urlsplit(box.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)
    connection.request("POST", SDXL, json.dumps(SQUARE), {"Ocp-Apim-Subscription-Key": "k"})
    until("the job", lambda: box.state()["jobs"])
    connection.close()
    ask("POST", box.url + "/sandbox/settings", {"speed": 1000})
    until("its end", lambda: box.state()["jobs"][0]["status"] == "COMPLETED")
    assert box.charged() == 10_000


@row("a failed sync job")
def _():
    box = Box()
    for end in ("FAILED", "ERROR"):
        assert box.post(SDXL, {"prompt": "sandbox:" + end}).status == 500
    reply = box.post(SD35, LARGE | {"prompt": "sandbox:FAILED"})
    assert reply.status == 200 and reply.json["status"] == "failed" and reply.json["output"] is None, reply.data
    assert box.post(SD35, LARGE | {"prompt": "sandbox:ERROR"}).status == 500


@row("text of `error`")
def _():
    box = Box()
    assert box.finish(TEXT, {"prompt": "sandbox:ERROR"})["error"] == "Description of the error"
    assert len({box.finish(TEXT, {"prompt": f"sandbox:FAILED {i}"})["error"] for i in range(3)}) == 1


@row("name of the second picture")
def _():
    names = [url.rsplit("/", 1)[1] for url in Box().urls(TEXT, {"prompt": "a", "n": 3, "size": "64x64"})]
    assert names == ["output.png", "output_2.png", "output_3.png"], names


@row("`media_type`")
def _():
    box = Box()
    for word, kind in (("png", "image/png"), ("jpeg", "image/jpeg"), ("webp", "image/webp")):
        done = box.finish(TEXT, {"prompt": "a", "format": word, "size": "64x64"})
        assert done["output"]["media_type"] == kind, done
        assert ask("GET", done["output"]["media_url"][0]).headers["Content-Type"] == kind


@row("default format")
def _():
    box = Box()
    for path, body, ending in ((GHIBLI, {"prompt": "a"}, "png"), (SDXL, SQUARE, "png"), (PAINTS, {"prompt": "a"}, "png"),
                               (FORGE, {"prompt": "a", "image_urls": ["https://example.com/a.png"]}, "jpg")):
        assert box.urls(path, body)[0].endswith("." + ending), path


@row("`auto` sizes; one of width and height alone")
def _():
    box = Box()
    assert box.size(TEXT, {"prompt": "a", "size": "auto"}) == (1024, 1024)
    assert box.size(SDXL, {"prompt": "a", "width": 64}) == (64, 1024)
    assert box.size(SDXL, {"prompt": "a", "height": 72}) == (1024, 72)


@row("pixels of an aspect ratio")
def _():
    box = Box()
    for ratio in ("1:1", "16:9", "21:9", "2:3", "4:5"):
        a, b = map(int, ratio.split(":"))
        width, height = box.size(GHIBLI, {"prompt": "a", "aspect_ratio": ratio, "output_format": "png"})
        assert width * b == height * a and width % (8 * a) == 0 and 0.8 < width * height / 2**20 <= 1.01, (ratio, width, height)


@row("pixels of `square_hd` and the like")
def _():
    box, image = Box(), {"image_urls": ["https://example.com/a.png"]}
    for name, size in (("square_hd", (1024, 1024)), ("square", (512, 512)), ("portrait_4_3", (768, 1024)), ("portrait_16_9", (576, 1024)),
                       ("landscape_4_3", (1024, 768)), ("landscape_16_9", (1024, 576))):
        assert box.size(RELIGHT, {"prompt": "a", "image_size": name, "output_format": "png"} | image) == size, name


@row("largest custom size")
def _():
    box = Box()
    assert box.post(SDXL, {"prompt": "a", "width": 4096, "height": 8}).status == 200
    assert box.post(SDXL, {"prompt": "a", "width": 4097, "height": 8}).status == 400
    assert box.post(TEXT, {"prompt": "a", "size": "8x4097"}).status == 400


@row('formats of sd3 ("values not listed")')
def _():
    box = Box()
    assert [box.post(SD3, {"prompt": "a", "output_format": f}).status for f in ("png", "jpg", "jpeg", "webp", "gif")] == [200] * 4 + [400]


@row("`output_compression`")
def _():
    box, body = Box(), {"prompt": "a forest", "output_format": "jpeg"}
    assert len(box.picture(TEXT2, body | {"output_compression": 10})) < len(box.picture(TEXT2, body | {"output_compression": 95})) * 0.6


@row("a reference picture that cannot be had or read")
def _():
    box, server = Box(), Server()
    for url in (server.url + "/missing.png", server.put("/text.png", b"no picture")):
        done = box.finish(EDIT, {"prompt": "a", "image": url})
        assert done["status"] == "FAILED" and url in done["error"], done


@row("fetching of reference pictures")
def _():
    box, server = Box(), Server()
    server.put("/0.png", png(noise(16, 16), 3, 16, 16))
    for i in range(1, 5):
        server.put(f"/{i}.png", f"{server.url}/{i - 1}.png".encode(), 302)
    server.put("/large.png", b"\x89PNG" + bytes(32 << 20))
    ends = [box.finish(EDIT, {"prompt": "a", "image": f"{server.url}/{name}.png"})["status"] for name in ("3", "4", "large")]
    assert ends == ["COMPLETED", "FAILED", "FAILED"], ends


@row("polarity of the inpainting endpoints' masks")
def _():
    box, server, w, h = Box(), Server(), 40, 24
    source, free = noise(w, h), [i % w < w // 2 for i in range(w * h)]
    image, mask = server.put("/i.png", png(source, 3, w, h)), server.put("/m.png", png(bytes(255 if f else 0 for f in free), 1, w, h))
    for path, names in ((PAINT, ("imageUrl", "maskUrl")), (PAINTS, ("imageUrl", "maskUrl")), (GHIBLI, ("image", "mask"))):
        body = {"prompt": "a lion", names[0]: image, names[1]: mask} | ({"output_format": "png"} if path == GHIBLI else {})
        changed, kept = protected(box.picture(path, body), source, w, h, free)
        assert changed == 0 and kept < sum(free) // 10, (path, changed, kept)


@row("grey in a mask; a mask of another size")
def _():
    box, server, w, h = Box(), Server(), 40, 24
    source, free = noise(w, h), [i % w < w // 2 for i in range(w * h)]
    image = server.put("/i.png", png(source, 3, w, h))
    for name, mask in (("grey", png(bytes(160 if f else 96 for f in free), 1, w, h)), ("small", png(bytes((255, 0)), 1, 2, 1))):
        changed, kept = protected(box.picture(PAINT, {"prompt": "a lion", "imageUrl": image, "maskUrl": server.put(f"/{name}.png", mask)}), source, w, h, free)
        assert changed == 0 and kept < sum(free) // 10, (name, changed, kept)
    done = box.finish(EDIT, {"prompt": "a lion", "image": image, "mask": server.url + "/small.png"})
    assert done["status"] == "FAILED" and "mask" in done["error"], done


@row("`strength`, `steps`, `guidance`, `loras`, `moderation`, ...")
def _():
    box = Box()
    plain = box.picture(SDXL, SQUARE)
    assert box.picture(SDXL, SQUARE | {"num_steps": 7, "guidance_scale": 3}) == plain
    assert box.post(SDXL, SQUARE | {"num_steps": "many"}).status == 400
    body = {"prompt": "a", "size": "64x64"}
    assert box.picture(TEXT, body | {"moderation": "low"}) == box.picture(TEXT, body)


@row('sync mode: "every poll cycle"')
def _():
    box, server = Box(speed=20), Server()
    box.faults({"on": "submit", "queued_ms": 400, "processing_ms": 1300})
    box.finish(TEXT, {"prompt": "a"}, X_Webhook_URL=server.url, X_Webhook_Mode="sync")
    calls = until("all calls", lambda: (c := box.state()["webhooks"]) and c[-1]["event"] == "completed" and all(x["over"] for x in c) and c)
    events = [c["event"] for c in calls]
    assert events[:-1] == ["cycle"] * (len(events) - 1) and calls[0]["status"] == "QUEUED", events
    assert 2 <= len(events) - 1 <= 7, events  # 1700 ms hold six cycles of 250 ms; a busy machine holds fewer


@row("payload of the body's `webhook`")
def _():
    box, server = Box(), Server()
    done = box.finish(GHIBLI, {"prompt": "a", "webhook": server.url})
    until("the call", lambda: server.got)
    headers, body = server.got[0]
    payload = json.loads(body)
    assert list(payload) == list(done) and payload["output"] == done["output"] and headers["X-Sandbox-Event"] == "completed", (headers, payload)


@row("events of the body's `webhook`")
def _():
    for path, wanted, events in ((GHIBLI, None, ["completed"]), (GHIBLI, ["*"], ["start", "output", "completed"]), (GHIBLI, ["completed"], ["completed"]),
                                 (RELIGHT, None, ["start", "output", "complete"]), (RELIGHT, ["complete"], ["complete"])):
        for prompt in ("a", "sandbox:FAILED"):
            box, server = Box(), Server()
            body = {"prompt": prompt, "webhook": server.url} | ({"webhook_events_filter": wanted} if wanted else {})
            box.finish(path, body | ({"image_urls": ["https://example.com/a.png"]} if path == RELIGHT else {}))
            expected = [e for e in events if e != "output" or prompt == "a"]
            calls = until("the calls", lambda: (c := box.state()["webhooks"]) and all(x["over"] for x in c) and c)
            assert [c["event"] for c in calls] == expected, (path, wanted, prompt, calls)


@row("both webhooks in one request")
def _():
    box, one, two = Box(), Server(), Server()
    box.finish(GHIBLI, {"prompt": "a", "webhook": one.url}, X_Webhook_URL=two.url)
    until("both", lambda: one.got and two.got)


@row("`X-Webhook-URL` at a sync endpoint")
def _():
    box, server = Box(), Server()
    assert box.post(SDXL, SQUARE, X_Webhook_URL=server.url, X_Webhook_Mode="nonsense").status == 200
    assert box.state()["webhooks"] == []


@row("signature of a webhook")
def _():
    box, server = Box(), Server()
    box.finish(TEXT, {"prompt": "a"}, X_Webhook_URL=server.url)
    until("the call", lambda: server.got)
    assert {h.lower() for h in server.got[0][0]} <= {"host", "user-agent", "accept", "content-type", "content-length", "x-sandbox-event"}, server.got[0][0]


@row("a webhook that fails")
def _():
    for answer in (500, 302):
        box, server = Box(speed=100), Server(answer)
        box.finish(TEXT, {"prompt": "a"}, X_Webhook_URL=server.url, X_Webhook_Mode="sync")
        calls = until("the end", lambda: (c := box.state()["webhooks"]) and all(x["over"] for x in c) and c)
        assert [(c["attempts"], c["http"]) for c in calls][0] == (3, answer), calls


@row("how long pictures stay")
def _():
    box = Box()
    url = box.urls(SDXL, SQUARE)[0]
    assert ask("GET", url).status == 200
    ask("POST", box.url + "/sandbox/reset")
    assert ask("GET", url).status == 404


def subjects():
    text = (root / "src" / "sandbox" / "README.md").read_text(encoding="utf-8")
    table = text[text.index("## What the documents do not say"):]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [line.split(" | ")[0].removeprefix("| ") for line in lines if not line.startswith("| subject ")]


def main():
    rows = subjects()
    failed = 0
    for missing in [s for s in rows if s not in checks]:
        failed += 1
        print(f"FAILED: nothing here tries the row '{missing}'")
    for stale in [s for s in checks if s not in rows]:
        failed += 1
        print(f"FAILED: the table has no row '{stale}'")
    for subject, check in checks.items():
        begun = time.monotonic()
        try:
            with stack:
                check()
            print(f"{subject}: as the table says ({time.monotonic() - begun:.1f} s)")
        except Exception as error:  # any: the other rows are tried too
            failed += 1
            where = traceback.extract_tb(error.__traceback__)
            line = next((f"{f.lineno}: {f.line}" for f in where if f.filename == __file__ and f.name == "_"), "")
            print(f"FAILED: {subject}: {type(error).__name__} {error}\n  {line}")
    print(f"{len(checks)} rows tried, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
