"""Which recognizer to start, in a form that can be sent to a child process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TypeAlias

from companion.asr.protocol import Recognizer

OptionValue: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class RecognizerSpec:
    """A factory's address and its options.

    `factory` is "module:callable"; the callable takes `options` as keyword arguments, loads the
    model and returns a `Recognizer`. The module is imported in the child process only.
    """

    engine: str
    """'whisper' or 'sphinx'; for people and for records."""
    label: str
    """For people: 'pocketsphinx (built in, US English)'."""
    factory: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)

    def build(self) -> Recognizer:
        """Import the factory and load the recognizer; heavy."""
        module, _, name = self.factory.partition(":")
        recognizer: Recognizer = getattr(import_module(module), name)(**self.options)
        return recognizer
