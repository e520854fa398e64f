"""--json: every line is an object of its own, and together they tell the whole life of a job."""
from harness import FAST, QUEUED, PzTest, Sandbox, decode_png, main
from pathlib import Path

ORDER = ["WAITING", "SUBMITTING", "QUEUED", "PROCESSING", "DOWNLOADING", "COMPLETED"]


class Json(PzTest):
    def test_the_life_of_a_queued_job(self):
        with Sandbox(speed=20) as sandbox:
            done = self.exits(0, self.pz(sandbox.url, "generate", QUEUED, "-p", "ein Füchslein \u2603", "-n", "2", "-f", "png",
                                         "-s", "256x256", *FAST, "-o", self.out, "--json"))
            job = sandbox.state()["jobs"][0]
        self.assertEqual(done.err, "")
        states = [l["state"] for l in done.lines if l["type"] in ("state", "done")]
        self.assertEqual(states, sorted(states, key=ORDER.index), "never backwards")
        self.assertEqual((states[0], states[-1]), ("SUBMITTING", "COMPLETED"))
        progress = [l["progress"] for l in done.lines if "progress" in l]
        self.assertEqual(progress, sorted(progress), "never backwards")
        self.assertTrue(all(0 <= p <= 1 for p in progress))
        last = done.lines[-1]
        self.assertEqual((last["type"], last["charged"], last["exit"], last["attempts"]), ("done", "yes", 0, 1))
        self.assertEqual(last["request_id"], job["id"])
        outputs = [l for l in done.lines if l["type"] == "output"]
        self.assertEqual(sorted(o["index"] for o in outputs), [0, 1])
        self.assertEqual([o["path"] for o in last["outputs"]], [f"{self.out}/ein-f-chslein-{i}.png" for i in (1, 2)])
        for o in last["outputs"]:
            data = Path(o["path"]).read_bytes()
            self.assertEqual((len(data), o["media_type"]), (o["bytes"], "image/png"))
            self.assertEqual(decode_png(data)[:2], (o["width"], o["height"]))
        ids = [l["request_id"] for l in done.lines if l["type"] == "state"]
        self.assertEqual(ids[0], "")
        self.assertTrue(all(i == job["id"] for i in ids[1:]))

    def test_the_exit_code_of_the_last_line_is_the_commands(self):
        with Sandbox("--failed", "1") as sandbox:
            done = self.exits(6, self.pz(sandbox.url, "generate", QUEUED, "-p", "x", *FAST, "-o", self.out, "--json"))
            self.assertEqual(done.lines[-1]["exit"], 6)
            self.assertEqual(done.lines[-1]["error"]["status"], "PZ_E_JOB_FAILED")

    def test_status_of_one_that_failed_is_an_answer(self):
        with Sandbox("--failed", "1") as sandbox:
            made = self.pz(sandbox.url, "generate", QUEUED, "-p", "x", *FAST, "-o", self.out, "--json")
            id = made.last("done")["request_id"]
            line = self.exits(0, self.pz(sandbox.url, "status", id, "--json")).lines[0]
            self.assertEqual((line["type"], line["state"], line["charged"]), ("status", "FAILED", "unknown"))

    def test_status_of_one_that_is_made_names_its_pictures_and_fetches_none(self):
        with Sandbox() as sandbox:
            made = self.pz(sandbox.url, "generate", QUEUED, "-p", "x", "-n", "2", *FAST, "--no-fetch", "--json")
            before = sandbox.state()
            line = self.exits(0, self.pz(sandbox.url, "status", made.last("done")["request_id"], "--json")).lines[0]
            self.assertEqual(line["state"], "COMPLETED")
            self.assertEqual(line["urls"], [o["url"] for o in made.last("done")["outputs"]])
            self.assertEqual(before["counts"].get("media", 0), sandbox.state()["counts"].get("media", 0))

    def test_text_from_the_gateway_cannot_break_a_line(self):
        from harness import Gateway, answer
        nasty = "bad\n\u2028\x1b[2J\"} {"
        with Gateway(lambda r, c: answer(c, 400, {"error": nasty, "message": nasty})) as gateway:
            done = self.exits(6, self.pz(gateway.url, "generate", "sdxl", "-p", "x", "--json", "-o", self.out))
            self.assertEqual(done.lines[-1]["type"], "done")
            plain = self.exits(6, self.pz(gateway.url, "generate", "sdxl", "-p", "x", "-o", self.out))
            self.assertNotIn("\x1b", plain.err)


if __name__ == "__main__":
    main()
