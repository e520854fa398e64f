#!/usr/bin/env python3
"""The Python binding against a pz-sandbox of its own."""
import asyncio
import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
import weakref
from pathlib import Path

import pixazo
from pixazo import EventType, State, Status

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ENDLESS = {"rules": [{"on": "submit", "times": 0, "queued_ms": 1, "processing_ms": 600000}]}


class Sandbox:
    def __init__(self, *arguments):
        environment = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
        self.process = subprocess.Popen([os.environ["PIXAZO_SANDBOX_PROGRAM"], "--port", "0", "--quiet", "--exit-with-parent",
                                         "--speed", "100", *arguments], stdout=subprocess.PIPE, text=True, env=environment)
        self.url = self.process.stdout.readline().split("listening on ")[1].strip()

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with OPENER.open(urllib.request.Request(self.url + path, data=data), timeout=60) as reply:
            return json.loads(reply.read())

    def settings(self, **more):
        return dict({"base_url": self.url, "api_key": "binding-test", "poll_interval": (0.02, 0.1), "retry": (3, 0.01, 0.05)}, **more)

    def client(self, **more):
        return pixazo.Client(**self.settings(**more))

    def async_client(self, **more):
        return pixazo.AsyncClient(**self.settings(**more))

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def run_script(sandbox, text, **more):
    """Another Python runs `text`, with `settings` for a client. (exit code, output)"""
    script = f"import pixazo\nsettings = {sandbox.settings()!r}\n{text}"
    return subprocess.Popen([sys.executable, "-X", "dev", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            **more)


class Case(unittest.TestCase):
    def setUp(self):
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.stop)

    def endless(self):
        self.sandbox.ask("/sandbox/faults", ENDLESS)


class RequestTest(unittest.TestCase):
    def test_every_type_of_value_arrives_under_its_own_type(self):
        request = pixazo.Request("pixelforge-relighting", prompt="typed \U0001f3ee", steps=7, guidance=7.5, safety_checker=False,
                                 images=["https://example.com/a.png", "https://example.com/b.png"],
                                 loras=[{"path": "https://example.com/l.safetensors", "scale": 1}])
        body = json.loads(request.body)
        self.assertEqual((body["prompt"], body["num_inference_steps"], body["guidance_scale"]), ("typed \U0001f3ee", 7, 7.5))
        self.assertIs(body["enable_safety_checker"], False)
        self.assertEqual(len(body["image_urls"]), 2)
        self.assertEqual(body["loras"][0]["scale"], 1)
        self.assertEqual(request.clone().body, request.body)

    def test_what_cannot_be_text_is_refused_by_python_or_by_the_library(self):
        with self.assertRaises(ValueError):
            pixazo.Request("gpt-image-2", prompt="\ud800")
        with self.assertRaises(pixazo.InvalidArgumentError):
            pixazo.Request("gpt-image-2", prompt="a\0b").validate()
        with self.assertRaises(pixazo.InvalidArgumentError):
            pixazo.Request("gpt-image-2", prompt="a", count=1 << 70).validate()

    def test_an_unknown_endpoint_is_named_with_the_nearest(self):
        with self.assertRaises(LookupError) as caught:
            pixazo.Request("gpt-image-3", prompt="a").validate()
        self.assertIn("gpt-image-2", str(caught.exception))

    def test_json_makes_the_same_request(self):
        example = pixazo.Catalogue()["gpt-image-2"].example
        self.assertEqual(json.loads(pixazo.Request.from_json("gpt-image-2", json.dumps(example)).body), example)

    def test_an_endpoint_outlives_the_name_of_its_catalogue(self):
        param = pixazo.Catalogue.load(pixazo.Catalogue().json())["sdxl"].params[0]
        gc.collect()
        self.assertEqual(param.name, "prompt")
        with self.assertRaises(pixazo.InvalidArgumentError):
            pixazo.Catalogue.load("{}")

    def test_unknown_values_of_enumerations_are_members(self):
        self.assertEqual(State(77).name, "UNKNOWN_77")
        self.assertFalse(State(77).is_terminal)
        with self.assertRaises(ValueError):
            State("x")


class ClientTest(Case):
    def test_setters_are_checked_when_the_client_is_made(self):
        with self.assertRaises(pixazo.InvalidArgumentError) as caught:
            pixazo.Client(base_url="ftp://nowhere")
        self.assertIn("base_url", str(caught.exception))
        with self.assertRaises(TypeError):
            pixazo.Client(no_such_setting=1)
        with self.assertRaises(pixazo.FileError):
            self.sandbox.client(output_dir="/no/such/folder")

    def test_every_setting_reaches_the_library(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = self.sandbox.settings(
                user_agent="test/1", headers={"X-Test": "1"}, ca_file="", proxy="", proxy_from_environment=False, allow_loopback=True,
                connect_timeout=5, submit_timeout=60, sync_timeout=60, status_timeout=10, download_stall=10, job_timeout=600,
                retry_after_cap=60, retry_503=False, jitter_seed=1, max_in_flight=10, concurrency=(2, 2, 4), max_undelivered=100,
                max_buffered_bytes=1 << 20, max_output_bytes=1 << 20, output_hosts=("127.0.0.1",), output_dir=folder,
                budget_microusd=10**9, assumed_price_microusd=1000, ask_key=True, ask_urls=True, journal=Path(folder) / "journal",
                journal_digest=False, journal_retention=60.0, webhook_url=None, webhook_mode=pixazo.WebhookMode.SYNC,
                webhook_in_body=False, catalogue=pixazo.Catalogue(), log_level=pixazo.LogLevel.INFO)
            with pixazo.Client(pixazo.Options(**settings)) as client:
                result = client.generate("sdxl-lightning", prompt="set", width=256, height=256)
                self.assertEqual(str(result[0].path.parent), folder)
            journal = pixazo.Journal(Path(folder) / "journal")
            self.assertEqual([row["state"] for row in journal], ["COMPLETED"])
            self.assertEqual((journal.job_ids, journal.problems), ([result.job.id], []))
        post = self.sandbox.ask("/sandbox/state")["posts"][0]
        self.assertIn(("X-Test", "1"), post["headers"].items())
        self.assertIn("test/1", str(post["headers"]))

    def test_events_are_all_there_for_each_who_asks_and_DONE_is_the_last(self):
        with self.sandbox.client() as client:
            job = client.submit("gpt-image-2", prompt="watched", fetch_outputs=False)
            first, second = list(job.events()), list(job.events())
        self.assertEqual([e.sequence for e in first], [e.sequence for e in second])
        self.assertEqual((first[0].type, first[0].state), (EventType.STATE, State.SUBMITTING))
        self.assertEqual(first[-1].type, EventType.DONE)
        self.assertEqual([e.type for e in first].count(EventType.DONE), 1)

    def test_a_result_that_takes_too_long_runs_on(self):
        self.endless()
        with self.sandbox.client() as client:
            job = client.submit("gpt-image-2", prompt="long")
            with self.assertRaises(TimeoutError) as caught:
                job.result(timeout=0.01)
            self.assertIs(caught.exception.job, job)
            self.assertFalse(job.ended)

    def test_closing_ends_every_wait_of_other_threads(self):
        self.endless()
        client = self.sandbox.client()
        jobs = [client.submit("gpt-image-2", prompt=f"waited {i}") for i in range(5)]
        ends = []
        def wait(job):
            with contextlib.suppress(pixazo.ClosedError):
                job.result()
            ends.append(job.error.status)
        threads = [threading.Thread(target=wait, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        client.close()
        for thread in threads:
            thread.join()
        self.assertEqual(ends, [Status.CLOSED] * 5)
        with self.assertRaises(pixazo.ClosedError):
            client.submit("gpt-image-2", prompt="too late")
        client.close()

    def test_a_client_that_nobody_closed_is_closed_with_its_last_name(self):
        self.endless()
        client = self.sandbox.client()
        job, core = client.submit("gpt-image-2", prompt="forgotten"), weakref.ref(client._core)
        pump = client._core.pump
        del client
        gc.collect()
        self.assertTrue(job.wait())
        self.assertEqual(job.error.status, Status.CLOSED)
        pump.join()
        gc.collect()
        self.assertIsNone(core())

    def test_a_submit_key_makes_one_job(self):
        with self.sandbox.client() as client:
            jobs = [client.submit("gpt-image-2", prompt="once", submit_key="double", fetch_outputs=False) for _ in range(2)]
            self.assertEqual(jobs[0].id, jobs[1].id)
            self.assertEqual([e.sequence for e in jobs[0].events()], [e.sequence for e in jobs[1].events()])
            again = client.submit("gpt-image-2", prompt="once", submit_key="double")
            self.assertEqual(again.result().job.id, jobs[0].id)
            list(again.events())  # ends, though its DONE has passed
            job_id = again.id
            del jobs, again
            gc.collect()
            self.assertEqual(list(client.find_job(job_id).events()), [])

    def test_a_failed_picture_is_fetched_again_and_a_job_sent_again(self):
        self.sandbox.ask("/sandbox/faults", {"on": "media", "times": 0, "status": 403})
        with self.sandbox.client() as client:
            result = client.generate("gpt-image-2", prompt="again")
            self.assertFalse(result[0].ok)
            self.assertIn("403", result._repr_html_())
            OPENER.open(urllib.request.Request(self.sandbox.url + "/sandbox/faults", method="DELETE")).close()
            again = client.fetch_again(result.job)
            self.assertTrue(again.result()[0].ok)
            self.assertEqual(again.origin_id, result.job.id)
            with self.assertRaises(pixazo.InvalidStateError):
                client.resubmit(result.job)
            self.assertEqual(client.resubmit(result.job, accept_second_charge=True).result().job.origin_id, result.job.id)

    def test_pictures_show_themselves_in_a_notebook_and_outlive_everything(self):
        with self.sandbox.client() as client:
            result = client.generate("gpt-image-2", prompt="shown", size="512x512")
        picture = result[0]
        self.assertEqual(result._repr_png_(), picture.data)
        self.assertIn(f'<img src="data:image/png;base64,', result._repr_html_())
        self.assertIsNone(picture._repr_jpeg_())
        del result, client
        gc.collect()
        self.assertEqual(len(picture.data), picture.size)
        self.assertEqual(picture.meta["endpoint"], "gpt-image-2")

    def test_log_lines_and_questions_reach_on_event_and_what_it_raises_is_logged(self):
        seen, asked = [], threading.Event()
        def hook(event):
            seen.append(event.type)
            if event.type == EventType.NEED_KEY:
                asked.set()
                raise RuntimeError("raised by the test")
        with self.assertLogs("pixazo", "ERROR"):
            with self.sandbox.client(api_key="", ask_key=True, log_level=pixazo.LogLevel.DEBUG, on_event=hook) as client:
                job = client.submit("gpt-image-2", prompt="who pays?", fetch_outputs=False)
                asked.wait()
                client.set_api_key("here")
                self.assertEqual(job.result().job.state, State.COMPLETED)
        self.assertIn(EventType.DONE, seen)

    def test_a_forked_child_is_told_and_the_parent_goes_on(self):
        with self.sandbox.client() as client:
            job = client.submit("gpt-image-2", prompt="before the fork", fetch_outputs=False)
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    with contextlib.suppress(pixazo.ForkedError):
                        client.pause()
                        code = 2
                    if code == 1:
                        with contextlib.suppress(pixazo.ForkedError):
                            job.wait()
                            code = 3
                    client.close()
                    code = 0 if code == 1 else code
                finally:
                    os._exit(code)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
            self.assertEqual(job.result().job.state, State.COMPLETED)

    def test_ctrl_c_ends_a_wait_and_cancels_the_job(self):
        self.endless()
        script = run_script(self.sandbox, "client = pixazo.Client(**settings)\n"
                            "client._core.hook = lambda e: print(e.state.name, e.error and e.error.status.name, flush=True)\n"
                            "try:\n    client.generate('gpt-image-2', prompt='stop')\nfinally:\n    client.close()")
        for line in script.stdout:
            if "PROCESSING" in line:
                break
        script.send_signal(signal.SIGINT)
        output, _ = script.communicate()
        self.assertIn("KeyboardInterrupt", output)
        self.assertIn("CANCELLED CANCELLED", output)
        self.assertNotIn("Fatal", output)

    def test_the_program_ends_cleanly_with_jobs_running(self):
        self.endless()
        for end in ("", "raise SystemExit(0)", "import os; os.kill(os.getpid(), 0)"):
            script = run_script(self.sandbox, "client = pixazo.Client(**settings)\n"
                                f"jobs = [client.submit('gpt-image-2', prompt=str(i)) for i in range(16)]\n{end}")
            output, _ = script.communicate()
            self.assertEqual((script.returncode, output), (0, ""))


class AsyncTest(Case):
    def run_async(self, main):
        asyncio.run(main())

    def test_cancelling_a_task_cancels_its_job_and_awaiting_a_job_does_not(self):
        self.endless()
        ends = []
        def hook(event):
            if event.type == EventType.DONE:
                ends.append(event.error.status)
        async def main():
            async with self.sandbox.async_client(on_event=hook) as client:
                task = asyncio.ensure_future(client.generate("gpt-image-2", prompt="cancelled"))
                await asyncio.sleep(0)
                self.assertEqual(client.in_flight, 1)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                kept = client.submit("gpt-image-2", prompt="kept")
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(kept, 0.01)
                self.assertFalse(kept.ended)
                kept.cancel()
                with self.assertRaises(pixazo.JobCancelledError):
                    await kept
        self.run_async(main)
        self.assertEqual(ends, [Status.CANCELLED, Status.CANCELLED])

    def test_closing_ends_whoever_waits(self):
        self.endless()
        async def main():
            client = self.sandbox.async_client()
            jobs = [client.submit("gpt-image-2", prompt=f"open {i}") for i in range(200)]
            async def types(job):
                return [event.type async for event in job]
            tasks = [asyncio.ensure_future(types(job)) for job in jobs]
            await asyncio.sleep(0)
            await client.close()
            for seen in await asyncio.gather(*tasks):
                self.assertEqual(seen[-1], EventType.DONE)
            with self.assertRaises(pixazo.ClosedError):
                client.submit("gpt-image-2", prompt="too late")
        self.run_async(main)

    def test_shutdown_waits_while_the_loop_goes_on(self):
        async def main():
            async with self.sandbox.async_client() as client:
                jobs = [client.submit("gpt-image-2", prompt=f"s {i}", fetch_outputs=False) for i in range(3)]
                self.assertTrue(await client.shutdown(60))
                self.assertEqual([(await job).job.state for job in jobs], [State.COMPLETED] * 3)
        self.run_async(main)

    def test_a_client_belongs_to_one_loop_and_warns_when_it_was_not_closed(self):
        client = self.sandbox.async_client()
        async def submit():
            return client.submit("gpt-image-2", prompt="first loop", fetch_outputs=False)
        asyncio.run(submit())
        with self.assertRaises(RuntimeError):
            asyncio.run(submit())
        del client
        gc.collect()
        async def forget():
            left = self.sandbox.async_client()
            left.submit("gpt-image-2", prompt="left", fetch_outputs=False)
            with self.assertWarns(ResourceWarning):
                del left
                gc.collect()
        asyncio.run(forget())


if __name__ == "__main__":
    unittest.main()
