#!/usr/bin/env python3
"""Writes a C program that calls every function of pixazo.h with NULL, with a handle of every other kind and with a pointer
that is not aligned, in each place where a handle belongs. wrong_handles.py OUTPUT.c"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "abi"))
from public_header import HEADER, functions  # noqa: E402

HANDLES = ["catalogue", "endpoint", "param", "options", "request", "client", "job", "event", "output", "error", "journal"]
# What a wrong handle yields where it is neither PZ_E_INVALID_ARG, nor 0, "" or NULL. pixazo.h says so for each.
OTHERWISE = {
    "pz_error_retry_after_ms": "-1",
    "pz_error_required_microusd": "-1",
    "pz_job_gateway_ms": "-1",
    "pz_job_remaining_ms": "-1",
    "pz_client_wakeup_handle": "-1",
    "pz_output_status": "PZ_E_INVALID_ARG",
    "pz_error_status": "PZ_OK",
}
# NULL means something else there: the built-in catalogue, no endpoint.
NULL_ALLOWED = {("pz_request_new", "catalogue"), ("pz_options_set_catalogue", "catalogue")}
VALUES = {"size_t": "1", "uint32_t": "1", "int32_t": "1", "int64_t": "1", "uint64_t": "1", "double": "1",
          "pz_dispatch_mode": "0", "pz_webhook_mode": "0", "pz_log_level": "0", "pz_stat": "1"}


def split(text):
    """('pz_status', 'pz_x', [(type, name)])"""
    m = re.fullmatch(r"(.*?)(pz_\w+) ?\((.*)\) PZ_NOEXCEPT", text.replace("PZ_CALL ", ""))
    arguments = []
    for part in m.group(3).split(","):
        a = re.fullmatch(r"\s*(.*?)(\w+)\s*", part)
        arguments.append((a.group(1).strip(), a.group(2)))
    return m.group(1).strip(), m.group(2), [] if m.group(3).strip() == "void" else arguments


def handle_of(kind):
    m = re.fullmatch(r"(?:const )?pz_(\w+) \*", kind)
    return m.group(1) if m and m.group(1) in HANDLES else None


def value(kind, name):
    if handle_of(kind):
        return f"right->{handle_of(kind)}"
    if kind == "const char *":
        return '"x"'
    if kind == "const void *":
        return '"x"'
    if kind.endswith("**"):
        return f"&out_{handle_of(kind[:-1].strip())}" if handle_of(kind[:-1].strip()) else "NULL"
    if kind.endswith("*") or "_fn" in kind or name in ("fn", "destroy", "on_start", "on_stop"):
        return "NULL"
    return VALUES[kind]


def expectation(result, name):
    if name in OTHERWISE:
        return f"CHECK_EQ({OTHERWISE[name]}, (intptr_t){{call}});"
    if result == "pz_status":
        return "CHECK_STATUS(PZ_E_INVALID_ARG, {call});"
    if result == "const char *":
        return 'CHECK_TEXT("", {call});'
    if result.endswith("*"):
        return "CHECK({call} == NULL);"
    if result == "void":
        return "{call};"
    return "CHECK({call} == 0);"


def calls(result, name, arguments):
    for i, (kind, argument) in enumerate(arguments):
        own = handle_of(kind)
        if not own:
            continue
        wrong = [f"wrong->{other}" for other in HANDLES if other != own] + ["wrong->unaligned"]
        if (name, argument) not in NULL_ALLOWED:
            wrong.append("NULL")
        for w in wrong:
            cast = "const " if kind.startswith("const") else ""
            given = [f"({cast}pz_{own} *){w}" if k == i else value(*a) for k, a in enumerate(arguments)]
            call = f"{name}({', '.join(given)})"
            yield "  " + expectation(result, name).replace("{call}", call)


def main():
    table = [split(f.text) for f in functions(HEADER.read_text())]
    out = ['/* Written by wrong_handles.py from pixazo.h. */', '#include "wrong_handles.h"', ""]
    names = []
    for result, name, arguments in table:
        lines = list(calls(result, name, arguments))
        if not lines:
            continue
        body = "\n".join(lines)
        outs = "".join(f"  pz_{h} *out_{h} = NULL;\n" for h in HANDLES if f"&out_{h}" in body)
        used = "".join(f"  CHECK(out_{h} == NULL);\n" for h in HANDLES if f"&out_{h}" in body and h != "error")
        used += "".join("  pz_error_free(out_error);\n" for _ in [0] if "&out_error" in body)
        body = "\n".join(line + ("\n  pz_error_free(out_error);\n  out_error = NULL;" if "&out_error" in line else "")
                         for line in lines)
        out.append(f"static void wrong_{name}(const struct handles *right, const struct handles *wrong) {{\n{outs}"
                   f"{body}\n{used}  (void)right;\n}}\n")
        names.append(name)
    out.append("void every_wrong_handle(const struct handles *right, const struct handles *wrong) {")
    out += [f"  wrong_{name}(right, wrong);" for name in names] + ["}", f"const int functions_with_handles = {len(names)};", ""]
    Path(sys.argv[1]).write_text("\n".join(out))


main()
