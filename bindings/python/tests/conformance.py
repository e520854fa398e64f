#!/usr/bin/env python3
"""The scenarios of bindings/conformance/scenarios.json in Python: conformance.py <scenario>. Both clients take part."""
import asyncio
import http.server
import json
import os
import sys
import threading
import urllib.request
from collections import Counter
from pathlib import Path

import pixazo
from pixazo import Charged, EventType, State, Status

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
FOLDER = Path(os.environ.get("PIXAZO_SCENARIO_DIR", "."))


def settings(**more):
    return dict({"poll_interval": (0.02, 0.1), "retry": (3, 0.01, 0.05)}, **more)


def client(**more):
    return pixazo.Client(**settings(**more))


def async_client(**more):
    return pixazo.AsyncClient(**settings(**more))


def ask_sandbox(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with OPENER.open(urllib.request.Request(os.environ["PIXAZO_SANDBOX"] + path, data=data), timeout=60) as reply:
        return json.loads(reply.read())


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def is_picture(data, media_type):
    return {"image/png": data[:8] == b"\x89PNG\r\n\x1a\n", "image/jpeg": data[:3] == b"\xff\xd8\xff",
            "image/webp": data[:4] == b"RIFF" and data[8:12] == b"WEBP"}.get(media_type, False)


def check_end(job, state, status, charged):
    expect(job.state == state, job)
    expect((job.error.status if job.error else None) == status, repr(job.error))
    expect(job.charged == charged, job.charged)


def ended(endpoint, **parameters):
    """A job that has ended, whatever way; its client is closed."""
    with client() as c:
        job = c.submit(endpoint, **parameters)
        expect(job.wait(), job)
        return job


def until_event(job, found):
    for event in job.events():
        if found(event):
            return
    raise AssertionError(f"{job} has ended too early")


def generate_memory():
    with client() as c:
        result = c.generate("gpt-image-2-text-to-image", prompt="generate_memory", quality="low")
    check_end(result.job, State.COMPLETED, None, Charged.YES)
    (picture,) = result
    expect(picture.ok and is_picture(picture.data, picture.media_type), picture)
    expect(picture.size == len(picture.data) and picture.width > 0 and picture.height > 0, picture)


def generate_file():
    with client() as c:
        (picture,) = c.generate("sdxl-lightning", prompt="generate_file", width=256, height=256, output_dir=FOLDER)
    data = picture.path.read_bytes()
    expect(picture.path.parent == FOLDER and len(data) == picture.size, picture.path)
    expect(is_picture(data, picture.media_type), picture)
    expect(picture.path.suffix == {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}[picture.media_type], picture)


def four_outputs_one_fails():
    with client() as c:
        result = c.generate("gpt-image-2", prompt="four_outputs_one_fails", count=4)
    expect([p.status for p in result] == [Status.OK, Status.OK, Status.OUTPUT, Status.OK], result)
    expect(result[2].error.http_status == 403, result[2].error)


def cancel_before_submit():
    with client() as c:
        c.pause()
        job = c.submit("gpt-image-2", prompt="cancel_before_submit")
        job.cancel()
        job.wait()
    check_end(job, State.CANCELLED, Status.CANCELLED, Charged.NO)


async def cancel_after_submit():
    async with async_client() as c:
        job = c.submit("gpt-image-2", prompt="cancel_after_submit")
        async for event in job:
            if event.state == State.PROCESSING:
                job.cancel()
        check_end(job, State.CANCELLED, Status.CANCELLED, Charged.UNKNOWN)
        expect(job.remote_id, "no request id")


def validation_error():
    with client() as c:
        try:
            c.generate("gpt-image-2", promt="validation_error")
        except pixazo.InvalidArgumentError as error:
            expect(error.field == "promt" and "prompt" in error.message, error)
        else:
            raise AssertionError("it was accepted")


def balance_402():
    job = ended("gpt-image-2-text-to-image", prompt="balance_402", quality="low")
    check_end(job, State.FAILED, Status.BALANCE, Charged.NO)
    expect(isinstance(job.error, pixazo.BalanceError) and job.error.http_status == 402, job.error)
    expect(job.error.required_microusd == 12000, job.error.required_microusd)


async def rate_limited_then_ok():
    async with async_client() as c:
        result = await c.generate("gpt-image-2", prompt="rate_limited_then_ok")
        check_end(result.job, State.COMPLETED, None, Charged.YES)
        expect(result.job.attempts == 2, result.job.attempts)


def job_failed():
    check_end(ended("gpt-image-2", prompt="job_failed"), State.FAILED, Status.JOB_FAILED, Charged.UNKNOWN)


def job_error():
    check_end(ended("gpt-image-2", prompt="job_error"), State.FAILED, Status.JOB_ERROR, Charged.NO)


def uncertain():
    job = ended("gpt-image-2", prompt="uncertain")
    check_end(job, State.FAILED, Status.UNCERTAIN, Charged.UNKNOWN)
    expect(not job.error.retryable, "it is called retryable")


def timeout():
    job = ended("gpt-image-2", prompt="timeout", job_timeout=2.0)
    check_end(job, State.FAILED, Status.TIMEOUT, Charged.UNKNOWN)
    expect(job.remote_id and isinstance(job.error, TimeoutError), job)


def restore():
    with client(journal=FOLDER / "journal") as c:
        job = c.submit("gpt-image-2", prompt="restore")
        until_event(job, lambda _: job.remote_id)
    ask_sandbox("/sandbox/settings", {"speed": 500})
    with client(journal=FOLDER / "journal") as c:
        expect(c.restore() == 1, "not one job was restored")
        again = c.find_job(job.id)
        again.wait()
    check_end(again, State.COMPLETED, None, Charged.YES)
    expect(again.remote_id == job.remote_id, again.remote_id)


def webhook():
    ready, clients = threading.Event(), []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ready.wait()
            clients[0].deliver_webhook(self.path, body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/hook"
        with client(poll_interval=(60, 60), webhook_url=url) as c:
            clients.append(c)
            ready.set()
            check_end(c.generate("gpt-image-2", prompt="webhook").job, State.COMPLETED, None, Charged.YES)
            expect(c.stat(pixazo.Stat.WEBHOOKS) > 0, "no webhook was counted")
        server.shutdown()


def attach():
    with client() as c:
        job = c.submit("gpt-image-2", prompt="attach")
        until_event(job, lambda _: job.remote_id)
    with client() as c:
        result = c.attach(job.remote_id).result()
    expect(len(result) == 1 and result[0].ok, result)


def catalogue_form():
    catalogue = pixazo.Catalogue()
    expect(len(catalogue) >= 15, len(catalogue))
    for endpoint in catalogue:
        expect(endpoint.params and isinstance(endpoint.example, dict), endpoint)
        for param in endpoint.params:
            expect(param.name and param.type in list(pixazo.ParamType), param)
    images = catalogue["gpt-image-2-edit"].param("images")
    expect(images.type == pixazo.ParamType.IMAGES and images.required and images.accepts_data_uri, images)
    expect(catalogue["gpt-image-2"].param("quality").choices == ["low", "medium", "high", "auto"], "quality")


def estimate():
    request = pixazo.Request("gpt-image-2-text-to-image", prompt="estimate", quality="low")
    price = request.estimate()
    expect(price.low == 12000 and price.low <= price.high and request.estimate_source, price)
    try:
        pixazo.Request("gpt-image-2", prompt="estimate").estimate()
    except pixazo.NotFoundError as error:
        expect(error.message, "no reason")
    else:
        raise AssertionError("a price that is not known")


def unicode_prompt():
    prompt = json.loads('"lighthouse \\ud83c\\udfee e\\u0301 \\u05e9\\u05dc\\u05d5\\u05dd \\u202e\\u2028 end"')
    with client() as c:
        c.generate("gpt-image-2", prompt=prompt)
    expect(ask_sandbox("/sandbox/state")["posts"][0]["prompt"] == prompt, "it came otherwise")


async def two_clients():
    async with async_client() as one, async_client(api_key=os.environ["PIXAZO_API_KEY"] + "-2") as two:
        await asyncio.gather(one.generate("gpt-image-2", prompt="two_clients 1"), two.generate("gpt-image-2", prompt="two_clients 2"))


KEPT = []


def exit_running():
    c = client()
    jobs = [c.submit("gpt-image-2", prompt=f"exit_running {i}") for i in range(1, 6)]
    KEPT.extend([c, jobs])
    until_event(jobs[0], lambda event: event.state == State.PROCESSING)


async def many():
    done = Counter()
    def count(event):
        done[event.job_id] += event.type == EventType.DONE
    async with async_client(on_event=count) as c:
        jobs = [c.submit("gpt-image-2", prompt=f"many {i}", fetch_outputs=False) for i in range(1, 201)]
        for result in await asyncio.gather(*jobs):
            check_end(result.job, State.COMPLETED, None, Charged.YES)
    expect(len(jobs) == 200 and all(done[job.id] == 1 for job in jobs), done)


def destroy_midflight():
    c = client()
    jobs = [c.submit("gpt-image-2", prompt=f"destroy_midflight {i}") for i in range(1, 21)]
    until_event(jobs[0], lambda event: event.state == State.PROCESSING)
    c.close()
    for job in jobs:
        check_end(job, State.CANCELLED, Status.CLOSED, job.charged)


SCENARIOS = [generate_memory, generate_file, four_outputs_one_fails, cancel_before_submit, cancel_after_submit, validation_error,
             balance_402, rate_limited_then_ok, job_failed, job_error, uncertain, timeout, restore, webhook, attach,
             catalogue_form, estimate, unicode_prompt, two_clients, exit_running, many, destroy_midflight]


def main():
    found = [s for s in SCENARIOS if s.__name__ == sys.argv[1]]
    if not found:
        print("there is no such scenario in Python")
        return 77
    ran = found[0]()
    if asyncio.iscoroutine(ran):
        asyncio.run(ran)
    return 0


if __name__ == "__main__":
    sys.exit(main())
