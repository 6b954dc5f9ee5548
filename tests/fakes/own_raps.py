"""Raps of a user's own, in the user's folder of the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from companion import locations
from companion.understanding import rap_library
from companion.understanding.rap import Rap, load_rap

SHIPPED = locations.shipped("configs", "raps", "one-on-one.en.yaml")
TEXT = SHIPPED.read_text(encoding="utf-8")


def changed(changes: Mapping[str, str], text: str = TEXT) -> str:
    """The text of a rap with pieces of it replaced, each once."""
    for old, new in changes.items():
        assert old in text, f"{old!r} does not stand in the rap"
        text = text.replace(old, new, 1)
    return text


def with_examples(examples: Mapping[str, Sequence[str]], text: str = TEXT) -> str:
    """The text of a rap with more examples for some steps."""
    for step, those in examples.items():
        at = text.index(f"  - step: {step}\n")
        at = text.index("    examples:\n", at) + len("    examples:\n")
        text = text[:at] + "".join(f'      - "{example}"\n' for example in those) + text[at:]
    return text


def own_rap(name: str = "our-rap", text: str = TEXT) -> Path:
    """A rap in the user's folder."""
    path = rap_library.raps_folder() / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(text: str, name: str = "our-rap") -> Rap:
    """The same, read."""
    return load_rap(own_rap(name, text))
