"""Reads include/pixazo/pixazo.h through clang's own eyes into a model that the emitters write each binding's low level from.

  model = load()
  model.functions   [Function]   name, result (Type), parameters [Parameter(name, Type)], in the header's order
  model.callbacks   [Callback]   function-pointer typedefs, the same members
  model.handles     [str]        opaque structures: "pz_client", ...
  model.enums       [Enum]       name ("pz_status"; the function's for values that one takes: "pz_has_feature"), underlying
                                 ("int32_t", "uint32_t"), values [Constant(name, value)]
  model.macros      [Constant]   PZ_API_VERSION, PZ_NUL, PZ_INFINITE, PZ_VERSION_*

A Type is a base name, whether that base is const, and a number of pointers: `const char *` is Type("char", True, 1),
`pz_job **` is Type("pz_job", False, 2). `kind` says what the base is: "void", "scalar", "enum", "handle" or "callback"; `scalar`
is what an enum is underneath, and the base itself for a scalar.

  model.py          prints the model, for people
"""
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
SCALARS = {"char", "double", "size_t", "intptr_t", "int32_t", "uint32_t", "int64_t", "uint64_t"}


class Unreadable(Exception):
    """The header has something in it that this model cannot say; the message names it."""


@dataclass(frozen=True)
class Type:
    base: str
    const: bool
    pointers: int
    kind: str
    scalar: str = ""

    def __str__(self):
        return ("const " if self.const else "") + self.base + (" " + "*" * self.pointers if self.pointers else "")


@dataclass(frozen=True)
class Parameter:
    name: str
    type: Type


@dataclass(frozen=True)
class Function:
    name: str
    result: Type
    parameters: tuple

    def __str__(self):
        return f"{self.result} {self.name}({', '.join(f'{p.type} {p.name}' for p in self.parameters)})"


class Callback(Function):
    pass


@dataclass(frozen=True)
class Constant:
    name: str
    value: int


@dataclass(frozen=True)
class Enum:
    name: str
    underlying: str
    values: tuple


@dataclass
class Model:
    functions: list = field(default_factory=list)
    callbacks: list = field(default_factory=list)
    handles: list = field(default_factory=list)
    enums: list = field(default_factory=list)
    macros: list = field(default_factory=list)

    def function(self, name):
        return next(f for f in self.functions if f.name == name)


def find_clang():
    """The clang to read with: PIXAZO_CLANG, or the one on the path; None without one."""
    for name in [os.environ.get("PIXAZO_CLANG"), "clang", *(f"clang-{n}" for n in range(22, 12, -1))]:
        if name and shutil.which(name):
            return name
    return None


def _clang(arguments, source):
    command = [find_clang() or "clang", "-x", "c", "-std=c99", "-I", str(INCLUDE), *arguments, "-"]
    run = subprocess.run(command, input=source, capture_output=True, text=True)
    if run.returncode:
        raise Unreadable(run.stderr)
    return run.stdout


def _nodes(source):
    return json.loads(_clang(["-fsyntax-only", "-Xclang", "-ast-dump=json"], source))["inner"]


def _value(constant):
    """An enumerator's value as clang computed it."""
    for child in constant.get("inner", []):
        if child["kind"] == "ConstantExpr":
            return int(child["value"])
    raise Unreadable(f"{constant.get('name')} has no written value")


class _Reader:
    def __init__(self):
        self.model = Model()
        self.enum_types = {}   # typedefs of integers: name -> underlying
        self.callback_names = set()

    def type(self, text, where):
        """Reads a type as clang spells it: 'const pz_job *', 'pz_error **', 'size_t'."""
        match = re.fullmatch(r"(const )?(?:struct )?(\w+) ?(\**)", text)
        if not match:
            raise Unreadable(f"{where}: type '{text}'")
        const, base, stars = bool(match[1]), match[2], len(match[3])
        if base in self.model.handles:
            return Type(base, const, stars, "handle")
        if base in self.enum_types:
            return Type(base, const, stars, "enum", self.enum_types[base])
        if base in self.callback_names:
            return Type(base, const, stars, "callback")
        if base == "void":
            return Type(base, const, stars, "void")
        if base in SCALARS:
            return Type(base, const, stars, "scalar", base)
        raise Unreadable(f"{where}: type '{text}'")

    def typedef(self, node):
        name, text = node["name"], node["type"]["qualType"]
        pointer = re.fullmatch(r"(.+?) ?\(\*\)\((.*)\)", text)
        if text == f"struct {name}":
            self.model.handles.append(name)
        elif pointer:
            self.callback_names.add(name)
            parameters = tuple(Parameter(f"argument{i}", self.type(p, name)) for i, p in enumerate(pointer[2].split(", ")))
            self.model.callbacks.append(Callback(name, self.type(pointer[1], name), parameters))
        elif text in SCALARS:
            self.enum_types[name] = text
        else:
            raise Unreadable(f"{name}: typedef of '{text}'")

    def function(self, node):
        name = node["name"]
        result = re.match(r"(.+?) ?\(", node["type"]["qualType"])[1]
        parameters = tuple(Parameter(p["name"], self.type(p["type"]["qualType"], name))
                           for p in node.get("inner", []) if p["kind"] == "ParmVarDecl")
        self.model.functions.append(Function(name, self.type(result, name), parameters))

    def enumeration(self, node, name):
        values = tuple(Constant(c["name"], _value(c)) for c in node["inner"] if c["kind"] == "EnumConstantDecl")
        self.model.enums.append(Enum(name, self.enum_types.get(name, "uint32_t"), values))


def _enum_names(header):
    """The comment above an enumeration begins with the name of the type, or of the function, that it is for."""
    return re.findall(r"/\* (pz_\w+)(?:(?!/\*).)*?\*/\s*enum \{", header, flags=re.S)


def _macros():
    listed = _clang(["-E", "-dM"], "#include <pixazo/pixazo.h>\n")
    names = [m for m in re.findall(r"^#define (PZ_\w+) \S", listed, flags=re.M)
             if m not in ("PZ_API", "PZ_CALL", "PZ_NOEXCEPT", "PZ_BUILD", "PZ_STATIC")]
    source = "#include <pixazo/pixazo.h>\n" + "".join(f"enum {{ value_of_{n} = {n} }};\n" for n in sorted(names))
    found = {}
    for node in _nodes(source):
        for constant in node.get("inner", []) if node["kind"] == "EnumDecl" else []:
            if constant["kind"] == "EnumConstantDecl" and constant["name"].startswith("value_of_"):
                found[constant["name"].removeprefix("value_of_")] = _value(constant)
    return [Constant(name, value) for name, value in sorted(found.items())]


def load():
    reader = _Reader()
    names = iter(_enum_names((INCLUDE / "pixazo" / "pixazo.h").read_text(encoding="utf-8")))
    for node in _nodes("#include <pixazo/pixazo.h>\n"):
        ours = node.get("name", "").startswith("pz_")
        if node["kind"] == "TypedefDecl" and ours:
            reader.typedef(node)
        elif node["kind"] == "FunctionDecl" and ours:
            reader.function(node)
        elif node["kind"] == "EnumDecl" and any(c.get("name", "").startswith("PZ_") for c in node.get("inner", [])):
            name = next(names, None)
            if not name:
                raise Unreadable("an enumeration without a comment that begins with the name of its type")
            reader.enumeration(node, name)
    if next(names, None):
        raise Unreadable("more commented enumerations than clang sees")
    reader.model.macros = _macros()
    return reader.model


if __name__ == "__main__":
    model = load()
    for handle in model.handles:
        print(f"handle   {handle}")
    for enum in model.enums:
        print(f"enum     {enum.name}: {enum.underlying}, " + ", ".join(f"{c.name}={c.value}" for c in enum.values))
    for macro in model.macros:
        print(f"macro    {macro.name} = {macro.value}")
    for callback in model.callbacks:
        print(f"callback {callback}")
    for function in model.functions:
        print(f"function {function}")
    print(f"{len(model.functions)} functions", file=sys.stderr)
