"""requests as the gateway's documents print it: requests.post, then requests.get each second, without a session. One thread a job,
at most 1,000 of them."""
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from bench import HEADERS, POLL_S, PROMPT, Result, arguments


def picture(args, result):
    response = requests.post(f"{args.url}/gpt-image-2/v1/text-to-image", json={"prompt": PROMPT}, headers=HEADERS, verify=args.ca or True)
    response.raise_for_status()
    result.job_waits()
    job = response.json()
    polling_url = job["polling_url"]
    while job["status"] != "COMPLETED":
        if job["status"] in ("FAILED", "ERROR"):
            raise RuntimeError(job["error"])
        time.sleep(POLL_S)
        try:
            job = requests.get(polling_url, headers=HEADERS, verify=args.ca or True).json()
        except requests.RequestException:
            pass  # asked again
    return requests.get(job["output"]["media_url"][0], verify=args.ca or True).content


def run(args, result):
    try:
        result.job_done(picture(args, result))
    except Exception as error:
        result.job_failed(error)


def main():
    args = arguments()
    result = Result(args)
    with ThreadPoolExecutor(max_workers=min(args.jobs, 1000)) as pool:
        for _ in range(args.jobs):
            pool.submit(run, args, result)
    result.finish()


if __name__ == "__main__":
    main()
