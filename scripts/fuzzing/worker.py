"""Fuzzes one target in a process of its own, with Atheris (libFuzzer): `-m scripts.fuzzing.worker`.

The process does not come back: libFuzzer ends it, with 0 after its time, else at the first find.
"""

from __future__ import annotations

import sys
from importlib import import_module

import atheris


def main() -> None:
    """Arguments: the target's name, then libFuzzer's own."""
    name, *options = sys.argv[1:]
    # What is instrumented tells the fuzzer which inputs lead to new code.
    with atheris.instrument_imports(include=["companion", "yaml", "icalendar"]):
        catalog = import_module("scripts.fuzzing.catalog")
    target = catalog.TARGETS[name]
    target.run(target.seeds()[0])  # what loads on first use is loaded before time counts
    atheris.Setup([sys.argv[0], *options], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
