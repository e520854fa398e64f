"""Reads include/pixazo/pixazo.h as text: its functions, function-pointer types and enumerators, each with its comment."""
import re
from dataclasses import dataclass
from pathlib import Path

HEADER = Path(__file__).resolve().parents[2] / "include" / "pixazo" / "pixazo.h"


@dataclass
class Declaration:
    name: str
    text: str     # one line, single spaces
    comment: str  # the block comment that covers it, "" if there is none
    line: int


def strip_comments(text):
    """Comments become spaces; lines stay lines."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def functions(text):
    """Every PZ_API declaration. A comment covers the declarations below it up to the next blank line."""
    out = []
    for m in re.finditer(r"^PZ_API\b([^;{]*);", text, flags=re.M):
        declaration = " ".join(strip_comments(m.group(1)).split())
        name = re.search(r"\b(pz_\w+) ?\(", declaration)
        out.append(Declaration(name.group(1) if name else "", declaration, covering_comment(text, m.start()),
                               text.count("\n", 0, m.start()) + 1))
    return out


def covering_comment(text, position):
    paragraph = text.rfind("\n\n", 0, position)
    before = text[paragraph + 1:position] if paragraph >= 0 else text[:position]
    # A blank line inside a comment does not end the comment.
    opened = before.rfind("/**")
    if opened < 0:
        start, end = text.rfind("/**", 0, position), text.rfind("*/", 0, position)
        if start < 0 or end < start or re.search(r"\n[ \t]*\n", text[end:position]):
            return ""
        before = text[start:position]
        opened = 0
    closed = before.find("*/", opened)
    return before[opened:closed] if closed >= 0 else ""


def enumerators(text):
    """[(name, value)] in the order of the header. Only plain integers are allowed there."""
    out = []
    for body in re.findall(r"\benum\b[^{;]*\{(.*?)\}", strip_comments(text), flags=re.S):
        for entry in filter(None, (" ".join(e.split()) for e in body.split(","))):
            m = re.fullmatch(r"(PZ_\w+) = (-?\d+)", entry)
            if not m:
                raise SystemExit(f"pixazo.h: an enumerator is not written 'NAME = integer': {entry}")
            out.append((m.group(1), int(m.group(2))))
    return out
