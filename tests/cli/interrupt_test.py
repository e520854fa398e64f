"""Ctrl-C and its relatives, without a terminal: nothing half, the truth about money, ids to go on with."""
import json
import signal
import threading
import time
from pathlib import Path

from harness import FAST, QUEUED, Accepting, Gateway, PzTest, Sandbox, answer, decode_png, main, make_png, until


class Interrupt(PzTest):
    def test_a_job_on_its_way_is_let_go_of_and_resumed_by_its_id(self):
        with Sandbox(speed=0.01) as sandbox:
            process = self.start(sandbox.url, "generate", QUEUED, "-p", "a fox", "-f", "png", "-s", "256x256", *FAST, "-o", self.out)
            self.first_line(process, "queued")
            process.send_signal(signal.SIGINT)
            done = self.exits(130, self.end(process))
            id = sandbox.state()["jobs"][0]["id"]
            self.assertIn(f"pz wait --out {self.out} {id}", done.err)
            self.assertIn("may be charged", done.err)
            self.assertIsNone(self.files(), "a directory was left behind")
            sandbox.set(speed=500)
            words = next(l for l in done.err.splitlines() if "pz wait" in l).split("pz wait ")[1].split()
            self.exits(0, self.pz(sandbox.url, "wait", *words, *FAST))
            self.assertEqual(len(self.files()), 1)
            self.assertEqual(len(sandbox.posts()), 1)

    def test_with_a_journal_what_was_sent_lives_on_in_it(self):
        for sent in (signal.SIGINT, signal.SIGTERM):
            journal = str(self.dir / f"{sent}.db")
            with Sandbox(speed=0.01) as sandbox:
                process = self.start(sandbox.url, "generate", QUEUED, "-p", "a fox", "-s", "256x256", *FAST, "-o", self.out, "--journal", journal)
                self.first_line(process, "queued")
                process.send_signal(sent)
                done = self.exits(130 if sent == signal.SIGINT else 143, self.end(process))
                self.assertIn(f"pz jobs resume --journal {journal}", done.err)
                self.assertIn("may be charged", done.err)
                self.assertIn("accepted, not ended", self.pz(None, "jobs", "--journal", journal, key=None).out)
                sandbox.set(speed=500)
                resumed = self.exits(0, self.pz(sandbox.url, "jobs", "resume", "--journal", journal, *FAST))
                self.assertTrue(Path(resumed.out.strip()).is_file())
                self.assertEqual(len(sandbox.posts()), 1)

    def test_what_was_not_sent_is_not_charged(self):
        (self.dir / "p.txt").write_text("".join(f"picture {i}\n" for i in range(400)))
        with Sandbox(speed=0.01) as sandbox:
            process = self.start(sandbox.url, "generate", QUEUED, "--batch", "p.txt", *FAST, "-o", self.out, "--concurrency", "2", "--json")
            until("some are sent", lambda: len(sandbox.posts()) >= 5)
            process.send_signal(signal.SIGINT)
            done = self.exits(130, self.end(process))
            sent = {p["prompt"] for p in sandbox.posts()}
            charged = {}
            for line in done.lines:
                if line["type"] == "done":
                    charged[f"picture {line['line'] - 1}"] = line["charged"]
            self.assertEqual(len(charged), 400)
            self.assertTrue(all(charged[p] != "no" for p in sent), "sent, and called free")
            self.assertTrue(all(c == "no" for p, c in charged.items() if p not in sent), "never sent, and called paid")
            ids = {j["id"] for j in sandbox.state()["jobs"]}
            told = next(a for a in done.last("summary")["advice"] if "pz wait" in a)
            self.assertTrue(all(id in told for id in ids), "an id was lost")

    def test_a_request_on_its_way_gets_a_moment_for_its_id(self):
        def slow(request, connection):
            gateway.released.wait(30)
            answer(connection, 202, {"request_id": "studio-ghibli_late1", "status": "QUEUED"})
        with Gateway(slow) as gateway:
            process = self.start(gateway.url, "generate", QUEUED, "-p", "x", *FAST, "-o", self.out)
            until("the request is there", gateway.posts)
            process.send_signal(signal.SIGINT)
            self.first_line(process, "stopping")
            gateway.released.set()
            done = self.exits(130, self.end(process))
            self.assertIn("studio-ghibli_late1", done.err)
            self.assertEqual(len(gateway.posts()), 1)

    def test_a_second_signal_does_not_wait_for_it(self):
        with Gateway(lambda r, c: gateway.released.wait(30) and False) as gateway:
            process = self.start(gateway.url, "generate", QUEUED, "-p", "x", *FAST, "-o", self.out)
            until("the request is there", gateway.posts)
            process.send_signal(signal.SIGINT)
            self.first_line(process, "stopping")
            process.send_signal(signal.SIGINT)
            done = self.end(process)
            self.assertIn(done.code, (7, 130), done)
            self.assertIn("may be charged", done.err)

    def rows(self, journal):
        return self.pz(None, "jobs", "list", "--json", "--journal", journal, key=None).lines

    def test_jobs_resume_waits_for_the_answer_of_what_it_sends_and_leaves_the_rest_in_the_journal(self):
        for sent in (signal.SIGINT, signal.SIGTERM):
            journal = str(self.dir / f"{sent}.db")
            with Accepting() as gateway:
                self.crash(gateway, journal, "-o", self.out)
                gateway.answering[2] = threading.Event()
                gateway.made.clear()
                process = self.start(gateway.url, "jobs", "resume", "--concurrency", "1", "--journal", journal, *FAST)
                until("the request is there", lambda: len(gateway.posts()) == 2)
                process.send_signal(sent)
                self.first_line(process, "waiting a moment for the answers")
                gateway.answering[2].set()
                done = self.exits(130 if sent == signal.SIGINT else 143, self.end(process))
                self.assertIn(f"go on with  pz jobs resume --journal {journal}", done.err)
                # The answer may come before the library's thread has heard of the signal; then the third goes, and is waited for, too.
                ids = [row.get("request_id", row.get("sent")) for row in self.rows(journal)[1:]]
                self.assertIn(ids, ([f"{QUEUED}_2", "no"], [f"{QUEUED}_2", f"{QUEUED}_3"]))
                gateway.made.set()
                self.exits(0, self.pz(gateway.url, "jobs", "resume", "--journal", journal, *FAST))
                self.assertEqual([row["state"] for row in self.rows(journal)], ["FAILED", "COMPLETED", "COMPLETED"])
                self.assertEqual([json.loads(post["body"])["prompt"] for post in gateway.posts()], ["one", "two", "three"])

    def test_jobs_resubmit_waits_for_the_answer_of_what_it_sends(self):
        journal = str(self.dir / "jobs.db")
        with Accepting() as gateway:
            self.crash(gateway, journal, "-o", self.out)
            self.exits(7, self.pz(gateway.url, "jobs", "resume", "--journal", journal, *FAST))
            gateway.answering[4] = threading.Event()
            gateway.made.clear()
            process = self.start(gateway.url, "jobs", "resubmit", "1", "--accepting-second-charge", "--json", "--journal", journal, *FAST)
            until("the request is there", lambda: len(gateway.posts()) == 4)
            process.send_signal(signal.SIGINT)
            self.assertEqual(json.loads(process.stdout.readline()), {"type": "interrupted", "awaited": 1})
            gateway.answering[4].set()
            self.exits(130, self.end(process))
            self.assertEqual(self.rows(journal)[3]["request_id"], f"{QUEUED}_4")

    def test_jobs_resume_does_not_wait_after_a_second_signal(self):
        journal = str(self.dir / "jobs.db")
        with Accepting() as gateway:
            self.crash(gateway, journal, "-o", self.out)
            gateway.answering[2] = threading.Event()
            process = self.start(gateway.url, "jobs", "resume", "--concurrency", "1", "--journal", journal, *FAST)
            until("the request is there", lambda: len(gateway.posts()) == 2)
            process.send_signal(signal.SIGINT)
            self.first_line(process, "waiting a moment for the answers")
            process.send_signal(signal.SIGINT)
            done = self.exits(130, self.end(process))
            self.assertIn("no answer came to 1 request, which may have been charged", done.err)
            self.assertEqual([row.get("sent") for row in self.rows(journal)[1:]], ["unknown", "no"])
            gateway.answering[2].set()

    def test_no_picture_is_left_half(self):
        png = make_png(400, 400)

        def trickle(request, connection):
            if request["method"] == "POST":
                return answer(connection, 200, {"imageUrl": gateway.url + "/p.png"})
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n" % len(png))
            connection.sendall(png[:len(png) // 2])
            gateway.released.wait(30)
        with Gateway(trickle) as gateway:
            self.out.mkdir()
            process = self.start(gateway.url, "generate", "sdxl", "-p", "x", "-o", self.out)
            until("half of it is here", lambda: any(p.stat().st_size for p in self.out.iterdir()))
            process.send_signal(signal.SIGINT)
            done = self.exits(130, self.end(process))
            self.assertEqual(self.files(), [])
            self.assertIn("[charged]", done.err)
            self.assertIn(gateway.url + "/p.png", done.err, "it was paid: where it lies is told")

    def test_sigterm_and_sighup_are_told_apart_from_ctrl_c(self):
        for sent in (signal.SIGTERM, signal.SIGHUP):
            with Sandbox(speed=0.01) as sandbox:
                process = self.start(sandbox.url, "generate", QUEUED, "-p", "x", *FAST, "-o", self.out)
                self.first_line(process, "queued")
                process.send_signal(sent)
                self.exits(143, self.end(process))

    def test_wait_can_be_interrupted_and_run_again(self):
        with Sandbox(speed=0.01) as sandbox:
            sent = self.pz(sandbox.url, "generate", QUEUED, "-p", "x", "--timeout", "1500ms", *FAST, "--json", "-o", self.out)
            id = sent.last("done")["request_id"]
            before = sandbox.state()["jobs"][0]["polls"]
            process = self.start(sandbox.url, "wait", id, *FAST, "-o", self.out, "--json")
            until("it is looked at", lambda: sandbox.state()["jobs"][0]["polls"] > before + 3)
            process.send_signal(signal.SIGINT)
            self.exits(130, self.end(process))
            sandbox.set(speed=500)
            self.exits(0, self.pz(sandbox.url, "wait", id, *FAST, "-o", self.out))


if __name__ == "__main__":
    main()
