#!/usr/bin/env python3
"""The model against what else is known about the header: symbols.txt and tests/abi/enumerators.txt, which are not made from it."""
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import model as abi  # noqa: E402


def differences(what, have, want):
    return [f"{what}: {name} is missing" for name in sorted(want - have)] + \
           [f"{what}: {name} is too much" for name in sorted(have - want)]


def main():
    if not abi.find_clang():
        print("there is no clang to read pixazo.h with")
        return 77
    model = abi.load()
    problems = differences("functions", {f.name for f in model.functions},
                           set((abi.ROOT / "pkgconfig/symbols.txt").read_text().split()))
    lines = [line.split() for line in (abi.ROOT / "tests/abi/enumerators.txt").read_text().splitlines()]
    golden = {(line[0], int(line[1])) for line in lines if len(line) == 2}
    problems += differences("enumerators", {(c.name, c.value) for e in model.enums for c in e.values}, golden)
    by_name = {f.name: str(f) for f in model.functions}
    for name, signature in {
            "pz_version": "uint32_t pz_version()",
            "pz_client_wakeup_handle": "intptr_t pz_client_wakeup_handle(pz_client * client)",
            "pz_output_data": "const void * pz_output_data(const pz_output * output, size_t * out_len)",
            "pz_job_progress": "double pz_job_progress(const pz_job * job)",
            "pz_client_find_job": "pz_status pz_client_find_job(pz_client * client, uint64_t job_id, pz_job ** out_job)"}.items():
        if by_name.get(name) != signature:
            problems.append(f"{name} is read as '{by_name.get(name)}', it is '{signature}'")
    print("\n".join(problems) or f"{len(model.functions)} functions, {len(golden)} enumerators")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
