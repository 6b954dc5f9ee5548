"""The errors that reach people. Each is one plain sentence that ends with the way out.

No error quotes speech: messages name files, devices, keys and lines, never what was said.
"""

from __future__ import annotations


class CompanionError(Exception):
    """A problem a person can mend. The message says what happened and what to do next."""

    exit_code = 2


class SettingsError(CompanionError):
    """The settings file has an unknown key or a value out of range."""


class DocumentError(CompanionError):
    """A YAML file cannot be read as a document; names the file and the line."""


class RapError(CompanionError):
    """A rap is not valid; lists every problem with its line, reason and remedy."""


class AudioDeviceError(CompanionError):
    """The microphone cannot be found, opened or used."""


class SoundFileError(CompanionError):
    """A sound file cannot be read."""


class RecognizerError(CompanionError):
    """A recognizer cannot start, or cannot do what was asked of it."""


class ModelError(CompanionError):
    """A speech model is missing, partial or damaged."""


class ConsentError(CompanionError):
    """The microphone was asked for without a record of consent."""


class InputError(CompanionError):
    """A call, a transcript or an argument cannot be used as given."""


class StoreError(CompanionError):
    """The store of calls cannot be opened, read or written."""


class LockedError(StoreError):
    """The store is locked: a passphrase is needed, or the one given was wrong."""


class TeamError(CompanionError):
    """The team's server cannot be reached, or refuses what was asked."""
