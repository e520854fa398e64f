"""pz generate, status, wait, fetch and estimate, without a terminal."""
import base64
import json
import os
import stat
import subprocess
from pathlib import Path

from harness import FAST, PZ, QUEUED, PATIENCE, PzTest, Sandbox, decode_png, main, make_png, until


class Generate(PzTest):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox()

    @classmethod
    def tearDownClass(cls):
        cls.sandbox.__exit__()

    def setUp(self):
        super().setUp()
        self.sandbox.reset()

    def make(self, *args, code=0, **more):
        return self.exits(code, self.pz(self.sandbox.url, "generate", *args, *FAST, "-o", self.out, **more))

    def body(self):
        return json.loads(self.sandbox.posts()[-1]["body"])

    def test_a_picture_has_its_prompts_name_and_standard_output_has_that_and_nothing_else(self):
        done = self.make("sdxl", "-p", "A quiet harbour, at DAWN!", "width=64", "height=48")
        self.assertEqual(done.out, f"{self.out}/a-quiet-harbour-at-dawn.png\n")
        self.assertEqual(decode_png((self.out / "a-quiet-harbour-at-dawn.png").read_bytes())[:2], (64, 48))

    def test_several_pictures_are_numbered(self):
        done = self.make(QUEUED, "-p", "a fox", "-n", 3, "-f", "png", "-s", "256x256")
        self.assertEqual(self.files(), ["a-fox-1.png", "a-fox-2.png", "a-fox-3.png"])
        self.assertEqual(sorted(done.out.split()), [f"{self.out}/a-fox-{i}.png" for i in (1, 2, 3)])

    def test_nothing_is_replaced_unless_asked_for(self):
        for _ in range(3):
            self.make("sdxl", "-p", "fox", "-s", "64x64")
        self.assertEqual(self.files(), ["fox-2.png", "fox-3.png", "fox.png"])
        (self.out / "fox.png").write_bytes(b"mine")
        self.make("sdxl", "-p", "fox", "-s", "64x64")
        self.assertEqual((self.out / "fox.png").read_bytes(), b"mine")
        self.make("sdxl", "-p", "fox", "-s", "64x64", "--overwrite")
        self.assertNotEqual((self.out / "fox.png").read_bytes(), b"mine")

    def test_eight_at_once_with_one_prompt_lose_no_picture(self):
        command = [PZ, "generate", "sdxl", "-p", "same", "-s", "64x64", "-o", str(self.out)]
        jobs = [subprocess.Popen(command, env=self.env(self.sandbox.url), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(8)]
        names = [job.communicate(timeout=PATIENCE)[0].decode().strip() for job in jobs]
        self.assertEqual([job.returncode for job in jobs], [0] * 8)
        self.assertEqual(len(set(names)), 8)
        self.assertEqual(sorted(Path(n).name for n in names), self.files())
        for name in names:
            decode_png(Path(name).read_bytes())

    def test_a_file_is_as_readable_as_the_umask_says(self):
        os.umask(0o027)
        self.addCleanup(os.umask, 0o022)
        self.make("sdxl", "-p", "fox", "-s", "64x64")
        self.assertEqual(stat.S_IMODE((self.out / "fox.png").stat().st_mode), 0o640)

    def test_names_without_latin_letters_fall_back_to_the_endpoint(self):
        self.make("sdxl", "-p", "富士山の夜明け", "-s", "64x64")
        self.assertEqual(self.files(), ["sdxl.png"])
        self.assertEqual(self.body()["prompt"], "富士山の夜明け")

    def test_a_name_of_ones_own(self):
        self.make("sdxl", "-p", "x", "-s", "64x64", "--name", "Übung 1")
        self.assertEqual(self.files(), ["Übung 1.png"])
        for bad in ("../x", "a/b", ".hidden", "a\nb"):
            self.make("sdxl", "-p", "x", "--name", bad, code=2)

    def test_parameters_get_the_types_that_the_catalogue_wants(self):
        params = ["prompt=a fox", "steps=40", "guidance=4.5", "aspect_ratio=1:1", "format=png", "output_quality:=90", "strength=0.8"]
        self.make("sd3.5-large", *params, "quality=90", code=2)  # quality is another one's
        self.make("sd3.5-large", *params)
        body = self.body()
        self.assertEqual((body["prompt"], body["steps"], body["cfg"], body["output_quality"]), ("a fox", 40, 4.5, 90))
        self.assertIs(type(body["steps"]), int)

    def test_values_can_come_from_files_and_standard_input(self):
        (self.dir / "p.txt").write_text("a fox\nin the snow\n")
        self.make("sdxl", "--prompt-file", "p.txt", "-s", "64x64")
        self.assertEqual(self.body()["prompt"], "a fox in the snow")
        self.make("sdxl", "--prompt-file", "-", "-s", "64x64", stdin="from a pipe")
        self.assertEqual(self.body()["prompt"], "from a pipe")
        (self.dir / "n.txt").write_text("blurry\n")
        self.make("sdxl", "-p", "x", "negative_prompt=@n.txt", "-s", "64x64")
        self.assertEqual(self.body()["negative_prompt"], "blurry")

    def test_a_prompt_that_looks_like_an_option_is_a_prompt(self):
        self.make("sdxl", "--prompt", "-v", "-s", "64x64")
        self.assertEqual(self.body()["prompt"], "-v")

    def test_size_is_what_the_endpoint_calls_it(self):
        self.make("sdxl", "-p", "x", "--size", "96x64")
        self.assertEqual((self.body()["width"], self.body()["height"]), (96, 64))
        self.make("gpt-image-1.5", "-p", "x", "--size", "1536x1024")
        self.assertEqual(self.body()["image_size"], "1536x1024")
        self.make("sdxl", "-p", "x", "--size", "large", code=2)

    def test_a_picture_file_travels_inside_the_request_where_the_endpoint_takes_that(self):
        png = make_png(16, 16)
        (self.dir / "in.png").write_bytes(png)
        self.make("gpt-image-2-edit", "-p", "make it autumn", "-i", "in.png", "--mask", "in.png")
        body = self.body()
        for name in ("image", "mask"):
            uri = body[name][0] if isinstance(body[name], list) else body[name]
            self.assertEqual(base64.b64decode(uri.split("base64,")[1]), png)

    def test_and_elsewhere_it_is_refused_before_anything_is_sent(self):
        (self.dir / "in.png").write_bytes(make_png())
        done = self.make(QUEUED, "-p", "x", "-i", "in.png", code=2)
        self.assertIn("URL", done.err)
        self.make("gpt-image-2-edit", "-p", "x", "-i", "nowhere.png", code=2)
        self.assertEqual(self.sandbox.posts(), [])
        self.assertIsNone(self.files(), "a directory was made for nothing")

    def test_an_unknown_parameter_goes_through_the_escape_hatch_only(self):
        done = self.make("sdxl", "-p", "x", "stepz=3", code=2)
        self.assertIn("did you mean", done.err)
        dry = self.make("sdxl", "-p", "x", "--raw", 'stepz=["a"]', "--dry-run", "--json")
        self.assertEqual(dry.lines[0]["body"]["stepz"], ["a"])

    def test_a_dry_run_sends_nothing(self):
        dry = self.make("sdxl", "-p", "x", "--dry-run")
        self.assertEqual(json.loads(dry.out), {"prompt": "x"})
        self.assertEqual(self.sandbox.posts(), [])
        self.assertIsNone(self.files())

    def test_no_fetch_prints_addresses(self):
        done = self.make(QUEUED, "-p", "x", "-n", 2, "--no-fetch")
        self.assertEqual(len(done.out.split()), 2)
        self.assertTrue(all(u.startswith(self.sandbox.url) for u in done.out.split()), done)
        self.assertIsNone(self.files())

    def test_quiet_says_nothing_that_is_no_result(self):
        self.assertEqual(self.make("sdxl", "-p", "x", "-s", "64x64", "-q").err, "")

    def test_every_change_is_a_line_without_a_terminal(self):
        err = self.make(QUEUED, "-p", "x", "-s", "256x256").err
        self.assertIn("x: queued studio-ghibli_", err)
        self.assertIn("x: made, 1 picture", err)
        self.assertNotIn("\x1b", err)


class Follow(PzTest):
    def submit(self, sandbox, *more):
        """Sends a job and lets go of it; its id."""
        done = self.exits(8, self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-f", "png", "-s", "256x256", *FAST,
                                     "--timeout", "1500ms", "--json", "-o", self.out, *more))
        return done.last("done")["request_id"]

    def test_a_job_is_looked_at_waited_for_and_fetched_by_its_id(self):
        with Sandbox(speed=0.01) as sandbox:
            id = self.submit(sandbox)
            self.assertIsNone(self.files())
            status = self.exits(0, self.pz(sandbox.url, "status", id, "--json", *FAST)).lines[0]
            self.assertIn(status["state"], ("QUEUED", "PROCESSING"))
            early = self.exits(8, self.pz(sandbox.url, "fetch", id, *FAST, "-o", self.out))
            self.assertIn(id, early.err)
            self.assertIsNone(self.files())
            with Sandbox() as other:  # another gateway does not know it
                lost = self.pz(other.url, "status", id, *FAST, "--timeout", "1s")
                self.assertIn(lost.code, (6, 8), lost)
            self.exits(0, self.pz(sandbox.url, "status", id, *FAST))

    def test_wait_ends_with_the_job_and_fetch_gets_its_pictures_again(self):
        with Sandbox(speed=5) as sandbox:
            id = self.submit(sandbox, "-n", "2")
            done = self.exits(0, self.pz(sandbox.url, "wait", id, *FAST, "-o", self.out))
            self.assertEqual(len(done.out.split()), 2)
            for path in done.out.split():
                decode_png(Path(path).read_bytes())
            again = self.exits(0, self.pz(sandbox.url, "fetch", id, *FAST, "-o", self.dir / "again"))
            self.assertEqual([Path(p).read_bytes() for p in sorted(done.out.split())],
                             [Path(p).read_bytes() for p in sorted(again.out.split())])
            status = self.exits(0, self.pz(sandbox.url, "status", id, *FAST)).out
            self.assertIn("made", status)
            self.assertEqual(status.count(sandbox.url), 2)
            self.assertEqual(len(sandbox.posts()), 1, "only the first command was paid for")

    def test_an_id_that_is_none_is_refused_at_once(self):
        with Sandbox() as sandbox:
            self.exits(2, self.pz(sandbox.url, "status", "no/such id"))
            self.exits(2, self.pz(sandbox.url, "wait", "../../etc", "-o", self.out))


class Estimate(PzTest):
    def test_a_known_price_has_its_source(self):
        done = self.exits(0, self.pz(None, "estimate", "gpt-image-2-text-to-image", "-p", "x", "quality=low", key=None))
        self.assertTrue(done.out.startswith("$0.012\n"), done)
        self.assertIn("pricing section", done.out)
        several = self.exits(0, self.pz(None, "estimate", "gpt-image-2-text-to-image", "-p", "x", "quality=low", "-n", "4",
                                        "--json", key=None)).lines[0]
        self.assertEqual((several["low_microusd"], several["high_microusd"]), (12000, 48000))

    def test_an_unknown_price_is_called_unknown(self):
        done = self.exits(0, self.pz(None, "estimate", "sdxl", "-p", "x", "--json", key=None)).lines[0]
        self.assertFalse(done["known"])
        self.assertNotIn("low_microusd", done)

    def test_a_wrong_request_has_no_price(self):
        self.exits(2, self.pz(None, "estimate", "sdxl", "-p", "x", "steps=many", key=None))


class Child(PzTest):
    def test_pz_sandbox_is_started_with_its_options(self):
        process = self.start(None, "sandbox", "--port", "0", "--speed", "50", "--quiet")
        url = process.stdout.readline().split("listening on ")[1].strip()
        self.exits(0, self.pz(url, "generate", "sdxl", "-p", "x", "-s", "64x64", "-o", self.out))
        process.terminate()
        process.wait(PATIENCE)


if __name__ == "__main__":
    main()
