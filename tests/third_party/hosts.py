#!/usr/bin/env python3
"""hosts.py SCENARIO PZ SANDBOX

Servers that nobody here wrote stand between pz and pz-sandbox, and are killed and started again while 40 jobs are under way:

  nginx       TLS and HTTP/2 in front of the sandbox
  haproxy     the same by another hand
  tinyproxy   a forward proxy on the way to nginx, which stays up
  chain       haproxy passes bytes on to nginx; both are restarted

At the end each prompt has at most one POST at the gateway, each job has ended once, what is said to cost nothing was not sent, what
is said to be made is there, and no host but the gateway saw the key. Exit code 77: a program is not there.
"""
import collections
import contextlib
import getpass
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

JOBS = 40
KEY = "canary-key-5d41402abc4b2a76"

# Answers take a moment, so that those of paid requests are on their way when a server is killed.
FAULTS = {"rules": [{"on": on, "times": 0, "delay_ms": 50} for on in ("submit", "status", "media")]}

NGINX = """
user {user}; daemon off; master_process on; worker_processes 2; pid {dir}/nginx.pid; error_log {dir}/nginx-error.log;
events {{ worker_connections 512; }}
http {{
  log_format short '$server_protocol $request_method $status';
  access_log {dir}/nginx.log short;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{
    listen 127.0.0.1:{port} ssl http2 reuseport;
    ssl_certificate {dir}/host.pem; ssl_certificate_key {dir}/host.key;
    location / {{ proxy_pass {upstream}; proxy_set_header Host $http_host; }}
  }}
}}
"""
HAPROXY_HTTP = """
global
  stats socket {dir}/haproxy.sock
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:{port} ssl crt {dir}/both.pem alpn h2,http/1.1
  default_backend sandbox
backend sandbox
  server one {upstream}
"""
HAPROXY_TCP = """
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen through
  bind 127.0.0.1:{port}
  server one {upstream}
"""
TINYPROXY = """
Port {port}
Listen 127.0.0.1
MaxClients 200
Timeout 60
LogFile "{dir}/tinyproxy.log"
LogLevel Info
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def find(program):
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not found:
        print(f"skipped: {program} is not installed (pkgconfig/apt-install.sh test)")
        sys.exit(77)
    return found


def certificates(folder):
    run = lambda *words: subprocess.run([find("openssl"), *words], check=True, capture_output=True, cwd=folder)
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=test authority",
        "-keyout", "ca.key", "-out", "ca.pem")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=gateway", "-keyout", "host.key", "-out", "host.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    run("x509", "-req", "-in", "host.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "host.pem")
    (folder / "both.pem").write_text((folder / "host.pem").read_text() + (folder / "host.key").read_text())


class Server:
    """A program that listens on a port, in a process group of its own."""

    def __init__(self, port, *words):
        self.port, self.words, self.process, self.starts = port, words, None, 0
        self.start()

    def start(self):
        self.starts += 1
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            self.process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                            start_new_session=True)
            while self.process.poll() is None and time.monotonic() < give_up:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5):
                    return
                time.sleep(0.01)  # between two looks at a condition
        raise SystemExit(f"{self.words[0]} does not start")

    def stop(self, how=signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait()

    def restart(self):
        self.stop()
        self.start()


def get(url):
    return urllib.request.urlopen(url, timeout=30).read().decode()


def speaks_h2(port, folder):
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", port), 30) as plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
        return tls.selected_alpn_protocol() == "h2"


def build(scenario, folder, sandbox_port, front):
    """[servers to be restarted], [servers that stay], the arguments of pz."""
    upstream = f"127.0.0.1:{sandbox_port}"

    def config(name, text, port, to):
        (folder / name).write_text(text.format(dir=folder, port=port, upstream=to, user=getpass.getuser()))
        return str(folder / name)

    def nginx(port):
        return Server(port, find("nginx"), "-p", str(folder), "-e", str(folder / "nginx-error.log"), "-c",
                      config("nginx.conf", NGINX, port, "http://" + upstream))

    def haproxy(text, port, to):
        return Server(port, find("haproxy"), "-f", config("haproxy.cfg", text, port, to))

    if scenario == "nginx":
        return [nginx(front)], [], []
    if scenario == "haproxy":
        return [haproxy(HAPROXY_HTTP, front, upstream)], [], []
    if scenario == "tinyproxy":
        port = free_port()
        forward = Server(port, find("tinyproxy"), "-d", "-c", config("tinyproxy.conf", TINYPROXY, port, ""))
        return [forward], [nginx(front)], ["--proxy", f"http://127.0.0.1:{port}"]
    behind = free_port()
    inner = nginx(behind)
    return [haproxy(HAPROXY_TCP, front, f"127.0.0.1:{behind}"), inner], [], []


def main():
    # What is wrong in one run is wrong. That too little came together is chance, on a busy machine more often.
    for run in range(3):
        if one_run(*sys.argv[1:4]):
            return
    sys.exit("too little happened in three runs for this to prove anything")


def one_run(scenario, pz, sandbox):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pz-hosts-"))
    certificates(folder)
    front = free_port()
    base = f"https://127.0.0.1:{front}"
    started = []
    (folder / "faults.json").write_text(json.dumps(FAULTS))
    gateway = subprocess.Popen([sandbox, "--port", "0", "--speed", "25", "--public-url", base, "--faults", str(folder / "faults.json"),
                                "--exit-with-parent", "--quiet"], stdout=subprocess.PIPE, text=True)
    try:
        inner = next(line.split()[-1] for line in gateway.stdout if line.startswith("pz-sandbox listening on "))
        threading.Thread(target=gateway.stdout.read, daemon=True).start()
        restarted, staying, more = build(scenario, folder, inner.rsplit(":", 1)[1], front)
        started += restarted + staying
        if not speaks_h2(front, folder):
            raise SystemExit("the server in front does not offer HTTP/2: this would prove less than it says")
        prompts = [f"fox number {i:03}." for i in range(JOBS)]
        (folder / "prompts.txt").write_text("\n".join(prompts) + "\n")
        run = subprocess.Popen(
            [pz, "generate", "studio-ghibli", "--batch", "prompts.txt", "-o", "out", "--json", "--no-contact-sheet", "-s", "256x256", "--base-url", base,
             "--allow-loopback", "--ca-file", "ca.pem", "--poll-interval", "20ms", "--concurrency", "4", *more],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PIXAZO_API_KEY": KEY})
        said = {}
        readers = [threading.Thread(target=lambda name, pipe: said.update({name: pipe.read()}), args=pair)
                   for pair in (("out", run.stdout), ("err", run.stderr))]
        for reader in readers:
            reader.start()
        restarts = 0
        for share in (0.2, 0.4, 0.6, 0.8, 1.0):  # of the jobs, sent; by then earlier ones are polled and fetched
            while run.poll() is None:
                endpoints = json.loads(get(inner + "/sandbox/state?brief=1"))["endpoints"]
                if sum(e["posts"] for e in endpoints.values()) >= share * JOBS:
                    break
                time.sleep(0.005)  # between two looks at a condition
            if run.poll() is None:
                for server in restarted:
                    server.restart()
                restarts += 1
        run.wait(timeout=240)
        for reader in readers:
            reader.join()
        raw = get(inner + "/sandbox/state")
    finally:
        for server in started:
            server.stop()
        gateway.terminate()
        gateway.wait()
    enough = judge(folder, prompts, said, json.loads(raw), raw, restarts)
    shutil.rmtree(folder)
    return enough


def judge(folder, prompts, said, state, raw, restarts):
    mistakes = []
    posts = collections.Counter(json.loads(post["body"])["prompt"] for post in state["posts"])
    ends = collections.defaultdict(list)
    for line in said["out"].splitlines():
        event = json.loads(line)
        if event["type"] == "done":
            ends[prompts[event["line"] - 1]].append(event)
    tally = collections.Counter()
    for prompt in prompts:
        count = posts[prompt]
        if count > 1:
            mistakes.append(f"{prompt}: {count} POSTs")
        if len(ends[prompt]) != 1:
            mistakes.append(f"{prompt}: ended {len(ends[prompt])} times")
            continue
        end = ends[prompt][0]
        tally[end["state"] + (" " + end["error"]["status"] if end.get("error") else "")] += 1
        if end["charged"] == "no" and count:
            mistakes.append(f"{prompt}: said to cost nothing, but sent: {end}")
        if end["state"] == "COMPLETED" and count != 1:
            mistakes.append(f"{prompt}: made, but {count} POSTs")
    if set(posts) - set(prompts):
        mistakes.append(f"POSTs that nobody asked for: {set(posts) - set(prompts)}")
    if state["counts"].get("media_requests_with_a_key"):
        mistakes.append("the key was sent with a request for a picture")
    for file in folder.rglob("*"):
        if file.is_file() and KEY.encode() in file.read_bytes():
            mistakes.append(f"the key is in {file.name}")
        if file.suffix == ".png" and not (file.read_bytes().startswith(b"\x89PNG") and file.read_bytes().endswith(b"IEND\xaeB`\x82")):
            mistakes.append(f"{file.name} is not whole")
        if file.name.startswith(".pixazo-"):
            mistakes.append(f"{file.name} was left")
    if KEY in raw + said["out"] + said["err"]:
        mistakes.append("the key was said")
    log = folder / "nginx.log"
    spoken = collections.Counter(tuple(line.split()[:2]) for line in log.read_text().splitlines()) if log.exists() else {}
    if any(protocol == "HTTP/2.0" and method == "POST" for protocol, method in spoken):
        mistakes.append("a paid request was sent over HTTP/2")
    if spoken and not spoken.get(("HTTP/2.0", "GET")):
        mistakes.append("no poll was sent over HTTP/2")
    lost = tally["FAILED PZ_E_UNCERTAIN"]
    print(f"{restarts} restarts; {dict(tally)}; {sum(posts.values())} POSTs for {len(prompts)} prompts")
    if mistakes:
        print("\n".join(mistakes), said["err"][-2000:], sep="\n")
        print(f"what it left lies in {folder}")
        sys.exit(1)
    return restarts >= 2 and lost > 0 and tally["COMPLETED"] >= len(prompts) // 10


main()
