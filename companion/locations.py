"""Every path decision of the program, in one place.

`configs/` and `models/` are top-level folders of a checkout and package data of the wheel;
`shipped()` finds them in both. The user's own folders follow the platform's custom and can be
redirected as a whole with `COMPANION_HOME` (tests do so for every test).
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_APP = "companion"


def shipped(*parts: str) -> Path:
    """A file or folder that ships with the program, such as `shipped("configs", "raps")`.

    In an installed wheel the folders lie inside the package; in a checkout, beside it.
    """
    packaged = _PACKAGE / "_shipped"
    root = packaged if packaged.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)


def _user_folder(kind: str) -> Path:
    home = os.environ.get("COMPANION_HOME")
    if home:
        return Path(home) / kind
    if kind == "config":
        return platformdirs.user_config_path(_APP, appauthor=False)
    if kind == "cache":
        return platformdirs.user_cache_path(_APP, appauthor=False)
    return platformdirs.user_data_path(_APP, appauthor=False)


def user_config() -> Path:
    """The folder of the user's settings and own raps; may not exist yet."""
    return _user_folder("config")


def user_cache() -> Path:
    """The folder of what can be fetched again, such as speech models; may not exist yet."""
    return _user_folder("cache")


def user_data() -> Path:
    """The folder of what must not be lost; may not exist yet."""
    return _user_folder("data")


def settings_file() -> Path:
    """The user's settings; may not exist yet."""
    return user_config() / "settings.yaml"


def speech_models() -> Path:
    """The folder that `companion models download` fills; may not exist yet."""
    return user_cache() / "models"


def call_lock() -> Path:
    """An empty file that a call on the microphone holds a lock on; may not exist yet."""
    return user_data() / "call.lock"


def store_folder() -> Path:
    """The folder of the encrypted store and its key file; may not exist yet."""
    return user_data() / "store"


def learned_folder(rap_name: str) -> Path:
    """Where `companion train` keeps what it learned for one rap; may not exist yet.

    It lies among the user's own raps: `our-rap.learned` beside `our-rap.yaml`.

    Args:
        rap_name: the rap's file name without its ending.
    """
    return user_config() / "raps" / f"{rap_name}.learned"


def tuning_folder() -> Path:
    """Where `companion rap tune` keeps what it has tried, to go on from; may not exist yet."""
    return user_data() / "tuning"


def find_config(kind: str, name: str, given: Path | None = None) -> Path:
    """The config file to use: the command line's, then the user's own, then the shipped one.

    `find_config("raps", "one-on-one.en.yaml")`. The shipped path is returned even where it is
    missing, so that the reader's error names it.
    """
    if given is not None:
        return given
    own = user_config() / kind / name
    return own if own.is_file() else shipped("configs", kind, name)
