"""aiohttp, what a Python program of many jobs would rather use: one ClientSession of at most 16 connections, one task a job."""
import asyncio
import ssl

import aiohttp

from bench import HEADERS, POLL_S, PROMPT, Result, arguments

CONNECTIONS = 16


async def picture(session, args, result):
    async with session.post(f"{args.url}/gpt-image-2/v1/text-to-image", json={"prompt": PROMPT}) as response:
        response.raise_for_status()
        job = await response.json()
    result.job_waits()
    polling_url = job["polling_url"]
    while job["status"] != "COMPLETED":
        if job["status"] in ("FAILED", "ERROR"):
            raise RuntimeError(job["error"])
        await asyncio.sleep(POLL_S)
        try:
            async with session.get(polling_url) as response:
                job = await response.json()
        except aiohttp.ClientError:
            pass  # asked again
    async with session.get(job["output"]["media_url"][0]) as response:
        return await response.read()


async def run(session, args, result):
    try:
        result.job_done(await picture(session, args, result))
    except Exception as error:
        result.job_failed(error)


async def main():
    args = arguments()
    context = ssl.create_default_context(cafile=args.ca)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=context)
    # The total time includes waiting for one of the connections: none is set, as --timeout ends the run.
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS, timeout=aiohttp.ClientTimeout(total=None)) as session:
        result = Result(args)
        await asyncio.gather(*(run(session, args, result) for _ in range(args.jobs)))
        result.finish()


if __name__ == "__main__":
    asyncio.run(main())
