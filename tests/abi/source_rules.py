#!/usr/bin/env python3
"""Checks the sources against the rules of the house that a compiler does not know.

  source_rules.py             every file under src/ and include/
  source_rules.py self-test   each rule, on a file that breaks it
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# room: the rooms it may include. The same table stands in CONTRIBUTING.md, which is compared with it.
ARROWS = {
    "wire": [],
    "catalogue": ["wire"],
    "core": ["catalogue", "wire"],
    "transport": ["wire"],
    "journal": ["core", "wire"],
    "client": ["core", "transport", "journal", "catalogue", "wire"],
    "capi": ["client", "catalogue", "wire"],
    "sandbox": ["catalogue", "wire"],
    "cli": [],
}
PROGRAMS = {"sandbox", "cli"}  # not part of the library

# what is outside: the only places that may include it
OUTSIDE = {
    r"pixazo/pixazo\.h": ["src/capi/", "src/cli/"],
    r"curl/": ["src/transport/", "src/sandbox/"],
    r"rapidjson/": ["src/wire/"],
    r"sqlite3\.h": ["src/journal/"],
    r"boost/": ["src/sandbox/"],
    r"(png\.h|jpeglib\.h|webp/)": ["src/sandbox/", "src/cli/"],
}

FORBIDDEN_HEADERS = r"(iostream|ostream|istream|fstream|sstream|iomanip|locale|clocale|locale\.h|regex)"
FORBIDDEN_WORDS = {
    r"\b(std::)?(strtod|strtof|strtold|atof|setlocale|stod|stof)\b": "depends on the locale of the process",
    r"\b(dynamic_cast|typeid)\b": "is run-time type information",
    r"\bthrow\b": "throws; errors are values",
}
GUARDS = ("src/capi/guard.h", "src/wire/contained.h")  # the only try and catch of the library


def strip(text):
    """Comments and the insides of literals become spaces; lines stay lines."""
    token = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])*\''
    return re.sub(token, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def strip_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def room_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def include_problem(path, included):
    room, target = room_of(path), included.split("/")[0]
    if room not in ARROWS:
        return f"the room '{room}' is not in the table of arrows"
    if "/" in included and target in ARROWS and target != room and target not in ARROWS[room]:
        return f"'{room}' may not include '{target}'"
    for pattern, homes in OUTSIDE.items():
        if re.match(pattern, included) and not any(path.startswith(home) for home in homes):
            return f"<{included}> belongs to {' and '.join(homes)}"
    if room not in PROGRAMS and re.fullmatch(FORBIDDEN_HEADERS, included):
        return f"<{included}> is not used in the library"
    return None


def word_problems(path, code):
    if room_of(path) in PROGRAMS:
        return
    for number, line in enumerate(code.splitlines(), 1):
        for pattern, why in FORBIDDEN_WORDS.items():
            m = re.search(pattern, line)
            if m:
                yield number, f"'{m.group()}' {why}"
        if path not in GUARDS and re.search(r"\b(try\s*\{|catch\s*\()", line):
            yield number, f"try and catch live in {' and '.join(GUARDS)} alone"


def problems(path, text):
    """[(line, what is wrong)] of one file; path is relative to the root."""
    found = []
    for number, line in enumerate(strip_comments(text).splitlines(), 1):
        m = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if m and room_of(path):
            problem = include_problem(path, m.group(1))
            if problem:
                found.append((number, problem))
    if path.startswith("src/") and path.endswith(".h") and "#pragma once" not in text:
        found.append((1, "no #pragma once"))
    return found + list(word_problems(path, strip(text)))


def check_table():
    """The table of arrows in CONTRIBUTING.md, a line '| `room` | `a`, `b` | ... |' each, is this one."""
    page = ROOT / "CONTRIBUTING.md"
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", page.read_text(), flags=re.M)
    written = {room: sorted(re.findall(r"`(\w+)`", targets)) for room, targets in rows}
    return [f"CONTRIBUTING.md: the arrows of '{room}' are written as {written.get(room)}, they are {sorted(arrows)}"
            for room, arrows in ARROWS.items() if written.get(room) != sorted(arrows)]


def check_tree():
    files = sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in (".h", ".cpp"))
    found = [f"{p.relative_to(ROOT)}:{line}: {what}" for p in files
             for line, what in problems(str(p.relative_to(ROOT)), p.read_text())]
    lengths = sorted(((len(p.read_text().splitlines()), str(p.relative_to(ROOT))) for p in files), reverse=True)
    print(f"{len(files)} files; the longest is {lengths[0][1]} with {lengths[0][0]} lines")
    return found + check_table()


SAMPLES = [  # path, text, how many problems
    ("src/wire/a.cpp", '#include "core/engine.h"\n', 1),
    ("src/core/a.cpp", '#include "transport/transport.h"\n', 1),
    ("src/client/a.cpp", '#include "capi/handles.h"\n', 1),
    ("src/client/a.cpp", '#include "core/engine.h"\n#include "client/queue.h"\n', 0),
    ("src/cellar/a.cpp", '#include "wire/json.h"\n', 1),
    ("src/core/a.cpp", "#include <curl/curl.h>\n", 1),
    ("src/core/a.cpp", "#include <pixazo/pixazo.h>\n", 1),
    ("src/catalogue/a.cpp", "#include <rapidjson/reader.h>\n", 1),
    ("src/wire/a.cpp", "#include <sstream>\n", 1),
    ("src/sandbox/a.cpp", "#include <iostream>\n", 0),
    ("src/wire/a.cpp", "// throw away\nint a = f(\"throw\");\n", 0),
    ("src/wire/a.cpp", "void f() { throw 1; }\n", 1),
    ("src/wire/a.cpp", "double f(const char* s) { return std::strtod(s, nullptr); }\n", 1),
    ("src/client/a.cpp", "void f() { try { g(); } catch (...) {} }\n", 1),
    ("src/capi/guard.h", "#pragma once\nvoid f() { try { g(); } catch (...) {} }\n", 0),
    ("src/core/a.h", "int f();\n", 1),
]


def self_test():
    return [f"{path} with {text!r}: {problems(path, text)}, {count} expected" for path, text, count in SAMPLES
            if len(problems(path, text)) != count]


def main():
    found = self_test() if sys.argv[1:] == ["self-test"] else check_tree()
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
