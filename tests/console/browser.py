"""A headless Chromium, driven over the pipe of its DevTools protocol. Standard library only."""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 90  # seconds until something that must happen is given up


def find():
    """The browser's program, None if there is none here."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page:
    """One page. What goes wrong in it (exceptions, console errors, blocked or failed requests) gathers in `errors`."""

    def __init__(self, width=1280, height=720, scheme="light", words=()):
        self.folder = tempfile.mkdtemp(prefix="pz-browser-")
        self.errors, self.requests = [], []
        self.serial, self.replies, self.buffer = 0, {}, b""
        to_read, self.to = os.pipe()
        self.source, to_write = os.pipe()
        # The browser talks on its descriptors 3 and 4; ours must not be in their way.
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (to_read, to_write)]
        os.close(to_read), os.close(to_write)

        def place():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        # Its own sandbox wants what containers and root do not have; it sees pages of this machine only.
        words = [find(), *words, "--no-sandbox", "--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + self.folder, "--no-first-run",
                 "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--no-default-browser-check", "--hide-scrollbars", "--force-color-profile=srgb", "about:blank"]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        pass_fds=(3, 4), preexec_fn=place, start_new_session=True)
        for fd in high:
            os.close(fd)
        self.session = None
        target = self.wait_for("a page", lambda: [t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page"])[0]
        self.session = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")
        self.size(width, height)
        self.scheme(scheme)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.send("Browser.close")
        except (OSError, AssertionError):
            self.process.kill()
        self.process.wait(PATIENCE)
        os.close(self.to), os.close(self.source)
        shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, method, **params):
        self.serial += 1
        message = {"id": self.serial, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        serial, end = self.serial, time.monotonic() + PATIENCE
        while serial not in self.replies:
            self._listen(end - time.monotonic())
        reply = self.replies.pop(serial)
        assert "error" not in reply, (method, reply["error"])
        return reply["result"]

    def _listen(self, patience):
        assert patience > 0 and select.select([self.source], [], [], patience)[0], "the browser says nothing any more"
        data = os.read(self.source, 1 << 20)
        assert data, "the browser has ended"
        self.buffer += data
        *messages, self.buffer = self.buffer.split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.replies[message["id"]] = message
            else:
                self._note(message["method"], message["params"])

    def _note(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(params["entry"]["text"] + " " + params["entry"].get("url", ""))
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.javascriptDialogOpening":
            self.errors.append("a dialog: " + params["message"])

    def size(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, scheme):
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url):
        self.send("Page.navigate", url=url)
        self.wait_for(url, lambda: self.run("document.readyState") == "complete")

    def run(self, expression):
        """The value of an expression in the page; a promise is waited for."""
        result = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, (expression, result["exceptionDetails"])
        return result["result"].get("value")

    def wait_for(self, what, found):
        end = time.monotonic() + PATIENCE
        while True:
            value = found()
            if value:
                return value
            assert time.monotonic() < end, f"never happened: {what}"
            time.sleep(0.03)

    def until(self, expression):
        return self.wait_for(expression, lambda: self.run(expression))

    def click(self, selector):
        """With the mouse, as a person would: what is covered or out of sight is not clicked."""
        where = self.run(f"""(() => {{
          const node = document.querySelector({json.dumps(selector)});
          node.scrollIntoView({{block: "center"}});
          const box = node.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
          const hit = document.elementFromPoint(x, y);
          return hit && (node === hit || node.contains(hit)) ? [x, y] : null;
        }})()""")
        assert where, f"{selector} cannot be clicked"
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1], button="left", clickCount=1)

    def text(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? null")

    def screenshot(self, path, kind="png", quality=None):
        options = {"format": kind} | ({"quality": quality} if quality else {})
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.send("Page.captureScreenshot", **options)["data"]))
