#!/usr/bin/env python3
"""Builds every C++ example of README.md against the package as it is installed, and runs each with a sandbox: readme.py BUILD_DIR"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


def main():
    build = Path(sys.argv[1])
    work = build / "cpp_readme"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    run("cmake", "--install", build, "--prefix", work / "prefix", "--component", "runtime")
    run("cmake", "--install", build, "--prefix", work / "prefix", "--component", "devel")
    readme = (ROOT / "bindings/cpp/README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```cpp\n(.*?)^```", readme, flags=re.S | re.M)
    package = re.search(r"^```cmake\n(.*?)^```", readme, flags=re.S | re.M)[1]
    lines = ["cmake_minimum_required(VERSION 3.16)", "project(readme CXX)"]
    for number, text in enumerate(examples):
        (work / f"example{number}.cpp").write_text(text, encoding="utf-8")
        standard = 20 if "coroutine" in text else 17
        lines += [f"add_executable(example{number} example{number}.cpp)",
                  f"set_target_properties(example{number} PROPERTIES CXX_STANDARD {standard})",
                  package.replace("app ", f"example{number} ")]
    (work / "CMakeLists.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run("cmake", "-G", "Ninja", "-S", work, "-B", work / "build", f"-DCMAKE_PREFIX_PATH={work / 'prefix'}", "-DCMAKE_BUILD_TYPE=Debug")
    run("cmake", "--build", work / "build", "-j2")
    for number in range(len(examples)):
        print(run(ROOT / "examples/with_sandbox.sh", os.environ["PIXAZO_SANDBOX_PROGRAM"], "--quiet", "--speed", "100", "--",
                  work / f"build/example{number}", cwd=work), end="")
    # Without CMake, as README says it.
    command = re.search(r"`c\+\+ (.*?) app.cpp \$\(pkg-config (.*?)\)`", readme)
    libs = next((work / "prefix").rglob("libpixazo.so"))
    flags = run("pkg-config", *command[2].split(), env=dict(os.environ, PKG_CONFIG_PATH=str(libs.parent / "pkgconfig"))).split()
    run("c++", *command[1].split(), work / "example0.cpp", *flags, "-o", work / "by_pkg_config")
    (work / "lighthouse.png").unlink()
    run(ROOT / "examples/with_sandbox.sh", os.environ["PIXAZO_SANDBOX_PROGRAM"], "--quiet", "--speed", "100", "--",
        work / "by_pkg_config", cwd=work, env=dict(os.environ, LD_LIBRARY_PATH=str(libs.parent)))
    assert (work / "lighthouse.png").stat().st_size > 100
    print(f"{len(examples)} examples")
    return 0 if len(examples) >= 4 else 1


sys.exit(main())
