"""C++ includes pixazo.h itself: signatures and values cannot differ. What can be missing is a way to a function or a constant."""
import re

import model as abi

# What pixazo.hpp does not use, and why.
CALLBACKS = "calls a function for each event; in C++ std::functions, futures and coroutines are served by client::pump instead"
WITHOUT = {
    "pz_client_submit_cb": CALLBACKS,
    "pz_client_dispatch": CALLBACKS,
    "pz_options_set_event_callback": CALLBACKS,
    "pz_options_set_dispatch": "chooses a thread of the library's for callbacks; the pump thread is the binding's own",
    "PZ_DISPATCH_POLL": "the default, and the only mode here",
    "PZ_DISPATCH_THREAD": "as pz_options_set_dispatch",
    "PZ_NUL": "a std::string_view knows its length",
    "PZ_VERSION_MAJOR": "part of PZ_API_VERSION", "PZ_VERSION_MINOR": "part of PZ_API_VERSION",
    "PZ_VERSION_PATCH": "part of PZ_API_VERSION",
}


def check(model):
    header = (abi.ROOT / "bindings/cpp/include/pixazo.hpp").read_text(encoding="utf-8")
    used = set(re.findall(r"\b(?:pz|PZ)_\w+", re.sub(r"//[^\n]*", "", header)))
    wanted = {f.name for f in model.functions} | {c.name for e in model.enums for c in e.values} | \
        {c.name for c in model.macros}
    problems = [f"pixazo.hpp does not use {name}; give it a place there, or a reason in emit_cpp.py"
                for name in sorted(wanted - used - set(WITHOUT))]
    problems += [f"emit_cpp.py gives a reason for {name}, which pixazo.hpp uses or pixazo.h does not have"
                 for name in sorted(set(WITHOUT) & used | set(WITHOUT) - wanted)]
    return problems
