"""Every class of error has its exit code, on every kind of output, and says what it cost."""
import time

from harness import CANARY, FAST, QUEUED, Gateway, PzTest, Sandbox, answer, main, make_png


class Exits(PzTest):
    def both(self, code, url, *args, **more):
        """The same code with and without --json; returns (plain, last JSON line)."""
        plain = self.exits(code, self.pz(url, *args, **more))
        told = self.exits(code, self.pz(url, *args, "--json", **more))
        self.assertEqual(told.lines[-1]["exit"], code)
        return plain, told.lines[-1]

    def generate(self, code, url, *more, endpoint="sdxl", **env):
        return self.both(code, url, "generate", endpoint, "-p", "x", "-o", self.out, *FAST, *more, **env)

    def test_1_a_directory_that_cannot_be_used(self):
        (self.dir / "out").write_text("a file")
        with Sandbox() as sandbox:
            plain, _ = self.generate(1, sandbox.url)
            self.assertIn("cannot be used", plain.err)
            self.assertEqual(sandbox.posts(), [])

    def test_2_usage_and_validation(self):
        with Sandbox() as sandbox:
            for args in (["generate"], ["generate", "sdxk", "-p", "x"], ["generate", "sdxl"], ["generate", "sdxl", "-p", "x", "steps=no"],
                         ["generate", "sdxl", "--what"], ["frobnicate"], [], ["generate", "sdxl", "-p", "x", "--timeout", "soon"],
                         ["generate", "sdxl", "-p", "x", "--color", "blue"], ["generate", QUEUED, "-p", "x", "-n", "5"],
                         ["generate", "sdxl", "-p", "x", "--batch", "nowhere.txt"], ["wait"], ["completion", "ksh"]):
                plain = self.exits(2, self.pz(sandbox.url, *args))
                self.assertTrue(plain.err.startswith("pz: "), plain)
                self.assertEqual(plain.out, "")
                told = self.exits(2, self.pz(sandbox.url, *args, "--json"))
                self.assertEqual((told.lines[0]["type"], told.lines[0]["exit"]), ("error", 2), told)
            self.assertEqual(sandbox.posts(), [])

    def test_2_says_options_and_not_settings_of_the_library(self):
        plain = self.exits(2, self.pz("http://localhost:1", "generate", "sdxl", "-p", "x"))
        self.assertIn("with --allow-loopback", plain.err)
        self.assertNotIn("allow_loopback", plain.err)

    def test_2_a_parameter_written_as_an_option_is_told_how_it_is_written(self):
        for word in ("--steps", "--steps=3"):
            wrong = self.exits(2, self.pz(None, "generate", "sdxl", "-p", "x", word, *([] if "=" in word else ["3"]), key=None))
            self.assertIn("if steps is a parameter of the endpoint, write steps=VALUE", wrong.err)
        self.assertNotIn("=VALUE", self.exits(2, self.pz(None, "models", "--steps", "3", key=None)).err)

    def test_2_names_the_parameter_at_fault(self):
        told = self.exits(2, self.pz(None, "estimate", QUEUED, "-p", "x", "-n", "5", "--json", key=None)).lines[0]
        self.assertEqual((told["field"], told["charged"]), ("count", "no"))

    def test_3_a_refused_key_ends_status_and_wait_at_once_and_the_id_stays_good(self):
        (self.dir / "keys").write_text(CANARY + "\n")
        with Sandbox("--keys", str(self.dir / "keys")) as sandbox:
            made = self.exits(0, self.pz(sandbox.url, "generate", QUEUED, "-p", "x", "--no-fetch", "--json"))
            id = made.last("done")["request_id"]
            for command in ("status", "wait", "fetch"):
                refused = self.exits(3, self.pz(sandbox.url, command, id, "--timeout", "1h", key="another-key"))
                self.assertIn("key was refused", refused.err + refused.out)
            self.exits(0, self.pz(sandbox.url, "wait", id, *FAST, "--out", str(self.out)))

    def test_3_no_key_and_a_key_that_is_refused(self):
        plain, told = self.generate(3, "https://gateway.invalid", key=None)
        self.assertIn("PIXAZO_API_KEY", plain.err)
        (self.dir / "keys").write_text("another-key\n")
        with Sandbox("--keys", str(self.dir / "keys"), "--forbid", QUEUED) as sandbox:
            _, told = self.generate(3, sandbox.url)
            self.assertEqual((told["error"]["http_status"], told["charged"]), (401, "no"))
            self.generate(3, sandbox.url, endpoint=QUEUED, PIXAZO_API_KEY="another-key")

    def test_4_an_empty_wallet_and_a_budget(self):
        with Sandbox("--balance", "0") as sandbox:
            plain, told = self.generate(4, sandbox.url)
            self.assertEqual((told["error"]["http_status"], told["charged"]), (402, "no"))
            self.assertGreater(told["error"]["required_microusd"], 0)
            self.assertIn("not charged", plain.err)
        with Sandbox() as sandbox:
            self.generate(4, sandbox.url, "--budget", "0.05", "quality=high", endpoint="gpt-image-2-text-to-image")
            plain, _ = self.generate(4, sandbox.url, "--budget", "5")  # no known price fits into no budget
            self.assertIn("--assume-price USD", plain.err)
            self.assertEqual(sandbox.posts(), [])
            self.generate(0, sandbox.url, "--budget", "5", "--assume-price", "0.01", "-s", "64x64")

    def test_5_rate_limited_for_longer_than_anybody_waits(self):
        def refuse(request, connection):
            answer(connection, 429, {"error": "Too Many Requests", "message": "Slow down"}, ["Retry-After: 900"])
        with Gateway(refuse) as gateway:
            plain, told = self.generate(5, gateway.url)
            self.assertEqual(told["error"]["retry_after_ms"], 900_000)
            self.assertEqual(told["charged"], "no")
            self.assertIn("15 min", plain.err)

    def test_6_failed_error_and_refused_by_the_gateway(self):
        for share, charged in (("--failed", "unknown"), ("--error", "no")):
            with Sandbox(share, "1") as sandbox:
                _, told = self.generate(6, sandbox.url, "-s", "256x256", endpoint=QUEUED)
                self.assertEqual(told["charged"], charged)
        with Sandbox("--disable", QUEUED) as sandbox:
            _, told = self.generate(6, sandbox.url, endpoint=QUEUED)
            self.assertEqual(told["error"]["status"], "PZ_E_MODEL_NOT_FOUND")

    def test_7_an_answer_that_is_lost_is_told_and_never_sent_again(self):
        with Gateway(lambda request, connection: False) as gateway:
            plain, told = self.generate(7, gateway.url)
            self.assertEqual(told["charged"], "unknown")
            self.assertIn("may be charged", plain.err)
            self.assertIn("--resubmit-accepting-second-charge", plain.err)
            self.assertEqual(len(gateway.posts()), 2, "one for each of the two commands")

    def test_7_is_resubmitted_once_if_a_second_charge_is_accepted(self):
        png = make_png()

        def second_time(request, connection):
            if request["method"] == "GET":
                return answer(connection, 200, png)
            if len(gateway.posts()) == 1:
                return False
            answer(connection, 200, {"imageUrl": gateway.url + "/p.png"})
        with Gateway(second_time) as gateway:
            done = self.exits(0, self.pz(gateway.url, "generate", "sdxl", "-p", "x", "-o", self.out, "--json",
                                         "--resubmit-accepting-second-charge"))
            self.assertEqual([line["type"] for line in done.lines].count("resubmitted"), 1)
            self.assertTrue(done.last("done")["resubmitted"])
            self.assertEqual(self.files(), ["x.png"])
        with Gateway(lambda request, connection: False) as gateway:
            self.exits(7, self.pz(gateway.url, "generate", "sdxl", "-p", "x", "-o", self.out,
                                  "--resubmit-accepting-second-charge"))
            self.assertEqual(len(gateway.posts()), 2, "once more, and not for ever")

    def test_8_time_is_up_and_the_id_is_printed(self):
        with Sandbox(speed=0.01) as sandbox:
            plain, told = self.generate(8, sandbox.url, "--timeout", "1500ms", endpoint=QUEUED)
            self.assertIn("pz wait", plain.err)
            self.assertIn(sandbox.state()["jobs"][0]["id"], plain.err)
            self.assertEqual(told["charged"], "unknown")

    def test_9_nobody_listens(self):
        with Gateway(lambda *_: False) as gateway:
            url = gateway.url
        plain, told = self.generate(9, url)
        self.assertEqual(told["charged"], "no")
        self.assertIn("not charged", plain.err)

    def test_10_made_but_a_picture_is_missing(self):
        def half(request, connection):
            if request["method"] == "POST":
                return answer(connection, 202, {"request_id": "studio-ghibli_x1", "status": "QUEUED"})
            if "/status/" in request["path"]:
                urls = [gateway.url + "/there.png", gateway.url + "/gone.png"]
                return answer(connection, 200, {"request_id": "studio-ghibli_x1", "status": "COMPLETED",
                                                "output": {"media_url": urls, "media_type": "image/png"}})
            if request["path"] == "/there.png":
                return answer(connection, 200, make_png())
            answer(connection, 404, {"error": "Not Found"})
        with Gateway(half) as gateway:
            plain, told = self.generate(10, gateway.url, "-n", "2", endpoint=QUEUED)
            self.assertEqual(told["charged"], "yes")
            self.assertEqual(["error" in o for o in told["outputs"]], [False, True])
            self.assertIn("pz fetch", plain.err)
            self.assertEqual(plain.out, f"{self.out}/x-1.png\n")
            self.assertEqual(self.files(), ["x-1-2.png", "x-1.png"], "one of each command")

    def test_10_of_an_endpoint_without_ids_names_the_address(self):
        def gone(request, connection):
            if request["method"] == "POST":
                return answer(connection, 200, {"imageUrl": gateway.url + "/gone.png"})
            answer(connection, 404, {"error": "Not Found"})
        with Gateway(gone) as gateway:
            plain, _ = self.generate(10, gateway.url)
            self.assertIn(gateway.url + "/gone.png", plain.err)
            self.assertIsNone(self.files(), "an empty directory was left behind")

    def test_plain_http_goes_to_a_loopback_address_and_nowhere_else(self):
        with Sandbox() as sandbox:
            named = sandbox.url.replace("127.0.0.1", "localhost")
            self.exits(2, self.pz(named, "generate", "sdxl", "-p", "x", "-o", self.out))
            self.exits(0, self.pz(named, "generate", "sdxl", "-p", "x", "-s", "64x64", "-o", self.out, "--allow-loopback"))
            self.exits(2, self.pz(None, "generate", "sdxl", "-p", "x", "--base-url", "http://192.0.2.1"))
            self.exits(2, self.pz(None, "generate", "sdxl", "-p", "x", "--base-url", "http://127.0.0.1.example.com"))
            self.assertEqual(len(sandbox.posts()), 1)

    def test_a_reader_that_goes_away_does_not_lose_the_picture(self):
        with Sandbox(speed=20) as sandbox:
            process = self.start(sandbox.url, "generate", QUEUED, "-p", "x", "-f", "png", "-s", "256x256", "-o", self.out, *FAST)
            process.stdout.close()
            process.stdout = open("/dev/null")
            process.wait(60)
            self.assertEqual(self.files(), ["x.png"])


if __name__ == "__main__":
    main()
