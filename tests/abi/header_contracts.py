#!/usr/bin/env python3
"""Every function of pixazo.h has a contract. A comment covers the declarations below it down to the next empty line, as the
header says itself; it must state who owns what, what can go wrong, on which threads it may be called and since when."""
import re
import sys

import public_header

WORDS = {"Ownership": r"\bOwnership\b", "Errors": r"\bErrors\b", "Threads": r"\bThreads\s+(\*\s+)?(any|one at a time)\b",
         "Since": r"\bSince 1\.\d+\b"}


def problems(text):
    for function in public_header.functions(text):
        for word, pattern in WORDS.items():
            if not re.search(pattern, function.comment):
                yield f"line {function.line}: {function.name} does not state '{word}'"
        if re.search(r"\bstruct\b|\bbool\b|\blong\b|\.\.\.", function.text):
            yield f"line {function.line}: {function.name} has a type that invariant I8 forbids"


def main():
    text = public_header.HEADER.read_text()
    found = list(problems(text))
    broken = "/** Since 1.0. */\n\nPZ_API int32_t PZ_CALL pz_new_thing(void) PZ_NOEXCEPT;\n"
    if len(list(problems(broken))) != len(WORDS):
        found.append("a function without a contract was not noticed")
    typedefs = re.findall(r"(\*/\s*)?\ntypedef void\(PZ_CALL \*(\w+)\)", text)
    found += [f"{name} has no paragraph of its own" for comment, name in typedefs if not comment]
    print(f"{len(public_header.functions(text))} functions, {len(typedefs)} function types")
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
