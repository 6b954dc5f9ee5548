"""Is companion itself whole: the Python it runs on, its files, the settings, the rap?"""

from __future__ import annotations

import hashlib
import platform
import sys

from companion import locations
from companion.checks.check import Check, Verdict
from companion.documents import read_document
from companion.errors import CompanionError
from companion.settings import Settings, load_settings


def python(name: str) -> Check:
    """New enough."""
    version = platform.python_version()
    if sys.version_info < (3, 10):  # noqa: UP036 - told in words instead of a syntax error
        return Check(name, Verdict.FAIL, version, "install Python 3.10 or newer from python.org")
    return Check(name, Verdict.OK, f"{version} on {platform.system()} {platform.machine()}")


def shipped_files(name: str) -> Check:
    """The models that came with companion are as they were made."""
    manifest = read_document(locations.shipped("models", "manifest.yaml")).data
    artefacts = manifest.get("artefacts") if isinstance(manifest, dict) else None
    entries = [e for e in artefacts if isinstance(e, dict)] if isinstance(artefacts, list) else []
    bad = [e["file"] for e in entries if not _is_whole(str(e["file"]), str(e["sha256"]))]
    if bad or not entries:
        return Check(
            name,
            Verdict.FAIL,
            f"damaged or missing: {', '.join(map(str, bad)) or 'all of them'}",
            "reinstall companion; in a checkout: 'git restore models'",
        )
    files = "file" if len(entries) == 1 else "files"
    return Check(name, Verdict.OK, f"{len(entries)} {files} as shipped, by checksum")


def _is_whole(file: str, sha256: str) -> bool:
    path = locations.shipped("models", file)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def settings(name: str) -> Check:
    """They can be read."""
    path = locations.settings_file()
    load_settings()
    if not path.exists():
        return Check(name, Verdict.OK, "the defaults; 'companion setup' asks for yours")
    return Check(name, Verdict.OK, f"read from {path}")


def rap(name: str) -> Check:
    """The chosen one can be read, and holds no errors."""
    from companion.understanding.rap import find_rap

    wanted = usable_settings().call.rap
    outline = find_rap(wanted).outline()
    return Check(name, Verdict.OK, f"{wanted}: {len(outline.steps)} steps, no errors")


def usable_settings() -> Settings:
    """The user's settings; the defaults where they are damaged, which is a finding of its own."""
    try:
        return load_settings()
    except CompanionError:
        return Settings()
