"""The Rust low level: pixazo-sys/src/bindings.rs (every function, handle, callback and constant) and pixazo/src/enums.rs (the
enumerations as Rust enums)."""
import re

import model as abi

SCALARS = {"char": "c_char", "void": "c_void", "double": "f64", "size_t": "usize", "intptr_t": "isize", "int32_t": "i32",
           "uint32_t": "u32", "int64_t": "i64", "uint64_t": "u64"}
KEYWORDS = {"type", "match", "ref", "in", "fn", "use", "where", "move", "loop", "impl", "mod", "self", "box", "final"}
SIZES = {"PZ_NUL": "usize", "PZ_INFINITE": "u32", "PZ_API_VERSION": "u32"}
SAFE_ENUMS = {  # of pixazo.h: (name in Rust, prefix of its values, what it is)
    "pz_status": ("ErrorClass", "PZ_E_", "What kind of error it is: `PZ_E_*` of pixazo.h."),
    "pz_state": ("State", "PZ_STATE_", "Where a job stands."),
    "pz_event_type": ("EventType", "PZ_EVENT_", "What an event tells."),
    "pz_charged": ("Charged", "PZ_CHARGED_", "Whether the gateway took money. Only what is documented or proven is `Yes` or `No`."),
    "pz_webhook_mode": ("WebhookMode", "PZ_WEBHOOK_", "When the gateway calls a webhook."),
    "pz_log_level": ("LogLevel", "PZ_LOG_", "How much is logged."),
    "pz_has_feature": ("Feature", "PZ_FEATURE_", "What a build of the library may or may not have."),
    "pz_param_type": ("ParamType", "PZ_PARAM_", "What a form would show for a parameter."),
    "pz_stat": ("Stat", "PZ_STAT_", "Counters since the client was made, and gauges of now."),
}
WORDS = {"NOMEM": "OutOfMemory", "INVALID_ARG": "InvalidArgument"}


def rust_type(type_):
    base = SCALARS.get(type_.base, type_.base)
    if not type_.pointers:
        return base
    # C says `const` of what is pointed at first; pointers to pointers are out parameters.
    return "*mut " * (type_.pointers - 1) + ("*const " if type_.const else "*mut ") + base


def identifier(name):
    return f"r#{name}" if name in KEYWORDS else name


def signature(function):
    parameters = ", ".join(f"{identifier(p.name)}: {rust_type(p.type)}" for p in function.parameters)
    returns_nothing = function.result.base == "void" and not function.result.pointers
    return f"({parameters})" + ("" if returns_nothing else f" -> {rust_type(function.result)}")


def bindings(model):
    out = ["// Made from pixazo.h by bindings/abi/generate.py; a change here is lost.", ""]
    for macro in model.macros:
        kind = SIZES.get(macro.name, "u32")
        value = f"{kind}::MAX" if macro.name in ("PZ_NUL", "PZ_INFINITE") else (
            f"{macro.value:#08x}" if macro.name == "PZ_API_VERSION" else macro.value)
        out.append(f"pub const {macro.name}: {kind} = {value};")
    for enum in model.enums:
        kind = SCALARS[enum.underlying]
        if enum.name not in {f.name for f in model.functions}:
            out += ["", f"pub type {enum.name} = {kind};"]
            kind = enum.name
        else:
            out += ["", f"// {enum.name}"]
        out += [f"pub const {c.name}: {kind} = {c.value};" for c in enum.values]
    out += ["", "handles! {", *(f"    {handle}," for handle in model.handles), "}", ""]
    for callback in model.callbacks:
        out.append(f"pub type {callback.name} = Option<unsafe extern \"C\" fn{signature(callback)}>;")
    out += ["", "functions! {", *(f"    fn {f.name}{signature(f)};" for f in model.functions), "}", ""]
    return "\n".join(out)


def variant(name, prefix):
    rest = name.removeprefix(prefix)
    return WORDS.get(rest) or "".join(word.capitalize() for word in rest.split("_"))


def comments():
    """What pixazo.h says beside its enumerators."""
    header = (abi.INCLUDE / "pixazo" / "pixazo.h").read_text(encoding="utf-8")
    found = re.findall(r"\b(PZ_\w+) = -?\d+,?[ \n]*/\* ((?:(?!\*/).)*?) \*/", header, flags=re.S)
    return {name: re.sub(r"\s+", " ", text) for name, text in found}


def enums(model):
    said = comments()
    out = ["// Made from pixazo.h by bindings/abi/generate.py; a change here is lost.", ""]
    for enum in model.enums:
        if enum.name not in SAFE_ENUMS:
            continue
        name, prefix, about = SAFE_ENUMS[enum.name]
        out += ["raw_enum! {", f"    /// {about}", f"    {name}: {SCALARS[enum.underlying]} {{"]
        for constant in enum.values:
            if constant.name.startswith(prefix):
                text = said.get(constant.name, f"`{constant.name}`")
                text = text if text.startswith("pz_") else text[0].upper() + text[1:]
                out += [f"        /// {text}{'' if text.endswith('.') else '.'}",
                        f"        {variant(constant.name, prefix)} = {constant.name},"]
        out += ["    }", "}", ""]
    return "\n".join(out)


def emit(model):
    return {"rust/pixazo-sys/src/bindings.rs": bindings(model), "rust/pixazo/src/enums.rs": enums(model)}
