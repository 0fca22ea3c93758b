"""Coverage-guided: whatever the bytes, a reader ends in what it promises.

python -m tests.fuzz TARGET FOLDER [libFuzzer options]

TARGET is one of tests/fuzz/targets.py. FOLDER is where the corpus is made, what breaks is kept, and
targets write.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["camcheck", "regipy"]):
    from tests.fuzz import targets

if __name__ == "__main__":
    name, folder, *options = sys.argv[1:]
    target = targets.begin(name, Path(folder))
    words = [sys.argv[0], f"{folder}/corpus", f"-artifact_prefix={folder}/", *options]
    atheris.Setup(words, target)
    atheris.Fuzz()
