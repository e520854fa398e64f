"""pz jobs: what a journal holds, and going on with it after a crash."""
import contextlib
import json
import signal
import sqlite3
import struct
import subprocess
from pathlib import Path

from harness import CANARY, FAST, PATIENCE, PZ, QUEUED, Accepting, PzTest, Sandbox, main, until


def checksum(table, row):
    """What the journal puts into a row's last column: CRC-64 over the table's name and the other columns."""
    state = 2 ** 64 - 1
    texts = [value.encode() if isinstance(value, str) else None for value in row[:-1]]
    parts = [struct.pack("<q", value) if text is None else struct.pack("<Q", len(text)) + text for value, text in zip(row, texts)]
    for byte in table.encode() + b"".join(parts):
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ (0xC96C5795D7870F42 if state & 1 else 0)
    return struct.unpack("<q", struct.pack("<Q", ~state & (2 ** 64 - 1)))[0]


class Jobs(PzTest):
    def setUp(self):
        super().setUp()
        self.journal = str(self.dir / "jobs.db")

    def jobs(self, code, *args, url=None, **more):
        return self.exits(code, self.pz(url, "jobs", *args, "--journal", self.journal, **more))

    def test_a_journal_is_asked_for_and_must_be_there(self):
        told = self.exits(2, self.pz(None, "jobs", key=None))
        self.assertIn("PIXAZO_JOURNAL", told.err)
        self.assertIn("jobs.db", self.jobs(2, key=None).err)
        self.assertFalse((self.dir / "jobs.db").exists())
        self.assertIn("list, show, resume, resubmit, giveup or forget", self.exits(2, self.pz(None, "jobs", "burn", key=None)).err)

    def test_what_was_made_is_listed_shown_and_forgotten(self):
        with Sandbox() as sandbox:
            made = self.exits(0, self.pz(sandbox.url, "generate", "sdxl", "-p", "a fox", "-s", "64x64", "-o", self.out, *FAST,
                                         PIXAZO_JOURNAL=self.journal))
            listed = self.jobs(0, key=None).out
            self.assertIn("COMPLETED", listed)
            job = self.jobs(0, "list", "--json", key=None).lines[0]
            self.assertEqual((job["endpoint"], job["state"], job["delivered"]), ("sdxl", "COMPLETED", True))
            self.assertEqual(json.loads(self.jobs(0, "show", job["job_id"], key=None).out), job)
            self.jobs(2, "show", "99", key=None)
            self.assertIn("not in the journal", self.jobs(2, "forget", "99", url=sandbox.url).err)
            self.jobs(0, "forget", job["job_id"], url=sandbox.url)
            self.assertEqual(self.jobs(0, "list", "--json", key=None).lines, [])
            self.assertTrue(made.out)

    def test_a_journal_in_use_says_what_to_do_about_it(self):
        with Sandbox(speed=0.01) as sandbox:
            running = self.start(sandbox.url, "generate", QUEUED, "-p", "a fox", "-o", self.out, *FAST, "--journal", self.journal)
            self.first_line(running, "queued")
            told = self.pz(sandbox.url, "jobs", "resume", *FAST, "--journal", self.journal)
            self.assertNotEqual(told.code, 0)
            self.assertIn("stop that process first; `pz jobs list` can read it meanwhile", told.err)
            self.assertNotIn("pz_journal_open", told.err)
            self.jobs(0, key=None)

    def test_help_says_what_the_journal_is_to_each_command(self):
        told = {c: " ".join(self.exits(0, self.pz(None, c, "--help", key=None)).out.split()) for c in ("generate", "jobs", "listen")}
        words = {c: text.split("--journal FILE ")[1].split("(or PIXAZO_JOURNAL)")[0] for c, text in told.items()}
        self.assertEqual(len(set(words.values())), 3, words)
        self.assertIn("PIXAZO_JOURNAL", self.exits(0, self.pz(None, "--help", key=None)).out)

    def test_a_row_names_the_file_that_is_there(self):
        with Sandbox() as sandbox:
            for options in ([], ["--name", "f\u00fcchse 1"], ["-n", "2"], ["-o", "."]):
                made = self.exits(0, self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "-o", self.out, *options,
                                             *FAST, PIXAZO_JOURNAL=self.journal))
                row = self.jobs(0, "list", "--json", key=None).lines[-1]
                paths = [Path(output["path"]) for output in row["outputs"]]
                self.assertEqual(sorted(p.name for p in paths), sorted(Path(line).name for line in made.out.splitlines()))
                for path in paths:
                    self.assertTrue(path.is_absolute() and path.is_file(), path)
                    self.assertEqual(path.stat().st_mode & 0o777, 0o644)

    def test_a_row_says_when_its_file_is_no_longer_there(self):
        with Sandbox() as sandbox:
            for _ in range(2):
                self.exits(0, self.pz(sandbox.url, "generate", "sdxl", "-p", "a fox", "-s", "64x64", "-o", self.out, "--overwrite", *FAST,
                                      PIXAZO_JOURNAL=self.journal))
        self.assertEqual(self.files(), ["a-fox.png"])
        told = self.jobs(0, key=None).out.splitlines()
        self.assertEqual([line for line in told if line.startswith("  /")],
                         [f"  {self.out.resolve()}/a-fox.png", f"  {self.out.resolve()}/a-fox-2.png  no longer there"])

    def test_what_a_damaged_journal_has_lost_is_said(self):
        with Sandbox() as sandbox:
            self.exits(0, self.pz(sandbox.url, "generate", "sdxl", "-p", "a fox", "-s", "64x64", "-o", self.out, *FAST,
                                  PIXAZO_JOURNAL=self.journal))
            file = self.dir / "jobs.db"
            file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
            resumed = self.jobs(0, "resume", *FAST, url=sandbox.url)
            self.assertIn("pz: the journal is damaged", resumed.err)
            self.assertNotIn("damaged", self.jobs(0, "resume", *FAST, url=sandbox.url).err)
            self.assertEqual(len(sandbox.posts()), 1)

    def forge(self, **columns):
        """The only row, with other columns, as somebody would who knows the checksums."""
        with contextlib.closing(sqlite3.connect(self.journal)) as db, db:
            names = [column[0] for column in db.execute("SELECT * FROM jobs").description]
            row = list(db.execute("SELECT * FROM jobs").fetchone())
            for name, value in columns.items():
                row[names.index(name)] = value
            row[-1] = checksum("jobs", row)
            meta = list(db.execute("SELECT * FROM meta").fetchone())
            meta[-2] = row[-1]  # the digest of one row
            meta[-1] = checksum("meta", meta)
            for table, values in (("jobs", row), ("meta", meta)):
                db.execute(f"REPLACE INTO {table} VALUES({','.join('?' * len(values))})", values)

    def test_a_file_that_a_row_names_keeps_its_mode(self):
        secret = self.dir / "secret"
        secret.touch(0o600)
        with Sandbox() as sandbox:
            self.exits(0, self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "-o", self.out, *FAST,
                                  PIXAZO_JOURNAL=self.journal))
            self.forge(delivered=0, outputs=json.dumps([{"path": str(secret), "status": 0}]))
            resumed = self.jobs(0, "resume", *FAST, url=sandbox.url)
            self.assertIn(str(secret), resumed.out)
            self.assertNotIn("damaged", resumed.err)
        self.assertEqual(secret.stat().st_mode & 0o777, 0o600)

    def test_a_picture_that_could_not_be_kept_is_said_and_fetched_again(self):
        gone = self.dir / "gone"
        with Sandbox(speed=4) as sandbox:
            command = [PZ, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "-o", str(gone), "--journal", self.journal, *FAST]
            running = subprocess.Popen(command, env=self.env(sandbox.url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until("an accepted job", lambda: (self.dir / "jobs.db").exists() and '"accepted"' in self.pz(None, "jobs", "list", "--json", "--journal", self.journal, key=None).out)
            running.send_signal(signal.SIGKILL)
            running.wait(PATIENCE)
            for leftover in gone.iterdir():
                leftover.unlink()
            gone.rmdir()
            gone.touch()  # no directory can be made there
            for _ in range(2):  # it is tried as often as one asks
                told = self.jobs(10, "resume", "--json", *FAST, url=sandbox.url)
                self.assertIn("picture 1 is missing", told.err)
                self.assertEqual([(l["type"], l["state"], l["charged"], l["paths"], l["exit"]) for l in told.lines],
                                 [("done", "COMPLETED", "yes", [], 10)])
                self.assertIn("not fetched: `pz jobs resume` tries again", self.jobs(0, key=None).out)
            gone.unlink()
            resumed = self.jobs(0, "resume", *FAST, url=sandbox.url)
            self.assertTrue(Path(resumed.out.strip()).is_file())
            self.assertIn("nothing to go on with", self.jobs(0, "resume", *FAST, url=sandbox.url).err)
            self.assertEqual(len(sandbox.posts()), 1)

    def test_a_directory_that_is_gone_is_made_before_anything_is_sent(self):
        with Accepting() as gateway:
            self.crash(gateway, self.journal, "-o", self.out)
            self.out.rmdir()
            self.out.touch()  # no directory can be made there
            told = self.jobs(1, "resume", *FAST, url=gateway.url)
            self.assertIn(f"the directory {self.out} of job 2 cannot be used", told.err)
            self.assertIn("nothing was sent; `pz jobs giveup 2` lets go of the job", told.err)
            self.assertEqual(len(gateway.posts()), 1)
            self.out.unlink()
            self.jobs(7, "resume", *FAST, url=gateway.url)  # the one whose answer was lost
            self.assertEqual(self.files(), ["three.png", "two.png"])
            self.assertEqual(len(gateway.posts()), 3)

    def test_a_job_that_was_to_keep_its_picture_in_memory_leaves_a_file(self):
        with Sandbox() as sandbox:
            self.exits(0, self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "-o", self.out, *FAST,
                                  PIXAZO_JOURNAL=self.journal))
            self.forge(stage=2, state=4, delivered=0, output_dir="", outputs="[]")
            resumed = self.jobs(0, "resume", *FAST, "-o", str(self.dir), url=sandbox.url)
            self.assertEqual(Path(resumed.out.strip()), self.dir / "job-1.png")
            self.assertTrue((self.dir / "job-1.png").is_file())

    def test_a_job_of_another_gateway_is_left_alone(self):
        with Sandbox(speed=0.01) as sandbox, Sandbox() as other:
            running = self.start(sandbox.url, "generate", QUEUED, "-p", "a fox", "-o", self.out, *FAST, "--journal", self.journal)
            self.first_line(running, "queued")
            running.send_signal(signal.SIGKILL)
            running.wait(PATIENCE)
            resumed = self.jobs(0, "resume", *FAST, url=other.url)
            self.assertIn("nothing to go on with", resumed.err)
            self.assertIn(f"job 1 is left alone: it is one of another gateway, --base-url {sandbox.url}", resumed.err)
            self.assertIn("not ended", self.jobs(0, key=None).out)
            self.assertEqual(len(other.posts()), 0)

    def test_a_killed_pz_is_gone_on_with_and_nothing_is_sent_twice(self):
        with Sandbox(speed=4) as sandbox:
            command = [PZ, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "-o", "kept", "--name", "wanted", "--journal", self.journal, *FAST]
            running = subprocess.Popen(command, cwd=self.out.parent, env=self.env(sandbox.url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until("an accepted job", lambda: (self.dir / "jobs.db").exists() and '"accepted"' in self.pz(None, "jobs", "list", "--json", "--journal", self.journal, key=None).out)
            running.send_signal(signal.SIGKILL)
            running.wait(PATIENCE)
            self.assertIn("not ended", self.jobs(0, key=None).out)
            self.assertIn("has not ended", self.jobs(2, "forget", "1", url=sandbox.url).err)
            (self.dir / "elsewhere").mkdir()
            resumed = self.exits(0, self.pz(sandbox.url, "jobs", "resume", *FAST, "--journal", self.journal, cwd="elsewhere"))
            self.assertEqual(Path(resumed.out.strip()), (self.out.parent / "kept" / "wanted.png").resolve())
            self.assertEqual((self.out.parent / "kept" / "wanted.png").stat().st_mode & 0o777, 0o644)
            self.assertEqual(len(sandbox.posts()), 1)
            self.jobs(0, "resume", url=sandbox.url)
            self.assertEqual(self.jobs(0, "list", "--json", key=None).lines[0]["state"], "COMPLETED")


    def test_a_refused_key_ends_resume_at_once_and_leaves_the_jobs(self):
        (self.dir / "keys").write_text(CANARY + "\n")
        with Sandbox("--keys", str(self.dir / "keys"), speed=0.01) as sandbox:
            command = [PZ, "generate", QUEUED, "-p", "a fox", "-o", "kept", "--journal", self.journal, *FAST]
            running = subprocess.Popen(command, cwd=self.out.parent, env=self.env(sandbox.url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until("an accepted job", lambda: (self.dir / "jobs.db").exists() and '"accepted"' in self.pz(None, "jobs", "list", "--json", "--journal", self.journal, key=None).out)
            running.send_signal(signal.SIGKILL)
            running.wait(PATIENCE)
            refused = self.exits(3, self.pz(sandbox.url, "jobs", "resume", *FAST, "--journal", self.journal, key="another-key"))
            self.assertIn("key was refused", refused.err)
            sandbox.set(speed=500)
            self.exits(0, self.pz(sandbox.url, "jobs", "resume", *FAST, "--journal", self.journal))
            self.assertEqual(len(sandbox.posts()), 1)


if __name__ == "__main__":
    main()
