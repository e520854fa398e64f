#!/usr/bin/env python3
"""Checks what libpixazo.so shows to the dynamic linker.

  symbols.py exports LIBRARY SYMBOLS    it exports exactly the names of the list, as functions, in the version node PZ_1.0
  symbols.py header SYMBOLS             the header declares exactly the names of the list, and the list is sorted
  symbols.py binding LIBRARY [unloadable]  it is bound at load, never unmapped, and finds its own libraries by the system's rules
  symbols.py floor LIBRARY README      it needs no glibc newer than README's floor (or, off Debian 12, than this machine's)
"""
import platform
import re
import subprocess
import sys
from pathlib import Path

import public_header

NODE = "PZ_1.0"


def readelf(option, library):
    return subprocess.run(["readelf", "--wide", option, library], check=True, capture_output=True, text=True).stdout


def dynamic_symbols(library):
    """(type, binding, section, name) of every dynamic symbol."""
    rows = (line.split() for line in readelf("--dyn-syms", library).splitlines())
    return [(r[3], r[4], r[6], r[7]) for r in rows if len(r) >= 8 and r[0].rstrip(":").isdigit()]


def listed(path):
    return [line.strip() for line in Path(path).read_text().splitlines() if line.strip()]


def differences(wanted, found, what):
    return ([f"{what} lacks {name}" for name in sorted(set(wanted) - set(found))] +
            [f"{what} has {name}, which symbols.txt does not list" for name in sorted(set(found) - set(wanted))])


def exports(library, symbols):
    defined = [s for s in dynamic_symbols(library) if s[2] != "UND" and s[3] not in (NODE, f"{NODE}@@{NODE}")]
    problems = differences(listed(symbols), [name.split("@")[0] for *_, name in defined], "the library")
    for kind, binding, _, name in defined:
        if not name.endswith(f"@@{NODE}"):
            problems.append(f"{name} is not in the version node {NODE}")
        if kind != "FUNC" or binding != "GLOBAL":
            problems.append(f"{name} is {binding} {kind}, not GLOBAL FUNC")
        if name.startswith("_Z"):
            problems.append(f"{name} is a C++ symbol")
    print(f"{len(defined)} exported symbols")
    return problems


def header(symbols):
    names = listed(symbols)
    declared = [f.name for f in public_header.functions(public_header.HEADER.read_text())]
    problems = differences(names, declared, "the header")
    if names != sorted(set(names)):
        problems.append("symbols.txt is not sorted, or names something twice")
    if len(declared) != len(set(declared)):
        problems.append("the header declares something twice")
    print(f"{len(declared)} declared functions")
    return problems


def binding(library, unloadable=False):
    text = readelf("--dynamic", library)
    tags = re.findall(r"\((\w+)\)\s+(.*)", text)
    flags = " ".join(value for tag, value in tags if tag in ("FLAGS", "FLAGS_1"))
    values = {tag: value for tag, value in tags}
    print("\n".join(value for tag, value in tags if tag in ("NEEDED", "SONAME", "FLAGS", "FLAGS_1")))
    problems = [f"the flag {flag} is not set" for flag in ("BIND_NOW", "NOW") + (() if unloadable else ("NODELETE",))
                if flag not in flags.replace("Flags:", "").split()]
    problems += [f"there is a {tag} entry" for tag in ("TEXTREL", "RPATH", "RUNPATH") if tag in values]
    if "[libpixazo.so.1]" not in values.get("SONAME", ""):
        problems.append("the soname is not libpixazo.so.1")
    return problems


def version(text):
    return tuple(int(part) for part in text.split("."))


def floor(library, readme):
    stated = re.search(r"glibc ([0-9]+\.[0-9]+)", Path(readme).read_text())
    if not stated:
        return ["README.md names no glibc"]
    wanted = stated.group(1)
    used = {v for *_, name in dynamic_symbols(library) for v in re.findall(r"@GLIBC_([0-9.]+)", name)}
    highest = max(used, key=version)
    release = Path("/etc/os-release")
    if not (release.exists() and "VERSION_CODENAME=bookworm" in release.read_text()):
        wanted = platform.libc_ver()[1]
    print(f"needs glibc {highest}; the floor of this build is {wanted}")
    return [] if version(highest) <= version(wanted) else [f"glibc {highest} is needed, the floor is {wanted}"]


def main():
    commands = {"exports": exports, "header": header, "binding": binding, "floor": floor}
    problems = commands[sys.argv[1]](*sys.argv[2:])
    for problem in problems:
        print(problem)
    return 1 if problems else 0


sys.exit(main())
