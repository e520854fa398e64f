"""pz models: the list, the forms, and examples that can be copied."""
import json
import shlex

from harness import PZ, SOURCE, PzTest, Sandbox, main

DOCUMENTED = json.loads((SOURCE / "tests/data/endpoints.json").read_text())["endpoints"]


class Models(PzTest):
    def rows(self):
        return self.exits(0, self.pz(None, "models", "--json", key=None)).lines

    def test_the_catalogue_that_it_prints_is_one_that_it_reads(self):
        printed = self.exits(0, self.pz(None, "models", "--catalogue-json", key=None)).out
        document = json.loads(printed)
        self.assertEqual(document["format"], 1)
        self.assertEqual(len(document["endpoints"]), 15)
        document["endpoints"] = [e for e in document["endpoints"] if e["id"] == "sdxl"]
        (self.dir / "mine.json").write_text(json.dumps(document))
        mine = self.exits(0, self.pz(None, "models", "--json", "--catalogue", str(self.dir / "mine.json"), key=None))
        self.assertEqual([e["id"] for e in mine.lines], ["sdxl"])
        (self.dir / "all.json").write_text(printed)
        again = self.exits(0, self.pz(None, "models", "--catalogue-json", "--catalogue", str(self.dir / "all.json"), key=None)).out
        self.assertEqual(json.loads(again), json.loads(printed))

    def test_every_documented_endpoint_is_listed(self):
        rows = self.rows()
        self.assertEqual(len(rows), len(DOCUMENTED))
        listed = self.exits(0, self.pz(None, "models", key=None)).out
        for row in rows:
            self.assertIn(row["id"], listed)
        documented = {e["url"].split("gateway.pixazo.ai")[1] for e in DOCUMENTED}
        self.assertEqual({row["path"] for row in rows}, documented)

    def test_a_form_shows_every_parameter_with_its_facts(self):
        for row in self.rows():
            form = self.exits(0, self.pz(None, "models", row["id"], key=None)).out
            one = self.exits(0, self.pz(None, "models", row["id"], "--json", key=None)).lines
            self.assertEqual(one, [row])
            for param in row["params"]:
                lines = form.splitlines()
                at = next(i for i, l in enumerate(lines) if l.split() and l.split()[0] == param["name"] and l.startswith("  "))
                self.assertEqual("(required)" in lines[at], param.get("required", False), lines[at])
                if param["wire_name"] != param["name"]:
                    self.assertIn("sent as " + param["wire_name"], lines[at])
                facts = " ".join(l.strip() for l in lines[at + 1:at + 5])
                for bound in ("min", "max"):
                    if bound in param:
                        self.assertIn(str(param[bound]).removesuffix(".0"), facts)
            for rule in row.get("rules", []):
                self.assertIn(rule["text"], " ".join(form.split()))
            for microusd in row["price"].get("table", {}).values():
                self.assertIn(f"${microusd / 1e6:g}", form)

    def test_an_example_as_printed_makes_the_documents_first_request(self):
        for row in self.rows():
            form = self.pz(None, "models", row["id"], key=None).out
            command = next(l for l in form.splitlines() if l.startswith("  pz generate "))
            words = shlex.split(command)
            done = self.exits(0, self.pz(None, *words[1:], "--dry-run", "--json", key=None))
            self.assertEqual(done.lines[0]["body"], row["example_request"], command)

    def test_the_examples_run_against_the_sandbox_as_they_are_printed(self):
        with Sandbox() as sandbox:
            for row in self.rows():
                form = self.pz(None, "models", row["id"], key=None).out
                words = shlex.split(next(l for l in form.splitlines() if l.startswith("  pz generate ")))
                done = self.exits(0, self.pz(sandbox.url, *words[1:], "-o", self.out, "--poll-interval", "20ms"))
                self.assertTrue(done.out.strip(), row["id"])
            self.assertEqual({p["endpoint"] for p in sandbox.posts()}, {row["id"] for row in self.rows()})

    def test_an_alias_is_understood_and_a_typing_error_answered_with_the_nearest_name(self):
        self.assertIn("sdxl", self.exits(0, self.pz(None, "models", "stable-diffusion-xl-base-10", key=None)).out)
        wrong = self.exits(2, self.pz(None, "models", "sdxk", key=None))
        self.assertIn("did you mean 'sdxl'", wrong.err)
        self.assertEqual(self.exits(2, self.pz(None, "models", "sdxk", "--json", key=None)).lines[0]["exit"], 2)

    def test_a_beginning_of_names_is_answered_with_the_names_that_begin_so(self):
        for args in (["models", "sdx"], ["estimate", "sdx", "-p", "x"]):
            wrong = self.exits(2, self.pz(None, *args, key=None))
            self.assertIn("names that begin so: sdxl", wrong.err)
            self.assertNotIn("did you mean", wrong.err)

    def test_a_catalogue_of_ones_own_replaces_the_built_in_one(self):
        rows = self.rows()
        with Sandbox() as sandbox:
            own = dict(rows[0], id="my-model", aliases=[])
            document = {"format": 1}
            for provider in (SOURCE / "src/catalogue/providers").glob("*.json"):
                document |= {k: v for k, v in json.loads(provider.read_text()).items() if k != "endpoints"}
            (self.dir / "own.json").write_text(json.dumps({**document, "endpoints": [own]}))
            listed = self.exits(0, self.pz(None, "models", "--catalogue", "own.json", "--json", key=None))
            self.assertEqual([row["id"] for row in listed.lines], ["my-model"])
            self.exits(0, self.pz(sandbox.url, "generate", "my-model", "-p", "a fox", "--catalogue", "own.json",
                                  "-o", self.out, "--poll-interval", "20ms"))


if __name__ == "__main__":
    main()
