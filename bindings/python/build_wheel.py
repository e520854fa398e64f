"""Builds the wheel, without needing any other package: a PEP 517 backend.

PIXAZO_LIBRARY names the libpixazo.so.1 that goes inside. Its wheel is for this platform and no other: the tag says linux, not
manylinux, because libpixazo uses the system's libcurl and SQLite. Without it the wheel is for any platform and uses the system's
libpixazo.
"""
import base64
import hashlib
import os
import re
import stat
import sysconfig
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUMMARY = "Pictures from the Pixazo gateway"


def _version():
    for place in (HERE / "version.h", HERE.parents[1] / "include/pixazo/version.h"):
        if place.exists():
            return ".".join(re.findall(r"PZ_VERSION_\w+ (\d+)", place.read_text()))
    raise FileNotFoundError("version.h")


def _metadata():
    return (f"Metadata-Version: 2.1\nName: pixazo\nVersion: {_version()}\nSummary: {SUMMARY}\nRequires-Python: >=3.9\n"
            "License: MIT\nClassifier: Typing :: Typed\nDescription-Content-Type: text/markdown\n\n"
            + (HERE / "README.md").read_text(encoding="utf-8"))


def _library():
    path = os.environ.get("PIXAZO_LIBRARY")
    return Path(path).resolve() if path else None


def _tag():
    return "py3-none-" + re.sub(r"\W", "_", sysconfig.get_platform()) if _library() else "py3-none-any"


def _info_files():
    pure = "false" if _library() else "true"
    wheel = f"Wheel-Version: 1.0\nGenerator: pixazo\nRoot-Is-Purelib: {pure}\nTag: {_tag()}\n"
    return {"METADATA": _metadata(), "WHEEL": wheel, "top_level.txt": "pixazo\n"}


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    name = f"pixazo-{_version()}.dist-info"
    (Path(metadata_directory) / name).mkdir()
    for file, text in _info_files().items():
        (Path(metadata_directory) / name / file).write_text(text, encoding="utf-8")
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = f"pixazo-{_version()}.dist-info"
    files = {f"pixazo/{p.relative_to(HERE / 'src/pixazo').as_posix()}": p.read_bytes()
             for p in sorted((HERE / "src/pixazo").rglob("*")) if p.suffix in (".py", ".typed")}
    if _library():
        files["pixazo/_lib/libpixazo.so.1"] = _library().read_bytes()
    files.update({f"{info}/{file}": text.encode() for file, text in _info_files().items()})
    record = ""
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    wheel = f"pixazo-{_version()}-{_tag()}.whl"
    with zipfile.ZipFile(Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)  # of 1980: the same files make the same wheel
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | (0o755 if name.endswith(".so.1") else 0o644)) << 16
            archive.writestr(entry, data)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    base = f"pixazo-{_version()}"
    with tarfile.open(Path(sdist_directory) / f"{base}.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for path in [HERE / "pyproject.toml", HERE / "build_wheel.py", HERE / "README.md", *sorted((HERE / "src").rglob("*.*"))]:
            if "__pycache__" not in path.parts:
                archive.add(path, f"{base}/{path.relative_to(HERE)}")
        archive.add(HERE.parents[1] / "include/pixazo/version.h", f"{base}/version.h")
        info = Path(sdist_directory) / "PKG-INFO"
        info.write_text(_metadata(), encoding="utf-8")
        archive.add(info, f"{base}/PKG-INFO")
        info.unlink()
    return f"{base}.tar.gz"
