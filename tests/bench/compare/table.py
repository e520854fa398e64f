"""The table that compare.py prints: one block a setting, ratios to the floor of the same setting."""

COLUMNS = [
    ("wall s", 8, lambda r, f: f"{r['wall_s']:.2f}"),
    ("CPU ms/job", 11, lambda r, f: f"{r['cpu_ms_job']:.3f}"),
    ("x floor", 8, lambda r, f: f"{r['cpu_ms_job'] / f['cpu_ms_job']:.2f}" if f else "-"),
    ("peak MB", 8, lambda r, f: f"{r['peak_mb']:.1f}"),
    ("KB/waiting", 11, lambda r, f: "-" if r["kb_waiting_job"] is None else f"{r['kb_waiting_job']:.2f}"),
    ("threads", 8, lambda r, f: f"{r['threads']:.0f}"),
    ("connections", 12, lambda r, f: f"{r['connections']:.0f}"),
    ("exch./job", 10, lambda r, f: f"{r['exchanges_job']:.2f}"),
    ("lag s", 7, lambda r, f: f"{r['lag_mean_s']:.2f}"),
    ("p99", 7, lambda r, f: f"{r['lag_p99_s']:.2f}"),
    ("server busy", 12, lambda r, f: f"{r['server_busy']:.0%}"),
]


def show(rows):
    if not rows:
        return
    first = rows[0]
    tls, delay = "TLS" if first["tls"] else "plain", f"{first['delay_ms']} ms away" if first["delay_ms"] else "on loopback"
    print(f"\n{first['jobs']} jobs, {tls}, HTTP/{'1.1' if first['http'] == 1 else '2'}, {delay}")
    print(f"{'':44}" + "".join(f"{name:>{width}}" for name, width, _ in COLUMNS))
    floor = next((r for r in rows if r["client"] == "floor" and not r.get("never_done")), None)
    for row in rows:
        print(f"{row['label']:44}", end="")
        if row.get("missing"):
            print(f"  {row['missing']}")
            continue
        print("".join(f"{cell(row, floor):>{width}}" for _, width, cell in COLUMNS), end="")
        print(f"   never done ({row['done']} of {row['jobs']} in {row['wall_s']:.0f} s){': ' + row['error'] if row.get('error') else ''}"
              if row["never_done"] else "", flush=True)
