"""What the tests of pz share: a sandbox, a gateway that misbehaves, and pz itself. Standard library only."""
import contextlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request
import zlib
from pathlib import Path

PZ = os.environ["PZ"]
SANDBOX = os.environ["PZ_SANDBOX"]
SOURCE = Path(os.environ["PZ_SOURCE"])
CANARY = "canary-7d1f0c5e9b2a4468"
PATIENCE = 60  # seconds until something that must happen is given up

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def http(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with OPENER.open(urllib.request.Request(url, data=data), timeout=30) as reply:
        return json.loads(reply.read())


def until(what, found, patience=PATIENCE):
    """Asks again and again until found() is true; a test that waits for ever fails with `what`."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"never happened: {what}")


class Sandbox:
    """A pz-sandbox on a port of its own."""

    def __init__(self, *args, speed=200):
        self.process = subprocess.Popen([SANDBOX, "--port", "0", "--speed", str(speed), "--quiet", *args],
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert "listening on " in line, line
        self.url = line.split("listening on ")[1].strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()

    def state(self):
        return http(self.url + "/sandbox/state")

    def set(self, **settings):
        return http(self.url + "/sandbox/settings", settings)

    def reset(self):
        return http(self.url + "/sandbox/reset", {})

    def posts(self):
        return self.state()["posts"]


class Gateway:
    """A gateway that does what a test tells it: handler(request, connection) answers each request itself.

    request is {"method", "path", "headers", "body"}; helpers below send usual answers.
    """

    def __init__(self, handler):
        self.handler = handler
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.released = threading.Event()  # for handlers that hold a reply back
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.released.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def posts(self):
        return [r for r in self.requests if r["method"] == "POST"]

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            stream = connection.makefile("rb")
            while True:
                line = stream.readline()
                if not line:
                    return
                method, path, _ = line.decode().split(" ", 2)
                headers = {}
                for raw in iter(stream.readline, b"\r\n"):
                    name, value = raw.decode().split(":", 1)
                    headers[name.strip().lower()] = value.strip()
                body = stream.read(int(headers.get("content-length", 0)))
                request = {"method": method, "path": path, "headers": headers, "body": body}
                self.requests.append(request)
                if self.handler(request, connection) is False:
                    return


def answer(connection, status, body, headers=()):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "image/png" if isinstance(body, bytes) else "application/json"
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(data)}", f"Content-Type: {kind}", *headers, "", ""]
    connection.sendall("\r\n".join(head).encode() + data)


class Accepting(Gateway):
    """Accepts every job, and has made its picture when it is asked if `made` is set. The answer to the n-th POST waits for
    answering[n]."""

    def __init__(self):
        super().__init__(self._serve_job)
        self.answering = {}
        self.made = threading.Event()
        self.made.set()

    def _serve_job(self, request, connection):
        if request["method"] == "POST":
            number = next(n for n, post in enumerate(self.posts(), 1) if post is request)
            if number in self.answering:
                self.answering[number].wait(PATIENCE)
            return answer(connection, 202, {"request_id": f"{QUEUED}_{number}", "status": "QUEUED"})
        if request["path"].endswith(".png"):
            return answer(connection, 200, make_png())
        id = request["path"].rsplit("/", 1)[1]
        if not self.made.is_set():
            return answer(connection, 200, {"request_id": id, "status": "PROCESSING"})
        answer(connection, 200, {"request_id": id, "status": "COMPLETED", "output": {"media_url": [f"{self.url}/{id}.png"]}})


def make_png(width=8, height=8, rgb=(200, 120, 40)):
    rows = b"".join(b"\0" + bytes(rgb) * width for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def decode_png(data):
    """(width, height, rows of RGB or RGBA bytes, channels), decoded here and nowhere else."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, pixels, width, height, channels = 8, b"", 0, 0, 3
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk = data[at + 8:at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0] == zlib.crc32(kind + chunk), "bad CRC"
        if kind == b"IHDR":
            width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", chunk)
            assert depth == 8 and color in (2, 6) and not interlaced, (depth, color, interlaced)
            channels = 3 if color == 2 else 4
        elif kind == b"IDAT":
            pixels += chunk
        at += 12 + size
    raw, stride, rows, before = zlib.decompress(pixels), width * channels, [], bytes(width * channels)
    for y in range(height):
        mode, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        if mode == 1:
            for i in range(channels, stride):
                line[i] = line[i] + line[i - channels] & 255
        elif mode == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, before))
        elif mode == 3:
            for i in range(stride):
                left = line[i - channels] if i >= channels else 0
                line[i] = line[i] + (left + before[i]) // 2 & 255
        elif mode == 4:
            for i in range(stride):
                a, b = (line[i - channels] if i >= channels else 0), before[i]
                c = before[i - channels] if i >= channels else 0
                p = a + b - c
                pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
                line[i] = line[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c) & 255
        rows.append(bytes(line))
        before = rows[-1]
    return width, height, rows, channels


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def lines(self):
        """Standard output as JSON lines; a line that is none fails the test."""
        return [json.loads(line) for line in self.out.splitlines()]

    def last(self, kind):
        return [line for line in self.lines if line["type"] == kind][-1]

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class PzTest(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="pz-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.out = self.dir / "out"

    def env(self, url, key=CANARY, **more):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PIXAZO_", "XDG_", "LC_")) and k != "NO_COLOR"}
        env |= {"HOME": str(self.dir), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        if url:
            env["PIXAZO_BASE_URL"] = url
        if key:
            env["PIXAZO_API_KEY"] = key
        return env | more

    def pz(self, url, *args, key=CANARY, stdin=None, cwd=".", **env):
        done = subprocess.run([PZ, *map(str, args)], capture_output=True, cwd=self.dir / cwd, env=self.env(url, key, **env),
                              input=stdin.encode() if stdin is not None else b"", timeout=PATIENCE * 2)
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, url, *args, **env):
        process = subprocess.Popen([PZ, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                   cwd=self.dir, env=self.env(url, **env), text=True)
        self.addCleanup(self._stop, process)
        return process

    @staticmethod
    def _stop(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def crash(self, gateway, journal, *args):
        """A pz that dies while the answer to its first request is on its way and two more wait."""
        (self.dir / "three.txt").write_text("one\ntwo\nthree\n")
        gateway.answering[1] = threading.Event()
        process = self.start(gateway.url, "generate", QUEUED, "--batch", "three.txt", "--concurrency", "1", *FAST, "--journal", journal, *args)
        rows = lambda: self.pz(None, "jobs", "list", "--json", "--journal", journal, key=None).lines
        until("one is sent and two wait", lambda: gateway.posts() and Path(journal).exists() and
              [row.get("sent") for row in rows()] == ["unknown", "no", "no"])
        process.kill()
        process.wait(PATIENCE)
        gateway.answering[1].set()

    def end(self, process):
        out, err = process.communicate(timeout=PATIENCE)
        return Result(process.returncode, out, err)

    def exits(self, code, result):
        self.assertEqual(result.code, code, result)
        return result

    def files(self, where=None):
        where = where or self.out
        return sorted(p.name for p in where.iterdir()) if where.exists() else None

    def first_line(self, process, has):
        """Reads standard error until a line contains `has`."""
        seen = []
        for line in process.stderr:
            seen.append(line)
            if has in line:
                return line
        self.fail(f"'{has}' was never said: {seen}")


FAST = ("--poll-interval", "20ms")
QUEUED = "studio-ghibli"


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    unittest.main()
