#!/usr/bin/env python3
"""Takes a picture of the sandbox's console with jobs of every kind in it, in headless Chromium:

    examples/record_console.py [BUILD-DIRECTORY [OUT.webp]]     default: build/quickstart examples/console.webp

Nothing is sent anywhere but to this machine.
"""
import http.server
import json
import pathlib
import subprocess
import sys
import threading
import urllib.error
import urllib.request

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "tests" / "console"))
import browser  # noqa: E402

build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here.parent / "build" / "quickstart")
out = sys.argv[2] if len(sys.argv) > 2 else str(here / "console.webp")
TEXT, GHIBLI, RELIGHT = "/gpt-image-2/v1/text-to-image", "/studio-ghibli/v1/studio-ghibli/generate", "/pixelforge-relighting-api/v1/relighting/generate"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    hooks = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    hook = f"http://127.0.0.1:{hooks.server_port}"
    sandbox = subprocess.Popen([build / "bin" / "pz-sandbox", "--port", "0", "--quiet", "--exit-with-parent", "--http-webhooks", "--balance", "0.09", "--seed", "7"],
                               stdout=subprocess.PIPE, text=True)
    try:
        url = sandbox.stdout.readline().split()[-1]

        def post(path, body, **headers):
            request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Ocp-Apim-Subscription-Key": "any"} | headers)
            try:
                opener.open(request, timeout=60).close()
            except urllib.error.HTTPError as error:
                error.close()

        def job(body, queued_ms, processing_ms, path=TEXT, end="COMPLETED", **headers):
            post("/sandbox/faults", {"on": "submit", "queued_ms": queued_ms, "processing_ms": processing_ms, "end": end,
                                     "error": "The model could not make a picture of this prompt"})
            post(path, body, **headers)

        with browser.Page(1280, 960) as page:
            job({"prompt": "a lighthouse at dawn", "n": 2}, 200, 900, **{"X-Webhook-URL": hook + "/studio/done"})
            job({"prompt": "two knights, arguing"}, 200, 800, end="FAILED", **{"X-Webhook-URL": hook + "/studio/done"})
            job({"prompt": "A peaceful village in the mountains at sunset, Studio Ghibli style"}, 300, 1000, path=GHIBLI)
            page.open(url + "/")
            page.until("document.querySelectorAll('#list img').length === 2 && [...document.querySelectorAll('#list img')].every(i => i.naturalWidth)")
            page.until("document.querySelectorAll('#deliveries > li[data-status=COMPLETED]').length === 2")
            job({"prompt": "a harbour at night, boats at anchor"}, 300, 7000, **{"X-Webhook-URL": hook + "/studio/live", "X-Webhook-Mode": "sync"})
            job({"prompt": "Professional studio lighting with soft shadows", "image_urls": ["https://example.com/photo.png"]}, 300, 14000, path=RELIGHT)
            post(TEXT, {"prompt": "a whole wall of posters", "n": 10})
            page.click("#fail-next")
            page.until("document.querySelectorAll('#list > li').length === 6 && document.querySelector('#list > li:nth-child(2)').dataset.status === 'PROCESSING' && "
                       "parseFloat(document.querySelector('#list > li:nth-child(2) .fill').style.width) > 24 && document.querySelectorAll('#deliveries > li').length > 2")
            page.run("document.activeElement.blur()")
            page.send("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
            page.screenshot(out, *(("webp", 88) if out.endswith(".webp") else ("png",)))
            assert not page.errors, page.errors
    finally:
        sandbox.terminate()
        sandbox.wait()
        hooks.shutdown()
    print(f"{out}: {pathlib.Path(out).stat().st_size} bytes")


if __name__ == "__main__":
    main()
