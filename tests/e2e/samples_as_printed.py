"""samples_as_printed.py SANDBOX

The documents' own samples are a client that nobody here wrote. Each runs as printed, by bash and curl, by Python with requests, by node with
its fetch, against a sandbox that accepts one key. Three things are put in place of the printed ones: the base URL, the key, and in the samples
that ask for a status the id, which no gateway has; there it is that of a job which a sample before it made.

A sample has succeeded if it ended well, its POST was accepted with the body that the documents print for HTTP, what it wrote can be read
and is the gateway's reply, and in the end there is a picture.
"""
import ast
import json
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from urllib.parse import urlsplit

data = pathlib.Path(__file__).resolve().parent.parent / "data"
samples = json.loads((data / "samples.json").read_text(encoding="utf-8"))
GATEWAY = "https://gateway.pixazo.ai"
KEYS = r"YOUR_SUBSCRIPTION_KEY|YOUR_API_KEY|your-api-key-here|your-subscription-key-here|your-subscription-key"
PATIENCE = 120
MAGIC = {"png": b"\x89PNG", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}
key = "samples-" + secrets.token_hex(16)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def printed_bodies():
    """path: the bodies that the documents print for it"""
    bodies = {}
    for example in json.loads((data / "examples.json").read_text(encoding="utf-8")):
        if example["request"] and isinstance(example["json"], dict):
            bodies.setdefault(urlsplit(example["request"]["url"]).path, []).append(example["json"])
    return bodies


def python_with_requests():
    for name in ("/usr/bin/python3", sys.executable, "python3"):
        if shutil.which(name) and subprocess.run([name, "-c", "import requests"], capture_output=True, check=False).returncode == 0:
            return name
    return None


def node_with_fetch():
    for name in ("node", "nodejs"):
        if shutil.which(name) and subprocess.run([name, "-e", "process.exit(typeof fetch === 'function' ? 0 : 1)"], capture_output=True, check=False).returncode == 0:
            return name
    return None


python, node = python_with_requests(), node_with_fetch()
programs = {
    "curl": (["bash"], "sh", shutil.which("curl") and shutil.which("bash"), "no curl (Debian: curl)"),
    "python": ([python], "py", python, "no Python that has requests (Debian: python3-requests)"),
    "javascript": ([node], "js", node, "no node that has fetch (Debian: nodejs, 18 or later)"),
}


def read(language, text):
    """What a sample wrote, as a value: JSON, Python's way to print it, or node's."""
    if language == "curl":
        return json.loads(text)
    if language == "javascript":
        text = re.sub(r"([{,]\s*)(\w+): ", r"\1'\2': ", text)
    return ast.literal_eval(re.sub(r"\bnull\b", "None", text.strip()))


def get(url, headers=None):
    with opener.open(urllib.request.Request(url, headers=headers or {}), timeout=PATIENCE) as reply:
        return reply.read()


def picture(url):
    content = get(url)
    ending = urlsplit(url).path.rsplit(".", 1)[1]
    assert content.startswith(MAGIC[ending]), f"{url} is no {ending}"
    return f"{ending}, {len(content) // 1000} kB"


def finish(polling_url):
    """The status of a job that has ended."""
    end = time.monotonic() + PATIENCE
    while True:
        status = json.loads(get(polling_url, {"Ocp-Apim-Subscription-Key": key}))
        if status["status"] in ("COMPLETED", "FAILED", "ERROR"):
            return status
        assert time.monotonic() < end, "the job does not end"
        time.sleep(0.02)


class Runner:
    def __init__(self, url, folder):
        self.url, self.folder, self.bodies, self.jobs = url, folder, printed_bodies(), {}

    def posts(self):
        return json.loads(get(self.url + "/sandbox/state"))["posts"]

    def execute(self, sample, text):
        words, ending, _, _ = programs[sample["language"]]
        file = self.folder / f"sample.{ending}"
        file.write_text(text, encoding="utf-8")
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")} | {"API_KEY": key, "NO_PROXY": "*", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run([*words, str(file)], capture_output=True, text=True, timeout=PATIENCE, env=env, cwd=self.folder, check=False)
        assert done.returncode == 0, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        try:
            return read(sample["language"], done.stdout)
        except (ValueError, SyntaxError) as error:
            raise AssertionError(f"what it wrote cannot be read: {done.stdout!r} {done.stderr!r}") from error

    def run(self, sample):
        """What became of it, in a few words."""
        text = re.sub(KEYS, key, sample["text"]).replace(GATEWAY, self.url)
        assert GATEWAY not in text and self.url in text and (key in text or "process.env.API_KEY" in text), "nothing to replace in it"
        asked = re.search(r"/v2/requests/status/([\w.-]+)_019d[\w-]+", text)
        if asked:
            job = self.jobs[asked.group(1)]
            result = self.execute(sample, text.replace(asked.group(0), "/v2/requests/status/" + job))
            assert result["request_id"] == job and result["status"] == "COMPLETED", result
            return "COMPLETED, " + picture(result["output"]["media_url"][0])
        before = len(self.posts())
        result = self.execute(sample, text)
        posts = self.posts()[before:]
        assert len(posts) == 1, f"{len(posts)} POSTs reached the sandbox"
        path, body = posts[0]["path"], json.loads(posts[0]["body"])
        assert body in self.bodies[path], f"the body is none that the documents print for {path}: {body}"
        assert posts[0]["status"] in (200, 202), posts[0]
        if posts[0]["status"] == 200:
            url = result.get("output") or result.get("imageUrl") or result.get("url")
            return "200, " + picture(url)
        assert result["status"] == "QUEUED" and result["request_id"] == posts[0]["job"] and result["polling_url"].startswith(self.url), result
        status = finish(result["polling_url"])
        assert status["status"] == "COMPLETED", status
        self.jobs[status["model_id"]] = status["request_id"]
        return "202, " + picture(status["output"]["media_url"][0])


def where(sample):
    return urlsplit(re.search(GATEWAY + r"[^\"'\s]*", sample["text"]).group(0)).path


def main():
    assert len(samples) == 56, f"{len(samples)} samples, 56 expected"
    failed, missing, ran = 0, {}, 0
    with tempfile.TemporaryDirectory(prefix="pz-samples-") as name:
        folder = pathlib.Path(name)
        (folder / "keys").write_text(key + "\n")
        sandbox = subprocess.Popen([sys.argv[1], "--port", "0", "--speed", "200", "--quiet", "--exit-with-parent", "--keys", str(folder / "keys")],
                                   stdout=subprocess.PIPE, text=True)
        try:
            runner = Runner(sandbox.stdout.readline().split()[-1], folder)
            for sample in samples:
                _, _, there, why = programs[sample["language"]]
                label = f"{sample['document'][:3]}:{sample['line']:<5} {sample['language']:<11}{where(sample)[:72]:<73}"
                if not there:
                    missing[sample["language"]] = why
                    print(label, "not run:", why)
                    continue
                try:
                    print(label, runner.run(sample))
                    ran += 1
                except (AssertionError, KeyError, OSError, subprocess.TimeoutExpired) as error:
                    failed += 1
                    print(label, "FAILED:", error)
        finally:
            sandbox.terminate()
            sandbox.wait()
            sandbox.stdout.close()
    print(f"{ran} of {len(samples)} samples ran as printed, {failed} failed" + "".join(f"; {why}" for why in missing.values()))
    return 1 if failed else 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
