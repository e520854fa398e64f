"""requests_as_printed.py QUICKSTART SANDBOX, in an empty directory.

What quickstart puts on the wire, read by a JSON parser that is not the library's, against the reference documents' first printed request of
every endpoint: path, method, headers and body are equal, each is sent exactly once, and the API key goes to no other place.
"""
import json
import os
import pathlib
import secrets
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

quickstart, sandbox = sys.argv[1:3]
data = pathlib.Path(__file__).resolve().parent.parent / "data" / "examples.json"
key = "canary-" + secrets.token_hex(16)

# The first printed request of each URL, in the order of the documents.
printed = {}
for example in json.loads(data.read_text(encoding="utf-8")):
    request = example.get("request")
    if request and request.get("method") == "POST" and isinstance(example["json"], dict):
        printed.setdefault(urlsplit(request["url"]).path, (request, example["json"]))
assert len(printed) == 15, f"{len(printed)} endpoints have a printed request"

gateway = subprocess.Popen([sandbox, "--port", "0", "--speed", "20", "--exit-with-parent"], stdout=subprocess.PIPE, text=True)
try:
    for line in gateway.stdout:
        if line.startswith("pz-sandbox listening on "):
            url = line.split()[-1]
            break
    pathlib.Path("pictures").mkdir(exist_ok=True)
    run = subprocess.run([quickstart, "--out", "pictures"], env={**os.environ, "PIXAZO_BASE_URL": url, "PIXAZO_API_KEY": key},
                         capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    raw = urllib.request.urlopen(url + "/sandbox/state", timeout=30).read().decode()
finally:
    gateway.terminate()
    gateway.wait()

state = json.loads(raw)
posts = state["posts"]
failed = False
for path, (request, body) in printed.items():
    sent = [post for post in posts if post["path"] == path]
    if len(sent) != 1:
        print(f"{path}: {len(sent)} POSTs, 1 expected")
        failed = True
        continue
    if json.loads(sent[0]["body"]) != body:
        print(f"{path}: the body differs\n  printed {json.dumps(body, ensure_ascii=False)}\n  sent    {sent[0]['body']}")
        failed = True
    headers = {name.lower(): value for name, value in sent[0]["headers"].items()}
    for name, value in request["headers"].items():
        if name.lower() != "ocp-apim-subscription-key" and headers.get(name.lower()) != value:
            print(f"{path}: header {name} is {headers.get(name.lower())!r}, printed {value!r}")
            failed = True
if len(posts) != 15:
    print(f"{len(posts)} POSTs in all, 15 expected")
    failed = True

# The key: in the requests to the gateway, and nowhere else.
counts = state["counts"]
if counts.get("media_requests_with_a_key"):
    print("the API key was sent to the host of a picture")
    failed = True
for where, text in {"its output": run.stdout + run.stderr, "the sandbox's state": raw}.items():
    if key in text:
        print(f"the API key is in {where}")
        failed = True
for file in pathlib.Path(".").rglob("*"):
    if file.is_file() and key.encode() in file.read_bytes():
        print(f"the API key is in {file}")
        failed = True
print(f"{len(printed)} requests compared with the documents")
sys.exit(failed)
