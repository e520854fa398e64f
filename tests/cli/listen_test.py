"""pz listen: webhooks received on this machine, and handed to the jobs of a journal."""
import contextlib
import gzip
import json
import signal
import socket
import subprocess
import urllib.error
import urllib.request

from harness import FAST, OPENER, PATIENCE, PZ, QUEUED, Accepting, PzTest, Sandbox, http, main, until

LOST = [{"on": "submit", "times": 1, "process": True, "drop": True}]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Listen(PzTest):
    @contextlib.contextmanager
    def listening(self, url, *args):
        process = subprocess.Popen([PZ, "listen", *args], cwd=self.dir, env=self.env(url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            line = process.stderr.readline()
            self.assertIn("listening on http://127.0.0.1:", line)
            process.at = line.split("listening on ")[1].split(";")[0]
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 0, err)

    def post(self, url, body, headers={}):
        headers = {"Content-Type": "application/json", **headers}
        try:
            with OPENER.open(urllib.request.Request(url, data=body, headers=headers), timeout=30) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def test_what_is_posted_is_told_a_line_each(self):
        with self.listening("https://gateway.invalid", "--port", "0", "--json") as listener:
            self.assertEqual(self.post(listener.at + "/hooks/1", b'{"request_id":"a_1","status":"COMPLETED"}'), 200)
            told = json.loads(listener.stdout.readline())
            self.assertEqual(told, {"path": "/hooks/1", "status": "PZ_OK", "body": {"request_id": "a_1", "status": "COMPLETED"}})
            self.assertEqual(self.post(listener.at + "/hooks/2", b"\x1b[2J<html>"), 200)
            self.assertNotIn("\x1b", listener.stdout.readline(), "nothing of it reaches the terminal as it is")
            self.assertEqual(self.post(listener.at + "/hooks/3", b"x" * 300_000), 413)

    def test_a_body_that_is_nested_deeply_is_told_as_text_and_cut(self):
        deep = b'{"a":' + b"[" * 125_000 + b"]" * 125_000 + b"}"
        with self.listening("https://gateway.invalid", "--port", "0", "--json") as listener:
            self.assertEqual(self.post(listener.at + "/deep", deep), 200)
            self.assertEqual(json.loads(listener.stdout.readline())["body"], deep.decode()[:4096])
            self.assertEqual(self.post(listener.at + "/flat", b'{"a":[[1]]}'), 200)
            self.assertEqual(json.loads(listener.stdout.readline())["body"], {"a": [[1]]})

    def test_what_is_packed_or_has_no_end_is_refused(self):
        packed = gzip.compress(b'{"a":"' + b"x" * 30_000_000 + b'"}')
        endless = iter([b"x" * 1000] * 400)
        form = {"Content-Type": "multipart/form-data; boundary=b"}
        with self.listening("https://gateway.invalid", "--port", "0", "--json") as listener:
            self.assertEqual(self.post(listener.at + "/packed", packed, {"Content-Encoding": "gzip"}), 415)
            self.assertEqual(self.post(listener.at + "/form", b"--b--", form), 415)
            try:
                self.assertEqual(self.post(listener.at + "/chunks", endless, {"Transfer-Encoding": "chunked"}), 413)
            except (urllib.error.URLError, ConnectionError):
                pass  # hung up before all of it was sent
            self.assertEqual(self.post(listener.at + "/last", b"{}"), 200)
            self.assertEqual(json.loads(listener.stdout.readline())["path"], "/last", "nothing else was taken")

    def test_a_port_that_is_taken_is_said_to_be(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            done = self.pz(None, "listen", "--port", port)
            self.assertIn(port, self.exits(1, done).err)

    def test_a_submit_whose_answer_was_lost_is_found_again_by_its_own_webhook(self):
        journal, port = str(self.dir / "jobs.db"), free_port()
        with Sandbox("--http-webhooks", speed=0.01) as sandbox:
            http(sandbox.url + "/sandbox/faults", LOST)
            made = self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "--journal", journal, "--timeout", "300ms",
                           "--webhook-url", f"http://127.0.0.1:{port}/hooks", "-o", self.out, "--name", "wanted", *FAST)
            self.assertIn("may be charged", made.err + made.out)
            with self.listening(sandbox.url, "--port", str(port), "--journal", journal, "--json", *FAST) as listener:
                self.assertEqual(self.post(listener.at + "/hooks/" + "0" * 32, b"{}"), 404)
                self.assertEqual(json.loads(listener.stdout.readline())["status"], "PZ_E_NOT_FOUND")
                sandbox.set(speed=500)
                told = [json.loads(listener.stdout.readline()) for _ in range(2)]
            known = next(line for line in told if "path" in line)
            ended = next(line for line in told if "job_id" in line)
            self.assertEqual((known["status"], known["body"]["status"]), ("PZ_OK", "COMPLETED"))
            self.assertEqual((ended["state"], ended["origin"], ended["request_id"]), ("COMPLETED", "1", known["body"]["request_id"]))
            wanted = self.out / "wanted.png"
            self.assertEqual(ended["paths"], [str(wanted)])
            self.assertEqual((wanted.is_file(), wanted.stat().st_mode & 0o777), (True, 0o644))
            self.assertIn("nothing to go on with", self.pz(sandbox.url, "jobs", "resume", "--journal", journal, *FAST).err)
            listed = self.pz(None, "jobs", "--journal", journal, key=None).out
            self.assertIn("It was found again as job 2", listed)
            self.assertIn(str(wanted), listed)
            self.assertNotIn("resubmit", listed)
            again = self.pz(sandbox.url, "jobs", "resubmit", "1", "--accepting-second-charge", "--journal", journal, *FAST)
            self.assertIn("was found again as job 2 already (--once-more)", self.exits(2, again).err)
            self.assertEqual(len(sandbox.posts()), 1, "paid once")

    def test_jobs_that_were_sent_go_on_and_nothing_is_sent(self):
        journal = str(self.dir / "jobs.db")
        with Accepting() as gateway:
            self.crash(gateway, journal, "-o", self.out)
            gateway.made.clear()
            accepted = self.start(gateway.url, "generate", QUEUED, "-p", "four", "--journal", journal, *FAST, "-o", self.out)
            rows = lambda: self.pz(None, "jobs", "list", "--json", "--journal", journal, key=None).lines
            until("it is accepted", lambda: rows()[-1]["stage"] == "accepted")
            accepted.kill()
            accepted.wait(PATIENCE)
            gateway.made.set()
            with self.listening(gateway.url, "--port", "0", "--journal", journal, "--json", *FAST) as listener:
                ended = [json.loads(listener.stdout.readline()) for _ in range(2)]
            self.assertEqual([(line["job_id"], line["state"]) for line in ended], [("1", "FAILED"), ("4", "COMPLETED")])
            self.assertEqual(ended[1]["paths"], [str(self.out / "four.png")])
            self.assertEqual([row.get("sent") for row in rows()[1:3]], ["no", "no"])
            self.assertEqual(len(gateway.posts()), 2)


class Exits(PzTest):
    """What becomes of a submit whose answer was lost."""

    def jobs(self, code, url, *args):
        return self.exits(code, self.pz(url, "jobs", *args, "--journal", str(self.dir / "jobs.db")))

    def test_it_is_sent_again_only_when_a_second_charge_is_accepted(self):
        with Sandbox() as sandbox:
            http(sandbox.url + "/sandbox/faults", LOST)
            lost = self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "--journal", str(self.dir / "jobs.db"), *FAST)
            self.assertIn(f"pz jobs resubmit 1 --accepting-second-charge --journal {self.dir / 'jobs.db'}", lost.err)
            self.assertIn("pz jobs resubmit", self.jobs(0, sandbox.url, "list").out)
            self.assertIn("--accepting-second-charge", self.jobs(2, sandbox.url, "resubmit", "1", *FAST).err)
            self.assertEqual(len(sandbox.posts()), 1)
            budget = ("resubmit", "1", "--accepting-second-charge", "--budget", "0.01", *FAST)
            self.assertIn("$0.02", self.jobs(4, sandbox.url, *budget, "--assume-price", "0.02").err)
            self.assertEqual(len(sandbox.posts()), 1, "--budget holds for what is sent again")
            self.jobs(0, sandbox.url, "resubmit", "1", "--accepting-second-charge", *FAST)
            self.assertEqual(len(sandbox.posts()), 2)
            self.assertIn("COMPLETED", self.jobs(0, sandbox.url, "list").out)
            self.assertIn("It was sent again as job 2", self.jobs(0, sandbox.url, "list").out)
            again = ("resubmit", "1", "--accepting-second-charge", *FAST)
            self.assertIn("was sent again as job 2 already (--once-more)", self.jobs(2, sandbox.url, *again).err)
            self.assertEqual(len(sandbox.posts()), 2)
            self.jobs(0, sandbox.url, *again, "--once-more")
            self.assertEqual(len(sandbox.posts()), 3)
            self.jobs(2, sandbox.url, "resubmit", "77", *FAST)

    def test_a_number_is_read_whole_and_once(self):
        again = ("--accepting-second-charge", *FAST)
        with Sandbox() as sandbox:
            http(sandbox.url + "/sandbox/faults", LOST)
            self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "--journal", str(self.dir / "jobs.db"), *FAST)
            self.jobs(0, sandbox.url, "resubmit", "1", "1", *again)
            self.assertEqual(len(sandbox.posts()), 2)
            for word in ("1,", "01", "+1", " 1", "1-2", "0x1", "0", "", "18446744073709551617", "one"):
                for action in ("resubmit", "forget", "giveup", "show", "list", "resume"):
                    told = self.jobs(2, sandbox.url, action, "2", word, *again)
                    self.assertIn(f"'{word}' is not the number of a job: digits alone", told.err)
            self.assertIn("resume takes no numbers", self.jobs(2, sandbox.url, "resume", "1", *FAST).err)
            self.assertIn("no job 77", self.jobs(2, sandbox.url, "resubmit", "2", "77", *again).err)
            self.assertEqual(len(sandbox.posts()), 2)
            self.assertEqual(len(self.pz(None, "jobs", "list", "--json", "--journal", str(self.dir / "jobs.db"), key=None).lines), 2)

    def test_a_directory_that_pictures_may_still_come_to_is_left_and_made_again(self):
        again = ("resubmit", "1", "--accepting-second-charge", *FAST)
        with Sandbox() as sandbox:
            http(sandbox.url + "/sandbox/faults", LOST)
            self.pz(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", "--journal", str(self.dir / "jobs.db"), "-o", self.out, *FAST)
            self.assertEqual(self.files(), [], "a row names it")
            self.out.rmdir()
            self.out.touch()
            self.assertIn("nothing was sent", self.jobs(1, sandbox.url, *again).err)
            self.assertEqual(len(sandbox.posts()), 1)
            self.out.unlink()
            self.jobs(0, sandbox.url, *again)
            self.assertEqual(self.files(), ["a-fox.png"])

    def test_a_job_that_runs_is_given_up(self):
        with Sandbox(speed=0.01) as sandbox:
            journal = str(self.dir / "jobs.db")
            running = subprocess.Popen([PZ, "generate", QUEUED, "-p", "a fox", "--journal", journal, *FAST], env=self.env(sandbox.url),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until("an accepted job", lambda: (self.dir / "jobs.db").exists() and '"accepted"' in self.pz(None, "jobs", "list", "--json", "--journal", journal, key=None).out)
            running.kill()
            running.wait(PATIENCE)
            self.jobs(0, sandbox.url, "giveup", "1", *FAST)
            self.assertIn("CANCELLED", self.jobs(0, sandbox.url, "list").out)
            self.jobs(2, sandbox.url, "giveup", "1", *FAST)


if __name__ == "__main__":
    main()
