#!/usr/bin/env python3
"""I8, the part that can be read: no type in a signature of pixazo.h but pointers, fixed-width integers, size_t, intptr_t,
double and the typedefs of int32_t; no variadics, no structs by value. I5: no function gives away memory that is not a handle."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "abi"))
from public_header import HEADER, functions, strip_comments  # noqa: E402

text = HEADER.read_text()
integers = set(re.findall(r"typedef int32_t (pz_\w+);", text))
handles = set(re.findall(r"typedef struct (pz_\w+) \1;", text))
callbacks = set(re.findall(r"typedef \w+\(PZ_CALL \*(pz_\w+)\)", text))
plain = {"int32_t", "uint32_t", "int64_t", "uint64_t", "size_t", "intptr_t", "double"} | integers
found = []


def allowed(kind):
    kind = re.sub(r"\bconst\b", "", kind).strip()
    base, stars = re.fullmatch(r"(\w+)\s*(\**)", kind.replace(" *", "*")).groups()
    if not stars:
        return base in plain or base in callbacks
    return base in handles | plain | {"char", "void"}


for function in functions(text):
    declaration = function.text.replace("PZ_CALL ", "").replace(" PZ_NOEXCEPT", "")
    result, name, arguments = re.fullmatch(r"(.*?)(pz_\w+) ?\((.*)\)", declaration).groups()
    if "..." in arguments or "va_list" in arguments:
        found.append(f"{name}: variadic")
    kinds = [] if arguments == "void" else [re.fullmatch(r"(.*?)\w+", a.strip()).group(1) for a in arguments.split(",")]
    found += [f"{name}: '{kind.strip()}' is not allowed" for kind in kinds if not allowed(kind)]
    result = result.strip()
    if result != "void" and not allowed(result):
        found.append(f"{name}: returns '{result}'")
    if result.endswith("*") and "const" not in result and result.rstrip(" *") not in handles:
        found.append(f"{name}: gives away memory that is no handle")
for bad in re.findall(r"\b(bool|long|enum pz_\w+|va_list|pz_free)\b", strip_comments(text)):
    found.append(f"'{bad}' in the header")
print("\n".join(found) or f"{len(functions(text))} signatures")
sys.exit(bool(found))
