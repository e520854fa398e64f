"""--batch: checked before it begins, one summary, one contact sheet."""
import json
from pathlib import Path

from harness import FAST, QUEUED, Gateway, PzTest, Sandbox, answer, decode_png, main, make_png

PROMPTS = """# moods

a quiet harbour
{"prompt": "a storm", "width": 96, "height": 64}
  fog
{"endpoint": "studio-ghibli", "prompt": "from above", "count": 2, "width": 256, "height": 256, "format": "png", "file_name": "above"}
"""


class Batch(PzTest):
    def write(self, text, name="prompts.txt"):
        (self.dir / name).write_text(text)
        return name

    def run_batch(self, url, *more, code=0, text=PROMPTS, endpoint="sdxl", **env):
        args = ["generate"] + ([endpoint] if endpoint else []) + ["--batch", self.write(text), "-o", self.out, *FAST, *more]
        return self.exits(code, self.pz(url, *args, **env))

    def test_every_line_is_a_request_and_the_command_line_holds_for_all(self):
        with Sandbox() as sandbox:
            done = self.run_batch(sandbox.url, "width=128", "height=64",
                                  text=PROMPTS.replace('"width": 256, "height": 256', '"aspect_ratio": "1:1"').replace(
                                      "studio-ghibli", "sdxl").replace(', "count": 2', "").replace(', "format": "png"', "")
                                  .replace(', "aspect_ratio": "1:1"', ""))
            sent = {p["prompt"]: json.loads(p["body"]) for p in sandbox.posts()}
            self.assertEqual(sent, {"a quiet harbour": {"prompt": "a quiet harbour", "width": 128, "height": 64},
                                    "a storm": {"prompt": "a storm", "width": 96, "height": 64},
                                    "fog": {"prompt": "fog", "width": 128, "height": 64},
                                    "from above": {"prompt": "from above", "width": 128, "height": 64}})
        self.assertEqual(self.files(), ["a-quiet-harbour.png", "a-storm.png", "above.png", "contact-sheet.png", "fog.png"])
        self.assertEqual(len(done.out.split()), 5)
        self.assertIn("4 made", done.err)

    def test_lines_may_name_endpoints_of_their_own(self):
        with Sandbox() as sandbox:
            done = self.run_batch(sandbox.url, "--json", text=PROMPTS)
            summary = done.last("summary")
            self.assertEqual((summary["jobs"], summary["made"], summary["pictures"], summary["exit"]), (4, 4, 5, 0))
            lines = {d["line"]: d["endpoint"] for d in done.lines if d["type"] == "done"}
            self.assertEqual(lines, {3: "sdxl", 4: "sdxl", 5: "sdxl", 6: QUEUED})
            self.run_batch(sandbox.url, text='{"prompt": "x", "endpoint": "sdxl"}\n', endpoint=None)

    def test_a_wrong_line_is_named_and_nothing_is_sent(self):
        with Sandbox() as sandbox:
            for text, line, word in (("good\n{\"prompt\": \"x\", \"steps\": \"many\"}\n", 2, "steps"), ("good\n{bad json\n", 2, "JSON"),
                                     ("{\"prompt\": \"x\", \"stepz\": 1}\n", 1, "did you mean"), ("good\n\n{}\n", 3, "prompt"),
                                     ("{\"prompt\": \"x\", \"file_name\": \"../x\"}\n", 1, "file_name")):
                plain = self.run_batch(sandbox.url, code=2, text=text)
                self.assertIn(f"line {line}: ", plain.err)
                self.assertIn(word, plain.err)
                self.assertEqual(self.run_batch(sandbox.url, "--json", code=2, text=text).lines[0]["line"], line)
            self.run_batch(sandbox.url, code=2, text="\n# nothing\n")
            self.assertEqual(sandbox.posts(), [])
        self.assertIsNone(self.files())

    def test_standard_input_is_a_batch_too(self):
        with Sandbox() as sandbox:
            self.exits(0, self.pz(sandbox.url, "generate", "sdxl", "-s", "64x64", "--batch", "-", "-o", self.out, stdin="\ufeffone\r\ntwo\r\n"))
        self.assertEqual(self.files(), ["contact-sheet.png", "one.png", "two.png"])

    def test_the_exit_code_is_that_of_the_gravest_failure_and_the_summary_counts_money(self):
        def mixed(request, connection):
            prompt = json.loads(request["body"])["prompt"] if request["method"] == "POST" else ""
            if request["method"] == "GET":
                return answer(connection, 200, make_png())
            if prompt == "lost":
                return False
            if prompt == "refused":
                return answer(connection, 400, {"error": "Bad Request", "message": "no"})
            answer(connection, 200, {"imageUrl": gateway.url + "/p.png"})
        with Gateway(mixed) as gateway:
            done = self.run_batch(gateway.url, "--json", code=7, text="good\nlost\nrefused\nfine\n")
            summary = done.last("summary")
            self.assertEqual({k: summary[k] for k in ("made", "failed", "uncertain", "exit")},
                             {"made": 2, "failed": 1, "uncertain": 1, "exit": 7})
            charged = {d["line"]: d["charged"] for d in done.lines if d["type"] == "done"}
            self.assertEqual(charged, {1: "yes", 2: "unknown", 3: "no", 4: "yes"})
            self.assertEqual(len(gateway.posts()), 4)

    def test_a_long_batch_is_sent_a_few_at_a_time(self):
        with Sandbox() as sandbox:
            text = "".join(f"picture {i}\n" for i in range(300))
            done = self.run_batch(sandbox.url, "-s", "32x32", "--json", text=text)
            self.assertEqual(done.last("summary")["made"], 300)
            self.assertEqual(len(sandbox.posts()), 300)
            sheets = [l for l in done.lines if l["type"] == "contact_sheet"]
            self.assertEqual([s["pictures"] for s in sheets], [100, 100, 100])
            self.assertEqual([Path(s["path"]).name for s in sheets],
                             ["contact-sheet.png", "contact-sheet-2.png", "contact-sheet-3.png"])

    def test_a_budget_holds_for_the_whole_batch(self):
        with Sandbox() as sandbox:
            done = self.run_batch(sandbox.url, "quality=low", "--budget", "0.03", "--json", code=4, text="a\nb\nc\n",
                                  endpoint="gpt-image-2-text-to-image")
            self.assertEqual(len(sandbox.posts()), 2)
            self.assertEqual(done.last("summary")["made"], 2)

    def test_estimate_adds_a_batch_up(self):
        self.write("a\nb\n")
        line = self.exits(0, self.pz(None, "estimate", "gpt-image-2-text-to-image", "quality=medium", "--batch", "prompts.txt",
                                     "--json", key=None)).lines[0]
        self.assertEqual((line["requests"], line["low_microusd"], line["high_microusd"]), (2, 94000, 94000))


class Sheet(PzTest):
    def test_the_sheet_holds_every_picture_where_it_belongs(self):
        colors = {"red": (220, 30, 30), "green": (30, 160, 60), "blue": (40, 60, 220), "white": (250, 250, 250)}

        def paint(request, connection):
            if request["method"] == "GET":
                return answer(connection, 200, make_png(300, 300, colors[request["path"][1:-4]]))
            prompt = json.loads(request["body"])["prompt"]
            answer(connection, 200, {"imageUrl": f"{gateway.url}/{prompt}.png"})
        with Gateway(paint) as gateway:
            (self.dir / "p.txt").write_text("\n".join(colors) + "\n")
            self.exits(0, self.pz(gateway.url, "generate", "sdxl", "--batch", "p.txt", "-o", self.out))
        width, height, rows, channels = decode_png((self.out / "contact-sheet.png").read_bytes())
        pixel = lambda x, y: tuple(rows[y][x * channels:x * channels + 3])
        found = []
        for y in range(0, height):
            for x in range(0, width):
                for name, color in colors.items():
                    if pixel(x, y) == color and name not in found:
                        found.append(name)
        self.assertEqual(found, list(colors), "in the order of the batch, reading from left to right and down")
        # Under the first picture there are letters.
        below = next(y for y in range(height) if pixel(60, y) == colors["red"]) + 300
        dark = sum(1 for y in range(below, below + 40) for x in range(40, 200) if sum(pixel(x, y)) < 300)
        self.assertGreater(dark, 30)

    def test_all_three_formats_and_transparency_are_decoded(self):
        with Sandbox() as sandbox:
            text = "".join(json.dumps({"endpoint": "gpt-image-1.5", "prompt": f, "format": f}) + "\n" for f in ("png", "jpeg", "webp"))
            (self.dir / "p.txt").write_text(text)
            done = self.exits(0, self.pz(sandbox.url, "generate", "--batch", "p.txt", "-o", self.out, *FAST, "--json"))
        self.assertEqual(sorted(o["media_type"] for l in done.lines if l["type"] == "done" for o in l["outputs"]),
                         ["image/jpeg", "image/png", "image/webp"])
        width, height, rows, channels = decode_png((self.out / "contact-sheet.png").read_bytes())
        # An empty place would be one even grey; pictures of the sandbox have many colours.
        for left in range(3):
            cell = {tuple(rows[y][x * channels:x * channels + 3]) for y in range(140, 300, 3)
                    for x in range(60 + left * (width // 3), 60 + left * (width // 3) + 150, 3)}
            self.assertGreater(len(cell), 50)

    def test_there_is_none_without_pictures_or_if_it_is_not_wanted(self):
        (self.dir / "p.txt").write_text("a\nb\n")
        with Sandbox() as sandbox:
            self.exits(0, self.pz(sandbox.url, "generate", "sdxl", "-s", "64x64", "--batch", "p.txt", "-o", self.out, "--no-contact-sheet"))
            self.assertEqual(self.files(), ["a.png", "b.png"])
        with Sandbox("--failed", "1") as sandbox:
            self.exits(6, self.pz(sandbox.url, "generate", QUEUED, "--batch", "p.txt", "-o", self.dir / "none", *FAST))
            self.assertIsNone(self.files(self.dir / "none"))


if __name__ == "__main__":
    main()
