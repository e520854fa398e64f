#!/usr/bin/env python3
"""Writes the low level of the bindings from include/pixazo/pixazo.h, so that a new function of the header is one command.

  generate.py [LANGUAGE...]            writes, all languages unless some are named
  generate.py --check [LANGUAGE...]    writes nothing; fails if what is there differs in a function, a signature or a constant
  generate.py --self-test [LANGUAGE...]    a function, a signature and a constant that are not in the header are each noticed

A language is a file emit_<language>.py beside this one. It has one or both of

  emit(model)     {path, relative to bindings/: text}; the model is that of model.py. The text says nothing about its maker's
                  paths or the time: the same header makes the same text
  check(model)    [problem]: one line for each thing that a hand-written low level lacks

Exit codes: 0 in order, 1 it differs, 2 wrong words, 77 no clang to read the header with.
"""
import copy
import dataclasses
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


def differences(language, model):
    """What --check says about a language."""
    emitter = importlib.import_module(f"emit_{language}")
    texts = emitter.emit(model) if hasattr(emitter, "emit") else {}
    found = [line for relative, text in texts.items() for line in compare(BINDINGS / relative, text)]
    return found + [f"{language}: {problem}" for problem in (emitter.check(model) if hasattr(emitter, "check") else [])]


def self_test(languages, model):
    """Each change to the model that a changed header would make must be a difference."""
    more, other, renumbered = copy.deepcopy(model), copy.deepcopy(model), copy.deepcopy(model)
    more.functions.append(dataclasses.replace(model.function("pz_job_cancel"), name="pz_job_self_test"))
    at = model.functions.index(model.function("pz_job_wait"))
    wait = model.functions[at]
    time = dataclasses.replace(wait.parameters[1], type=model.function("pz_job_progress").result)
    other.functions[at] = dataclasses.replace(wait, parameters=(wait.parameters[0], time))
    status = model.enums[0]
    renumbered.enums[0] = dataclasses.replace(status, values=(*status.values, abi.Constant("PZ_E_SELF_TEST", -99)))
    problems = []
    for language in languages:
        includes = not hasattr(importlib.import_module(f"emit_{language}"), "emit")  # the header itself: cannot differ
        for what, changed in [("a function", more), ("a constant", renumbered), *([] if includes else [("a signature", other)])]:
            if len(differences(language, changed)) <= len(differences(language, model)):
                problems.append(f"{language}: {what} that differs is not noticed")
    return problems


def main(words):
    check, test = "--check" in words, "--self-test" in words
    known = sorted(p.stem.removeprefix("emit_") for p in HERE.glob("emit_*.py"))
    languages = [w for w in words if not w.startswith("--")] or known
    unknown = [w for w in languages if w not in known]
    if unknown:
        print(f"generate.py: no language {', '.join(unknown)}; there are {', '.join(known) or 'none'}", file=sys.stderr)
        return 2
    if not abi.find_clang():
        print("there is no clang to read pixazo.h with")
        return 77
    model = abi.load()
    problems = self_test(languages, model) if test else []
    for language in languages if not test else []:
        emitter = importlib.import_module(f"emit_{language}")
        for relative, text in (emitter.emit(model) if hasattr(emitter, "emit") and not check else {}).items():
            path = BINDINGS / relative
            if compare(path, text):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                print(f"written: bindings/{relative}")
        problems += differences(language, model)
    for problem in problems:
        print(problem)
    if problems and check:
        print("The bindings are not what pixazo.h says. Run bindings/abi/generate.py, and look at what it changed.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
