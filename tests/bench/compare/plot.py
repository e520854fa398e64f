#!/usr/bin/env python3
"""Draws tests/bench/results/compare.json as compare.svg and compare.png beside it: the rows of the most jobs over TLS, HTTP/1.1 and no
delay. The same JSON gives the same bytes. Needs matplotlib (pkgconfig/apt-install.sh bench)."""
import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams.update({"svg.hashsalt": "pixazo", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 9})
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import NullFormatter  # noqa: E402

RESULTS = Path(__file__).resolve().parents[1] / "results"
OURS, FLOOR, PEER, INK, FAINT, GRID = "#0a7d4f", "#3d5a80", "#8a8f98", "#1f2328", "#57606a", "#d8dee4"

# column of the row, title, how a figure is written
PANELS = [
    ("cpu_ms_job", "CPU, ms a job", lambda value: f"{value:.2f}" if value < 1 else f"{value:.1f}"),
    ("peak_mb", "peak memory, MB", lambda value: f"{value:,.0f}"),
    ("wall_s", "until the last picture, s", lambda value: f"{value:.1f}" if value < 10 else f"{value:.0f}"),
]


def shown(rows):
    """The rows of the plot, best first; what was never done comes last."""
    alike = [row for row in rows if row["tls"] and row["http"] == 1 and row["delay_ms"] == 0 and not row.get("missing")]
    jobs = max(row["jobs"] for row in alike)
    alike = [row for row in alike if row["jobs"] == jobs]
    return jobs, sorted(alike, key=lambda row: (row["never_done"], row["client"] != "ours", row["cpu_ms_job"]))


def colour(row):
    if row["client"] == "ours":
        return OURS
    return FLOOR if row["client"].startswith("floor") else PEER


def pen(row):
    """How text about a row is written."""
    return {"color": OURS, "weight": "bold"} if row["client"] == "ours" else {"color": INK, "weight": "normal"}


def draw_panel(axes, rows, column, title, write):
    values = [row[column] for row in rows if not row["never_done"]]
    low, high = min(values) / 1.6, max(values)
    axes.set_xscale("log")
    axes.set_xlim(low, high * 4)
    for place, row in enumerate(rows):
        if not row["never_done"]:
            axes.plot([low, row[column]], [place, place], color=colour(row), linewidth=1.2, alpha=0.45, solid_capstyle="butt")
            axes.plot(row[column], place, "o", color=colour(row), markersize=5.5)
            axes.annotate(write(row[column]), (row[column], place), (7, 0), textcoords="offset points", va="center", **pen(row))
        elif column == "wall_s":
            text = f"never done ({row['done']:,} in {row['wall_s']:.0f} s)"
            axes.text(low * 1.06, place, text, va="center", color=FAINT, style="italic")
    axes.set_title(title, loc="left", fontsize=10, color=INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}" if value < 1000 else f"{value:,.0f}")
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.tick_params(axis="both", which="both", length=0, labelcolor=FAINT)
    for side in axes.spines.values():
        side.set_visible(False)


def draw(results):
    jobs, rows = shown(results["rows"])
    figure, panels = pyplot.subplots(1, len(PANELS), figsize=(9.6, 0.9 + 0.27 * len(rows)), sharey=True, facecolor="white")
    for axes, panel in zip(panels, PANELS):
        draw_panel(axes, rows, *panel)
    panels[0].set_yticks(range(len(rows)), [row["label"] for row in rows])
    for label, row in zip(panels[0].get_yticklabels(), rows):
        label.set(**pen(row))
    title = f"{jobs:,} jobs at once over HTTPS, each of 2 to 5 s. Less is better, scales are logarithmic."
    figure.suptitle(title, x=0.012, y=0.985, ha="left", fontsize=10.5, color=INK)
    figure.tight_layout(rect=(0, 0, 1, 1), w_pad=0.6)
    return figure


def main():
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS / "compare.json"
    figure = draw(json.loads(source.read_text(encoding="utf-8")))
    figure.savefig(source.with_suffix(".svg"), metadata={"Date": None, "Creator": None})
    figure.savefig(source.with_suffix(".png"), dpi=160, metadata={"Software": None})


if __name__ == "__main__":
    main()
