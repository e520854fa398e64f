#!/usr/bin/env python3
"""Writes the low level of the bindings from include/pixazo/pixazo.h, so that a new function of the header is one command.

  generate.py [LANGUAGE...]            writes, all languages unless some are named
  generate.py --check [LANGUAGE...]    writes nothing; fails if what is there differs in a function, a signature or a constant

A language is a file emit_<language>.py beside this one. It has one or both of

  emit(model)     {path, relative to bindings/: text}; the model is that of model.py. The text says nothing about its maker's
                  paths or the time: the same header makes the same text
  check(model)    [problem]: one line for each thing that a hand-written low level lacks

Exit codes: 0 in order, 1 it differs, 2 wrong words, 77 no clang to read the header with.
"""
import difflib
import importlib
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import model as abi  # noqa: E402

BINDINGS = HERE.parent


def compare(path, wanted):
    """What is wrong with the file at `path`, as lines."""
    if not path.exists():
        return [f"bindings/{path.relative_to(BINDINGS)}: is not there"]
    have = path.read_text(encoding="utf-8")
    if have == wanted:
        return []
    name = f"bindings/{path.relative_to(BINDINGS)}"
    changes = difflib.unified_diff(have.splitlines(), wanted.splitlines(), name, "as pixazo.h wants it", n=0, lineterm="")
    return list(changes)[:60]


def main(words):
    check = "--check" in words
    known = sorted(p.stem.removeprefix("emit_") for p in HERE.glob("emit_*.py"))
    languages = [w for w in words if w != "--check"] or known
    unknown = [w for w in languages if w not in known]
    if unknown:
        print(f"generate.py: no language {', '.join(unknown)}; there are {', '.join(known) or 'none'}", file=sys.stderr)
        return 2
    if not abi.find_clang():
        print("there is no clang to read pixazo.h with")
        return 77
    model = abi.load()
    problems = []
    for language in languages:
        emitter = importlib.import_module(f"emit_{language}")
        for relative, text in (emitter.emit(model) if hasattr(emitter, "emit") else {}).items():
            path = BINDINGS / relative
            if check:
                problems += compare(path, text)
            elif compare(path, text):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                print(f"written: bindings/{relative}")
        if hasattr(emitter, "check"):
            problems += [f"{language}: {problem}" for problem in emitter.check(model)]
    for problem in problems:
        print(problem)
    if problems and check:
        print("The bindings are not what pixazo.h says. Run bindings/abi/generate.py, and look at what it changed.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
