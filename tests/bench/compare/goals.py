"""What compare.py --check asks of libpixazo. Goals about one setting hold for the largest number of jobs on loopback over TLS with
HTTP/1.1: the same protocol for all."""

WAITING_JOBS = 10_000
FLOOR_RATIO = 1.15       # CPU a job of ours, of that of bare libcurl with the same promise, at the same exchanges
PEERS = {"node": 20, "requests": 40}  # so many times our CPU a job
PEAK_MB = 20             # of the whole process, with WAITING_JOBS waiting jobs
KB_A_WAITING_JOB = 1


def verdicts(rows, waiting):
    """(goal, what was measured, whether it is met) for every goal that these rows can tell about."""
    comparable = [r for r in rows if r["delay_ms"] == 0 and r["http"] == 1 and not r.get("missing")]
    if comparable:
        tls, jobs = max(r["tls"] for r in comparable), max(r["jobs"] for r in comparable)
        at = {r["client"]: r for r in comparable if r["tls"] == tls and r["jobs"] == jobs}
        ours, floor = at.get("ours"), at.get("floor-fresh")
        if ours and ours["never_done"]:
            yield f"{jobs} jobs are done", f"{ours['done']} of {jobs}", False
        elif ours:
            if floor and not floor["never_done"]:
                # an exchange more or less is not the code's doing
                ratio = ours["cpu_ms_job"] / ours["exchanges_job"] / (floor["cpu_ms_job"] / floor["exchanges_job"])
                a_job = (f"{ours['cpu_ms_job'] / floor['cpu_ms_job']:.2f} x a job, with {ours['exchanges_job']:.2f} exchanges "
                         f"and {floor['exchanges_job']:.2f}")
                yield f"CPU an exchange at most {FLOOR_RATIO} x bare libcurl's, {jobs} jobs", f"{ratio:.2f} x ({a_job})", ratio <= FLOOR_RATIO
            for name, times in PEERS.items():
                if name in at:
                    ratio = at[name]["cpu_ms_job"] / ours["cpu_ms_job"]
                    yield f"CPU a job at least {times} x under {at[name]['label']}", f"{ratio:.1f} x", ratio >= times
    if waiting:
        each = waiting["kb_waiting_job"]
        yield f"peak memory with {WAITING_JOBS} waiting jobs under {PEAK_MB} MB", f"{waiting['peak_mb']:.1f} MB", waiting["peak_mb"] < PEAK_MB
        yield f"at most {KB_A_WAITING_JOB} KB a waiting job", "unknown" if each is None else f"{each:.2f} KB", each is not None and each <= KB_A_WAITING_JOB


def check(rows, waiting):
    """Prints every goal; the exit status: 1 if one is missed."""
    missed = 0
    print()
    for goal, measured, met in verdicts(rows, waiting):
        print(f"{'met   ' if met else 'MISSED'}  {goal}: {measured}")
        missed += not met
    return 1 if missed else 0
