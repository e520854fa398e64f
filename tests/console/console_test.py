"""The sandbox's console in headless Chromium: what a person sees and presses, against what /sandbox/state says."""
import http.server
import json
import os
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.request

import browser

SANDBOX = os.environ["PZ_SANDBOX"]
TEXT, GHIBLI = "/gpt-image-2/v1/text-to-image", "/studio-ghibli/v1/studio-ghibli/generate"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
HOSTILE = ['<script>document.title = "owned"</script>', '"><img src=x onerror="document.title = \'owned\'">',
           "'><svg/onload=document.title='owned'>", "</p></li><style>body{display:none}</style>", "{{7*7}} ${7*7} &lt;b&gt;",
           "\u202edrawkcab \u2066isolated", "<iframe srcdoc='<script>parent.document.title=1</script>'>"]


def ask(method, url, body=None, headers=None):
    """(status, body as text, headers); no answer of the server is an exception."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with OPENER.open(urllib.request.Request(url, data, headers or {}, method=method), timeout=60) as reply:
            return reply.status, reply.read().decode(errors="replace"), reply.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace"), error.headers


class Sandbox:
    def __init__(self, *args):
        self.process = subprocess.Popen([SANDBOX, "--port", "0", "--quiet", "--http-webhooks", "--exit-with-parent", *args],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split("listening on ")[1].strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()

    def state(self):
        return json.loads(ask("GET", self.url + "/sandbox/state")[1])

    def order(self, body, path=TEXT, **headers):
        return ask("POST", self.url + path, body, {"Ocp-Apim-Subscription-Key": "k"} | {k.replace("_", "-"): v for k, v in headers.items()})[0]


class Receiver:
    """A web server that keeps the webhooks it gets."""

    def __init__(self):
        got = self.got = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                got.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=<b>"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class ConsoleTest(unittest.TestCase):
    def setUp(self):
        self.page = self.enterContext(browser.Page())

    def tearDown(self):
        self.assertEqual(self.page.errors, [])

    def sandbox(self, *args):
        self.box = self.enterContext(Sandbox(*args))
        return self.box

    def open(self):
        self.page.open(self.box.url + "/")
        self.page.until("state !== null")

    def await_state(self, what, found):
        return self.page.wait_for(what, lambda: found(self.box.state()))

    def row(self, n=1):
        return f"#list > li:nth-child({n})"

    def await_row(self, status, n=1):
        self.page.until(f"document.querySelector('{self.row(n)}')?.dataset.status === '{status}'")

    def test_without_a_job_it_says_how_to_send_the_first_and_that_line_works_as_shown(self):
        self.sandbox("--speed", "500")
        self.open()
        self.page.until("!document.getElementById('none').hidden")
        self.assertIn("mulator", self.page.text("header"))
        line = self.page.text("#curl")
        done = subprocess.run(["bash", "-c", line.replace("curl ", "curl -sS --noproxy '*' ", 1)], capture_output=True, text=True, timeout=90)
        self.assertEqual(json.loads(done.stdout)["status"], "QUEUED", line)
        self.await_row("COMPLETED")
        self.assertTrue(self.page.run("document.getElementById('none').hidden"))
        self.assertEqual(self.box.state()["jobs"][0]["prompt"], "a lighthouse at dawn")

    def test_the_first_job_can_be_sent_from_the_page(self):
        self.sandbox("--speed", "500")
        self.open()
        self.page.until("!document.getElementById('none').hidden")
        self.page.click("#send")
        self.await_row("COMPLETED")
        self.assertEqual(len(self.box.state()["posts"]), 1)

    def test_a_job_is_seen_to_live_and_end_and_its_picture_is_there(self):
        self.sandbox("--speed", "1")
        self.open()
        ask("POST", self.box.url + "/sandbox/faults", {"rules": [{"on": "submit", "queued_ms": 3_000_000},
                                                                 {"on": "submit", "queued_ms": 1, "processing_ms": 3_000_000}]})
        self.box.order({"prompt": "waits"})
        self.await_row("QUEUED")
        first = self.page.run(f"document.querySelector('{self.row()} .elapsed').textContent")
        self.page.until(f"document.querySelector('{self.row()} .elapsed').textContent !== {json.dumps(first)}")
        self.box.order({"prompt": "a lake in the mountains", "n": 2, "quality": "low"})
        self.await_row("PROCESSING")
        self.page.until(f"parseFloat(document.querySelector('{self.row()} .fill').style.width) > 0")
        self.assertTrue(self.page.run(f"document.querySelector('{self.row()} .bar').getBoundingClientRect().height > 0"))
        self.page.run("document.getElementById('speed').focus()")
        self.page.run("(e => { e.value = '100'; e.dispatchEvent(new Event('change')); })(document.getElementById('speed'))")
        self.await_state("the speed", lambda s: s["settings"]["speed"] == 100)
        ask("POST", self.box.url + "/sandbox/settings", {"speed": 100_000})
        self.await_row("COMPLETED", 1)
        self.await_row("COMPLETED", 2)
        self.page.until(f"(i => i && i.complete && i.naturalWidth > 0)(document.querySelector('{self.row()} .pictures img'))")
        self.assertIn("+1", self.page.text(self.row() + " .pictures"))
        self.assertIn("$0.03", self.page.text("#charged"))
        self.page.click(self.row() + " .toggle")
        self.page.until(f"document.querySelectorAll('{self.row()} .gallery img').length === 2")
        self.page.until(f"document.querySelector('{self.row()} .request').textContent.includes('\"quality\": \"low\"')")
        self.page.click(self.row() + " .pictures button")
        self.page.until("document.getElementById('large').open && document.getElementById('large-picture').naturalWidth === 1024")
        self.page.click("#close")
        self.page.until("!document.getElementById('large').open")
        # Whoever looks on is no client: nothing of this is counted, no fault of a media rule is used up.
        self.assertNotIn("media", self.box.state()["counts"])

    def test_fail_the_next_job_fails_the_next_one_and_only_that(self):
        self.sandbox("--speed", "500")
        self.open()
        self.page.click("#fail-next")
        self.page.until("document.getElementById('pending').textContent.includes('next job will fail')")
        self.box.order({"prompt": "refused", "size": "no such size"})  # makes no job: the failure waits for one that does
        self.box.order({"prompt": "one"})
        self.box.order({"prompt": "two"})
        self.await_row("COMPLETED", 1)
        self.await_row("FAILED", 2)
        self.await_row("REFUSED", 3)
        self.assertIn("console's request", self.page.text(self.row(2)))
        self.assertEqual([(j["prompt"], j["status"]) for j in self.box.state()["jobs"]], [("one", "FAILED"), ("two", "COMPLETED")])
        self.page.until("document.getElementById('pending').textContent === ''")

    def test_429_is_answered_for_ten_seconds_and_then_no_more(self):
        self.sandbox("--speed", "500")
        self.open()

        def refused():  # on a machine so busy that the ten seconds went by in between, once more
            self.page.click("#limit")
            self.page.until("state.faults.length > 0")
            status, _, headers = ask("POST", self.box.url + TEXT, {"prompt": "a"}, {"Ocp-Apim-Subscription-Key": "k"})
            return status == 429 and headers["Retry-After"] == "10"

        self.page.wait_for("a 429", refused)
        self.await_row("REFUSED")
        self.assertIn("429", self.page.text(self.row()))
        rule = self.box.state()["faults"][-1]
        self.assertEqual((rule["status"], rule["for_ms"]), (429, 10_000))
        self.page.until("document.getElementById('pending').textContent === ''")
        self.assertEqual(self.box.order({"prompt": "a"}), 202)

    def test_the_wallet_is_emptied_and_refilled_to_what_it_was(self):
        self.sandbox("--speed", "500", "--balance", "3")
        self.open()
        self.assertEqual(self.page.text("#wallet"), "$3.00")
        self.page.click("#empty")
        self.page.until("document.getElementById('wallet').textContent === '$0.00'")
        self.assertEqual(self.box.order({"prompt": "a"}), 402)
        self.await_row("REFUSED")
        self.page.click("#refill")
        self.page.until("document.getElementById('wallet').textContent === '$3.00'")
        self.assertEqual(self.box.state()["wallet"]["balance_microusd"], 3_000_000)
        self.assertEqual(self.box.order({"prompt": "a"}), 202)
        self.page.until("document.getElementById('wallet').textContent === '$2.99'")

    def test_a_wallet_without_limit_is_refilled_to_no_limit(self):
        self.sandbox("--speed", "500")
        self.open()
        self.page.click("#empty")
        self.page.until("document.getElementById('wallet').textContent === '$0.00'")
        self.page.click("#refill")
        self.page.until("document.getElementById('wallet').textContent === 'no limit'")
        self.assertIsNone(self.box.state()["wallet"]["balance_microusd"])

    def test_each_webhook_is_shown_and_replayed(self):
        receiver = self.enterContext(Receiver())
        self.sandbox("--speed", "500")
        self.open()
        self.box.order({"prompt": "a"}, X_Webhook_URL=receiver.url, X_Webhook_Mode="terminal")
        self.page.until("document.querySelector('#deliveries > li')?.dataset.status === 'COMPLETED'")
        text = self.page.text("#deliveries > li")
        for part in ("200", "terminal mode", receiver.url, "completed"):
            self.assertIn(part, text)
        self.page.click("#deliveries .toggle")
        self.assertEqual(json.loads(self.page.text("#deliveries .request")), json.loads(receiver.got[0]))
        self.page.click("#deliveries .replay")
        self.page.until("document.querySelectorAll('#deliveries > li').length === 2")
        self.await_state("both delivered", lambda s: [c["http"] for c in s["webhooks"]] == [200, 200])
        self.assertEqual(receiver.got[0], receiver.got[1])

    def test_a_hostile_prompt_is_text(self):
        self.sandbox("--speed", "500")
        self.open()
        for prompt in HOSTILE:
            self.assertEqual(self.box.order({"prompt": prompt}, X_Webhook_URL="https://example.com/<script>x</script>", X_Evil=prompt.encode("ascii", "ignore").decode()), 202)
        for n in range(len(HOSTILE)):
            self.await_row("COMPLETED", n + 1)
            self.page.click(self.row(n + 1) + " .toggle")
            self.page.until(f"document.querySelector('{self.row(n + 1)} .request').textContent.includes('prompt')")
        shown = self.page.run("[...document.querySelectorAll('#list .prompt')].map(p => p.textContent)")
        self.assertEqual(shown, HOSTILE[::-1])
        self.page.click(self.row(len(HOSTILE)) + " .pictures button")
        self.assertEqual(self.page.text("#large-prompt"), HOSTILE[0])
        self.assertEqual(self.page.run("document.title"), "pz-sandbox")
        self.assertEqual(self.page.run("document.querySelectorAll('script, iframe, style, svg, #list img[src=x]').length"), 1)

    def test_the_policy_of_the_page_stops_what_is_not_its_own(self):
        self.sandbox()
        _, text, headers = ask("GET", self.box.url + "/", headers={"Accept": "text/html"})
        self.assertIn("<!doctype html>", text)
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
            self.assertIn(part, headers["Content-Security-Policy"])
        self.assertNotIn("unsafe", headers["Content-Security-Policy"])
        self.open()
        self.page.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\"><script>document.title = 2</script>')")
        self.page.wait_for("the policy's complaint", lambda: self.page.run("document.title") and self.page.errors)
        self.assertTrue(all("Content Security Policy" in e or "404" in e for e in self.page.errors), self.page.errors)
        self.assertEqual(self.page.run("document.title"), "pz-sandbox")
        self.page.errors.clear()

    def test_everything_comes_from_the_sandbox(self):
        self.sandbox("--speed", "500")
        self.open()
        self.box.order({"prompt": "a"})
        self.await_row("COMPLETED")
        self.page.until("document.querySelector('#list img')?.complete")
        strangers = [u for u in self.page.requests if not u.startswith(self.box.url + "/") and u != "about:blank"]
        self.assertEqual(strangers, [])

    def test_a_page_of_another_origin_can_neither_read_nor_press(self):
        self.sandbox("--speed", "500", "--balance", "1")
        other = self.enterContext(Sandbox())
        self.page.open(other.url + "/")  # a page of another port is of another origin
        target = json.dumps(self.box.url + "/sandbox/")
        # The policy of our own page would stop these itself; a page without one is what an attacker has.
        self.page.send("Page.setBypassCSP", enabled=True)
        self.page.open(other.url + "/")
        for path, options in (("state", "{}"), ("reset", "{method: 'POST'}"), ("settings", "{method: 'POST', body: '{\"balance_microusd\": 0}'}"),
                              ("faults", "{method: 'DELETE'}")):
            result = self.page.run(f"fetch({target} + '{path}', {options}).then(r => 'read ' + r.status, e => 'blocked')")
            self.assertEqual(result, "blocked", path)
            self.page.run(f"fetch({target} + '{path}', {{...{options}, mode: 'no-cors'}}).then(() => 1, () => 1)")
        self.assertEqual(self.box.state()["wallet"]["balance_microusd"], 1_000_000)
        self.page.errors.clear()  # the browser's own words about what it has blocked

    def test_a_name_that_was_pointed_at_this_machine_shows_nothing(self):
        self.sandbox("--speed", "500")
        self.box.order({"prompt": "confidential"})
        port = self.box.url.rsplit(":", 1)[1]
        stranger = self.enterContext(browser.Page(words=["--host-resolver-rules=MAP rebound.example 127.0.0.1"]))
        stranger.open(f"http://rebound.example:{port}/")
        self.assertIn("403", str(stranger.run("performance.getEntriesByType('navigation')[0].responseStatus")))
        for path in ("state", "console/console.js", "post?serial=1"):
            self.assertEqual(stranger.run(f"fetch('/sandbox/{path}').then(r => r.status)"), 403)
        self.assertEqual(stranger.run("fetch('/sandbox/reset', {method: 'POST'}).then(r => r.status)"), 403)
        self.assertEqual(len(self.box.state()["posts"]), 1)

    def test_thousands_of_jobs_are_counted_and_the_latest_listed(self):
        self.sandbox("--speed", "100000")
        for i in range(3000):
            self.assertEqual(self.box.order({"prompt": f"job {i}"}), 202)
        self.open()
        self.page.until("document.getElementById('completed').textContent === '3,000'")
        self.assertEqual(self.page.run("document.querySelectorAll('#list > li').length"), 60)
        self.assertIn("job 2999", self.page.text(self.row(1)))
        self.assertIn("2,940 older", self.page.text("#more"))
        self.page.click("#show-more")
        self.page.until("document.querySelectorAll('#list > li').length === 240")
        self.assertIn("2,760 older", self.page.text("#more"))
        self.assertLess(self.page.run("fetch('/sandbox/state?bodies=0&last=60').then(r => r.text()).then(t => t.length)"), 100_000)

    def test_when_the_sandbox_is_gone_it_says_so_and_when_another_comes_it_goes_on(self):
        self.sandbox("--speed", "500")
        self.open()
        self.box.order({"prompt": "before"})
        self.await_row("COMPLETED")
        port = self.box.url.rsplit(":", 1)[1]
        self.box.__exit__()
        self.page.until("!document.getElementById('alarm').hidden")
        self.page.errors.clear()  # refused connections
        self.box = self.enterContext(Sandbox("--speed", "500", "--port", port))
        self.page.until("document.getElementById('alarm').hidden")
        self.box.order({"prompt": "after"})
        self.page.until(f"document.querySelector('{self.row()} .prompt')?.textContent === 'after'")
        self.page.until("document.querySelectorAll('#list > li').length === 1")
        self.page.errors.clear()

    def test_it_fits_every_width_and_both_schemes(self):
        self.sandbox("--speed", "500")
        for i in range(8):
            self.box.order({"prompt": "a-very-long-word-" * 30 if i % 2 else "short"}, X_Webhook_URL="https://example.com/" + "x" * 300)
        self.open()
        self.await_row("COMPLETED")
        for width, height in ((360, 640), (1024, 768), (1280, 720), (1920, 1080)):
            self.page.size(width, height)
            self.assertLessEqual(self.page.run("document.documentElement.scrollWidth"), width)
        for scheme, dark in (("light", False), ("dark", True)):
            self.page.scheme(scheme)
            lightness = self.page.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)")
            self.assertEqual(lightness < 200, dark)


if __name__ == "__main__":
    if not browser.find():
        print("skipped: there is no Chromium here (Debian: apt-get install chromium)")
        sys.exit(77)
    if os.path.exists("/usr/bin/curl") is False:
        print("skipped: there is no curl here")
        sys.exit(77)
    unittest.main(verbosity=2)
