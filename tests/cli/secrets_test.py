"""The API key: where it may come from, and everywhere it must not be found."""
import os
import signal
from pathlib import Path

from harness import CANARY, FAST, PATIENCE, PZ, QUEUED, Gateway, PzTest, Sandbox, answer, main, make_png, until


class Secrets(PzTest):
    def key_file(self, where, text=CANARY + "\n", mode=0o600):
        path = self.dir / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def sent_key(self, *args, code=0, **more):
        seen = []

        def note(request, connection):
            seen.append(request["headers"].get("ocp-apim-subscription-key"))
            if request["method"] == "POST":
                return answer(connection, 200, {"imageUrl": gateway.url + "/p.png"})
            answer(connection, 200, make_png())
        with Gateway(note) as gateway:
            self.exits(code, self.pz(gateway.url, "generate", "sdxl", "-p", "x", "-o", self.out, *args, **more))
        return seen[0] if seen else None

    def test_it_comes_from_the_environment_or_from_a_file(self):
        self.assertEqual(self.sent_key(key="from-env"), "from-env")
        file = self.key_file("k")
        self.assertEqual(self.sent_key("--key-file", file, key=None), CANARY)
        self.assertEqual(self.sent_key("--key-file", file, key="from-env"), CANARY, "what was typed wins")

    def test_the_configured_key_goes_to_no_emulator(self):
        self.key_file(".config/pixazo/key")
        self.assertEqual(self.sent_key(key=None), "sandbox")

    def test_the_configured_key_is_found_for_a_real_gateway(self):
        missing = self.exits(3, self.pz("https://gateway.invalid", "generate", "sdxl", "-p", "x", key=None))
        self.assertIn(".config/pixazo/key", missing.err)
        self.key_file(".config/pixazo/key")
        self.exits(9, self.pz("https://gateway.invalid", "generate", "sdxl", "-p", "x", "-o", self.out, key=None))
        self.key_file("xdg/pixazo/key", mode=0o644)
        refused = self.exits(3, self.pz("https://gateway.invalid", "generate", "sdxl", "-p", "x", key=None,
                                        XDG_CONFIG_HOME=str(self.dir / "xdg")))
        self.assertIn("can be read by others", refused.err)

    def test_a_file_that_others_can_read_is_refused(self):
        for mode in (0o640, 0o604, 0o660, 0o777):
            self.assertIsNone(self.sent_key("--key-file", self.key_file("k", mode=mode), code=3))
        for text in ("", "\n", "two\nlines\n", "x" * 5000):
            self.assertIsNone(self.sent_key("--key-file", self.key_file("k", text), code=3))
        self.assertIsNone(self.sent_key("--key-file", self.dir / "nowhere", code=3))

    def test_no_option_takes_it(self):
        help_text = self.exits(0, self.pz(None, "generate", "--help", key=None)).out
        self.assertNotIn("--key ", help_text)
        self.assertNotIn("--api-key", help_text)

    def search(self, *places):
        for place in places:
            data = place if isinstance(place, bytes) else place.encode()
            self.assertNotIn(CANARY.encode(), data)

    def test_it_is_in_no_output_no_file_and_no_listing_of_processes(self):
        with Sandbox(speed=0.05) as sandbox:
            process = self.start(sandbox.url, "generate", QUEUED, "-p", "x", "-n", "2", "-f", "png", "-s", "256x256", "-v", "--json",
                                 *FAST, "-o", self.out)
            until("the job is accepted", lambda: sandbox.state()["jobs"])
            proc = Path(f"/proc/{process.pid}")
            self.search((proc / "cmdline").read_bytes(), (proc / "environ").read_bytes())
            self.assertIn(b"TERM=", (proc / "environ").read_bytes(), "the environment could be read at all")
            sandbox.set(speed=500)
            done = self.end(process)
            self.exits(0, done)
            self.search(done.out, done.err)
            for post in sandbox.posts():  # the sandbox keeps a fingerprint, and every header that came
                self.search(str({k: v for k, v in post.items() if k != "headers"}), post["body"])
        for path in self.dir.rglob("*"):
            if path.is_file():
                self.search(path.read_bytes(), str(path))

    def test_it_is_in_no_error_either(self):
        for status in (400, 401, 402, 403, 500):
            with Gateway(lambda r, c: answer(c, status, {"error": "no", "message": "you sent " + r["headers"]["ocp-apim-subscription-key"]})) as gateway:
                for more in ([], ["--json"], ["-v"]):
                    done = self.pz(gateway.url, "generate", "sdxl", "-p", "x", "-o", self.out, *more)
                    self.assertNotEqual(done.code, 0)
                    self.search(done.out, done.err)
        bad = self.pz("https://gateway.invalid", "generate", "sdxl", "-p", "x", key=CANARY + "\u20ac")
        self.exits(2, bad)
        self.search(bad.out, bad.err)

    def test_it_goes_to_the_gateway_and_to_no_host_of_pictures(self):
        keys = {}

        def note(name):
            def handler(request, connection):
                keys[name, request["method"]] = request["headers"].get("ocp-apim-subscription-key")
                if request["method"] == "POST":
                    return answer(connection, 200, {"imageUrl": pictures.url + "/p.png"})
                answer(connection, 200, make_png())
            return handler
        with Gateway(note("pictures")) as pictures, Gateway(note("gateway")) as gateway:
            self.exits(0, self.pz(gateway.url, "generate", "sdxl", "-p", "x", "-o", self.out))
        self.assertEqual(keys, {("gateway", "POST"): CANARY, ("pictures", "GET"): None})

    def test_pz_sandbox_is_started_without_it(self):
        process = self.start(None, "sandbox", "--port", "0", "--quiet")
        process.stdout.readline()
        environ = Path(f"/proc/{process.pid}/environ").read_bytes()
        self.assertIn(b"HOME=", environ)
        self.search(environ)
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


if __name__ == "__main__":
    main()
