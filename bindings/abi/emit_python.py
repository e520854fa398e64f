"""bindings/python/src/pixazo/_abi.py: every function with its ctypes signature, every constant."""

HEADER = '''"""Written by bindings/abi/generate.py from pixazo.h; do not edit. The library's functions with their signatures, its constants."""
import ctypes as c

'''
SCALARS = {"double": "c.c_double", "size_t": "c.c_size_t", "intptr_t": "c.c_ssize_t", "int32_t": "c.c_int32",
           "uint32_t": "c.c_uint32", "int64_t": "c.c_int64", "uint64_t": "c.c_uint64"}


def ctype(t):
    """Handles are plain addresses, text is bytes."""
    if t.kind == "callback":
        return t.base
    if t.kind == "void":
        return "None" if t.pointers == 0 else "c.c_void_p"
    if t.kind == "handle":
        return "c.c_void_p" if t.pointers == 1 else "c.POINTER(c.c_void_p)"
    if t.base == "char":
        return "c.c_char_p"
    return f"c.POINTER({SCALARS[t.scalar]})" if t.pointers else SCALARS[t.scalar]


def emit(model):
    lines = []
    for macro in model.macros:
        lines.append(f"{macro.name} = {macro.value}")
    for enum in model.enums:
        lines += ["", f"# {enum.name}", *(f"{k.name} = {k.value}" for k in enum.values)]
    lines.append("")
    for callback in model.callbacks:
        words = [ctype(callback.result), *(ctype(p.type) for p in callback.parameters)]
        lines.append(f"{callback.name} = c.CFUNCTYPE({', '.join(words)})")
    lines += ["", "# name: (result, parameters)", "FUNCTIONS = {"]
    for function in model.functions:
        words = "".join(ctype(p.type) + ", " for p in function.parameters)
        line = f'    "{function.name}": ({ctype(function.result)}, ({words.rstrip() if words.count(",") == 1 else words[:-2]})),'
        if len(line) > 130:
            cut = line.rindex(", ", 0, 120) + 1
            line = line[:cut] + "\n        " + line[cut + 1:]
        lines.append(line)
    lines += ["}", "", "",
              "def declare(library: c.CDLL) -> None:",
              '    """Gives each function its signature; AttributeError names one that this library does not have."""',
              "    for name, (result, parameters) in FUNCTIONS.items():",
              "        function = getattr(library, name)",
              "        function.restype, function.argtypes = result, parameters", ""]
    return {"python/src/pixazo/_abi.py": HEADER + "\n".join(lines)}
