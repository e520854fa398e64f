"""extract_samples.py DOCUMENT... >tests/data/samples.json

The samples in curl, Python and JavaScript that the provider's reference documents print, each as it stands there: of documents in Markdown
and of those that are bare text, where one sample follows another without a line between.
"""
import json
import pathlib
import re
import sys

GATEWAY = "https://gateway.pixazo.ai"


def balanced(text):
    """Whether every bracket and every quotation mark of a sample is closed."""
    bare = re.sub(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", "", text)
    return "'" not in bare and '"' not in bare and all(bare.count(a) == bare.count(b) for a, b in ("()", "[]", "{}"))


def ends(language, lines):
    text, last = "\n".join(lines), lines[-1].rstrip()
    if not balanced(text):
        return False
    if language == "curl":
        return not last.endswith("\\")
    if language == "python":
        return last.startswith("print(")
    named = re.search(r"async function (\w+)", text)
    return last == named.group(1) + "();" if named else last.startswith(".catch(")


def begins(line):
    if line.startswith("curl "):
        return "curl"
    if line == "import requests":
        return "python"
    if re.match(r"async function |const url = |fetch\(", line):
        return "javascript"
    return None


def samples(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        language = begins(lines[at])
        if not language:
            at += 1
            continue
        end = at + 1
        while not ends(language, lines[at:end]):
            end += 1
            assert end <= len(lines) and end - at < 100, f"{path.name}:{at + 1}: a sample without an end"
        yield {"document": path.name, "line": at + 1, "language": language, "text": "\n".join(lines[at:end]) + "\n"}
        at = end


if __name__ == "__main__":
    found = [sample for name in sys.argv[1:] for sample in samples(pathlib.Path(name)) if GATEWAY in sample["text"]]
    json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
    print()
