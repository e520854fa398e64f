"""requests as well as it can be used: 16 threads, each with a Session that keeps its connection, and all waiting jobs polled in
rounds, one a second; no thread waits with a job."""
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from bench import HEADERS, POLL_S, PROMPT, Result, arguments

THREADS = 16


class Client:
    def __init__(self, args, result):
        self.args, self.result = args, result
        self.verify = args.ca or True  # on each call: a Session's own gives way to REQUESTS_CA_BUNDLE
        self.thread = threading.local()

    def session(self):
        if not hasattr(self.thread, "session"):
            self.thread.session = requests.Session()
            self.thread.session.headers.update(HEADERS)
        return self.thread.session

    def get(self, url):
        return self.session().get(url, verify=self.verify)

    def submit(self, _):
        """The polling URL, or None if it failed."""
        try:
            url = f"{self.args.url}/gpt-image-2/v1/text-to-image"
            response = self.session().post(url, json={"prompt": PROMPT}, verify=self.verify)
            response.raise_for_status()
            self.result.job_waits()
            return response.json()["polling_url"]
        except Exception as error:
            self.result.job_failed(error)
            return None

    def poll(self, polling_url):
        """The polling URL while the job waits, None when it ended."""
        try:
            job = self.get(polling_url).json()
        except requests.RequestException:
            return polling_url
        if job["status"] == "COMPLETED":
            self.download(job["output"]["media_url"][0])
            return None
        if job["status"] in ("FAILED", "ERROR"):
            self.result.job_failed(job["error"])
            return None
        return polling_url

    def download(self, url):
        try:
            self.result.job_done(self.get(url).content)
        except requests.RequestException as error:
            self.result.job_failed(error)


def main():
    args = arguments()
    result = Result(args)
    client = Client(args, result)
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        waiting = [url for url in pool.map(client.submit, range(args.jobs)) if url]
        while waiting:
            next_round = time.monotonic() + POLL_S
            waiting = [url for url in pool.map(client.poll, waiting) if url]
            if waiting:
                time.sleep(max(0.0, next_round - time.monotonic()))
    result.finish()


if __name__ == "__main__":
    main()
