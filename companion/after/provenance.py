"""What made the figures of a call: program, rap and recognizer, so that they can be explained.

The names of a user's own files could name somebody, so they are not taken over: a rap or a model
that is not one of the known ones is called 'own'; the rap's hash tells which it was.
"""

from __future__ import annotations

import hashlib
import re

from companion import __version__, locations
from companion.domain.record import Provenance
from companion.understanding.rap import Rap

OWN = "own"
_KNOWN_ENGINE = re.compile(
    r"none|text|pocketsphinx"
    r"|whisper (?:distil-)?(?:tiny|base|small|medium|large|turbo)(?:[.-](?:en|v[1-3]|turbo))*"
)


def provenance_of(rap: Rap, engine: str) -> Provenance:
    """What made the figures of a call.

    Args:
        rap: the rap that the call followed.
        engine: the recognizer's name for people, or 'none'.
    """
    return Provenance(
        companion=__version__,
        rap=_shipped_name(rap) or OWN,
        rap_version=rap.version,
        rap_sha256=rap.sha256,
        engine=_engine(engine),
    )


def _shipped_name(rap: Rap) -> str | None:
    """Name of the shipped rap that has the same bytes."""
    for path in sorted(locations.shipped("configs", "raps").glob("*.yaml")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == rap.sha256:
            return path.stem
    return None


def _engine(name: str) -> str:
    plain = name.split("(")[0].strip().lower()
    if _KNOWN_ENGINE.fullmatch(plain):
        return plain
    return f"{OWN} whisper model" if plain.startswith("whisper") else OWN
