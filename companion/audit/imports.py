"""Imports every module of the program and every library that it names, and ends.

Run by the audit under watch, as `python -m companion.audit.imports`: what a library does only
because it is imported shows there.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import companion

_NOT_TO_BE_IMPORTED = re.compile(r"companion\.(__main__|store\.\w*migrations\.)")
"""The entry point runs a command; a migration is run by its tool."""


def main() -> int:
    """Prints how many were imported, and names those that could not be."""
    names = [
        found.name
        for found in pkgutil.walk_packages(companion.__path__, "companion.")
        if not _NOT_TO_BE_IMPORTED.match(found.name)
    ]
    names += sorted(_libraries())
    missing = [name for name in names if not _imported(name)]
    print(f"{len(names) - len(missing)} imported; not there: {', '.join(missing) or 'none'}")
    return 0


def _libraries() -> set[str]:
    """Top-level modules of the libraries that the program needs itself."""
    try:
        wanted = requires("companion") or []
    except PackageNotFoundError:
        return set()
    direct = {_plain(re.split(r"[^\w.-]", line)[0]) for line in wanted if "extra ==" not in line}
    return {
        module
        for module, owners in packages_distributions().items()
        if module.isidentifier() and direct & {_plain(owner) for owner in owners}
    }


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _imported(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001 - a part for another system; named in the output
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
