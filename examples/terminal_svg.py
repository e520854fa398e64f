#!/usr/bin/env python3
"""Renders what a terminal shows as SVG: one picture, or a recording.

  terminal_svg.py OUT.svg SCREEN              one screen, as `tmux capture-pane -e -p` prints it
  terminal_svg.py OUT.svg FRAMES --recording  a directory of such screens, each named after its time in milliseconds

A recording plays in a browser, and in a README; a viewer that plays nothing shows its last screen. Standard library only.
"""
import argparse
import base64
import html
import re
import struct
import unicodedata
import zlib
from pathlib import Path

CELL_W, CELL_H, SIZE, PAD, BAR = 8.4, 18, 14, 18, 34
BACK, FRONT, CHROME = "#16181d", "#d6d9e0", "#22252c"
THEME = ["#3a3f4b", "#e06c75", "#8fc379", "#e0b86c", "#6ea8e8", "#c08bdb", "#5fb8c2", "#c5c9d3",
         "#6b7180", "#ee8a91", "#a9d796", "#eecb8a", "#8fc0f5", "#d3a9ea", "#82d0d8", "#f2f4f8"]
FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
LEVELS = [0, 95, 135, 175, 215, 255]


def indexed(n):
    if n < 16:
        return THEME[n]
    if n >= 232:
        return "#%02x%02x%02x" % ((8 + (n - 232) * 10,) * 3)
    n -= 16
    return "#%02x%02x%02x" % (LEVELS[n // 36], LEVELS[n // 6 % 6], LEVELS[n % 6])


class Pen:
    """The state that SGR sequences change."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.reverse = False

    def color(self, codes, i):
        if codes[i + 1:i + 2] == [5] and i + 2 < len(codes):
            return indexed(codes[i + 2]), i + 2
        if codes[i + 1:i + 2] == [2] and i + 4 < len(codes):
            return "#%02x%02x%02x" % tuple(codes[i + 2:i + 5]), i + 4
        return None, len(codes)

    def apply(self, codes):
        i = 0
        while i < len(codes):
            c = codes[i]
            if c == 0:
                self.reset()
            elif c == 1:
                self.bold = True
            elif c == 2:
                self.dim = True
            elif c == 22:
                self.bold = self.dim = False
            elif c in (7, 27):
                self.reverse = c == 7
            elif 30 <= c <= 37 or 90 <= c <= 97:
                self.fg = THEME[c - 30 if c < 90 else c - 82]
            elif 40 <= c <= 47 or 100 <= c <= 107:
                self.bg = THEME[c - 40 if c < 100 else c - 92]
            elif c == 39:
                self.fg = None
            elif c == 49:
                self.bg = None
            elif c == 38:
                self.fg, i = self.color(codes, i)
            elif c == 48:
                self.bg, i = self.color(codes, i)
            i += 1

    def style(self):
        fg, bg = self.fg or FRONT, self.bg
        return (bg or BACK, fg, self.bold, self.dim) if self.reverse else (fg, bg, self.bold, self.dim)


def width(ch):
    if unicodedata.combining(ch):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1


def cells(line, pen):
    """[(column, character, (fg, bg, bold, dim))] of one line; the pen goes on into the next."""
    out, column = [], 0
    for part in re.split(r"(\x1b\[[0-9;:]*m)", line):
        if part.startswith("\x1b["):
            pen.apply([int(c or 0) for c in re.split("[;:]", part[2:-1])])
            continue
        for ch in re.sub(r"\x1b[^m]*?[A-Za-z\\]|[\x00-\x1f]", "", part):
            out.append((column, ch, pen.style()))
            column += width(ch)
    return out


def number(x):
    return f"{x:.2f}".rstrip("0").rstrip(".")


BLOCKS = {"▀": (0, 0, 1, .5), "▄": (0, .5, 1, .5), "█": (0, 0, 1, 1), "▌": (0, 0, .5, 1), "▐": (.5, 0, .5, 1),
          "━": (0, .46, 1, .1), "─": (0, .485, 1, .055)}


def runs(row, key):
    """Neighbouring cells with the same key as (first column, columns, cells)."""
    start = 0
    for i in range(1, len(row) + 1):
        last = i == len(row)
        if last or key(row[i]) != key(row[start]) or row[i][0] != row[i - 1][0] + width(row[i - 1][1]):
            group = row[start:i]
            yield group[0][0], group[-1][0] + width(group[-1][1]) - group[0][0], group
            start = i


def rect(x, y, w, h, fill, dim=False):
    opacity = ' opacity=".45"' if dim else ""
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" fill="{fill}"{opacity}/>'


def png(width, height, pixels):
    rows = b"".join(b"\0" + pixels[y * width * 3:(y + 1) * width * 3] for y in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def halves(cell):
    """The colours of the upper and the lower half of a cell."""
    _, ch, (fg, bg, _, _) = cell
    return {"▀": (fg, bg), "▄": (bg, fg), "█": (fg, fg)}.get(ch, (bg, bg))


def picture(group):
    """Neighbouring half blocks, two pixels a cell, as one image."""
    colors = [bytes.fromhex((c or BACK)[1:]) for half in (0, 1) for c in (halves(cell)[half] for cell in group)]
    data = base64.b64encode(png(len(group), 2, b"".join(colors))).decode()
    x, w = group[0][0] * CELL_W, len(group) * CELL_W
    return (f'<image x="{number(x)}" width="{number(w)}" height="{CELL_H + .3}" preserveAspectRatio="none" '
            f'style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>')


def draw(row):
    """One line as SVG, its upper left corner at 0,0."""
    out = []
    art = [cell for cell in row if cell[1] in "▀▄█" or (cell[1] == " " and cell[2][1])]
    if len(art) >= 12 and art[-1][0] - art[0][0] == len(art) - 1:
        out.append(picture(art))
        row = [cell for cell in row if cell not in art]
    for column, columns, group in runs(row, lambda c: c[2][1]):
        if group[0][2][1]:
            # A hair too high and wide, so that no seams show between the cells of a picture.
            out.append(rect(column * CELL_W, 0, columns * CELL_W + .3, CELL_H + .3, group[0][2][1]))
    for column, columns, group in runs([c for c in row if c[1] in BLOCKS], lambda c: (c[1], c[2])):
        x, y, w, h = BLOCKS[group[0][1]]
        fg, _, _, dim = group[0][2]
        wide = (columns if w == 1 else w) * CELL_W
        out.append(rect((column + x) * CELL_W, y * CELL_H, wide + .3, h * CELL_H + (.3 if y + h == 1 else 0), fg, dim))
    text = [c for c in row if c[1] not in BLOCKS]
    for column, columns, group in runs(text, lambda c: c[2]):
        words = "".join(c[1] for c in group)
        if not words.strip():
            continue
        lead = len(words) - len(words.lstrip())
        column, columns, words = column + lead, columns - lead, words.strip()
        columns = sum(map(width, words))
        fg, _, bold, dim = group[0][2]
        attributes = f'x="{number(column * CELL_W)}" y="13.5" fill="{fg}" textLength="{number(columns * CELL_W)}"'
        attributes += ' font-weight="bold"' if bold else ""
        attributes += ' opacity=".55"' if dim else ""
        # Not every renderer keeps several spaces.
        words = html.escape(words, quote=False).replace("  ", "\u00a0\u00a0")
        out.append(f"<text {attributes}>{words}</text>")
    return "".join(out)


def read(path):
    pen = Pen()
    return [draw(cells(line, pen)) for line in path.read_text(encoding="utf-8", errors="replace").split("\n")]


def trim(screens):
    """Without the empty lines below what any screen shows."""
    last = max((i for screen in screens for i, line in enumerate(screen) if line), default=0)
    return [screen[:last + 1] for screen in screens], last + 1


def columns_of(paths):
    pen, widest = Pen(), 40
    for path in paths:
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            row = cells(line, pen)
            widest = max([widest] + [c[0] + width(c[1]) for c in row if c[1] != " "])
    return widest


def timing(times, hold):
    """The stylesheet that shows one screen at a time, and the last one where nothing plays."""
    total = times[-1] + hold
    rules = [".f{visibility:hidden}.f:last-of-type{visibility:visible}",
             "@media (prefers-reduced-motion:no-preference){"]
    for i, at in enumerate(times):
        begin, end = 100 * at / total, 100 * (times[i + 1] if i + 1 < len(times) else total) / total
        first = "" if begin == 0 else f"0%{{visibility:hidden}}{begin:.3f}%{{visibility:hidden}}"
        rules.append(f"@keyframes k{i}{{{first}{begin + .001:.3f}%,{end - .001:.3f}%{{visibility:visible}}"
                     f"{end:.3f}%,100%{{visibility:hidden}}}}#f{i}{{animation:k{i} {total / 1000:.2f}s step-end infinite}}")
    rules[-1] = rules[-1].replace(f"{100:.3f}%,100%{{visibility:hidden}}", "100%{visibility:visible}")
    return "".join(rules) + "}"


def compose(screens, columns, times, title, hold):
    screens, rows = trim(screens)
    keep = [i for i in range(len(screens)) if i == 0 or screens[i] != screens[i - 1]]
    screens, times = [screens[i] for i in keep], [times[i] - times[0] for i in keep]
    lines = {}
    body = []
    for i, screen in enumerate(screens):
        uses = "".join(f'<use href="#l{lines.setdefault(line, len(lines))}" y="{y * CELL_H}"/>'
                       for y, line in enumerate(screen) if line)
        body.append(f'<g id="f{i}" class="f">{uses}</g>')
    w, h = columns * CELL_W + 2 * PAD, rows * CELL_H + PAD + BAR
    dots = "".join(f'<circle cx="{20 + 18 * i}" cy="17" r="5" fill="{c}"/>' for i, c in enumerate(["#4a4f5b"] * 3))
    style = timing(times, hold) if len(screens) > 1 else ""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(w)} {number(h)}" width="{number(w)}" '
            f'height="{number(h)}" role="img" aria-label="{html.escape(title)}"><style>text{{white-space:pre;font:{SIZE}px {FONT}}}'
            f'{style}</style><defs>' + "".join(f'<g id="l{n}">{line}</g>' for line, n in lines.items()) + "</defs>"
            f'<rect width="100%" height="100%" rx="9" fill="{BACK}"/>{dots}'
            f'<text x="{number(w / 2)}" y="21" fill="{THEME[8]}" text-anchor="middle" style="font-size:12px">{html.escape(title)}</text>'
            f'<g transform="translate({PAD} {BAR})">' + "".join(body) + "</g></svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("source", type=Path)
    parser.add_argument("--recording", action="store_true")
    parser.add_argument("--title", default="pz")
    parser.add_argument("--hold", type=int, default=5000, help="how long the last screen stays, in ms")
    args = parser.parse_args()
    paths = sorted(args.source.iterdir(), key=lambda p: int(p.stem)) if args.recording else [args.source]
    times = [int(p.stem) for p in paths] if args.recording else [0]
    args.out.write_text(compose([read(p) for p in paths], columns_of(paths), times, args.title, args.hold), encoding="utf-8")


main()
