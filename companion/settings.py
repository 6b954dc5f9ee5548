"""The user's settings: one YAML file, every key with its unit, unknown keys refused.

The classes are the reference: titles and descriptions become the comments of the shipped
defaults file and of what `companion setup` writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from companion import locations
from companion.documents import read_document, validate_document
from companion.errors import SettingsError


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class AudioSettings(_Section):
    """The microphone."""

    device: str | None = Field(None, description="Name of the input; empty: the system's default.")
    headset: bool | None = Field(
        None, description="true: headset, false: speakers, empty: not said yet."
    )
    headset_measured: str | None = Field(
        None,
        pattern=r"^(headset|speakers) \d{4}-\d\d-\d\d$",
        examples=["headset 2026-11-22"],
        description="What 'companion headset' measured last, and when; empty: never.",
    )
    bleed_gate: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Leave out other voices, once yours is learned; auto: unless on a headset.",
    )
    ring_s: float = Field(10.0, ge=1, le=60, description="Sound kept while the computer is busy.")
    block_s: float = Field(0.03, ge=0.01, le=0.2, description="Size of a device block.")
    trouble_after_s: float = Field(
        2.5, ge=0.5, le=10, description="Silence or no data for so long is reported as a problem."
    )
    reconnect_every_s: float = Field(
        1.0, ge=0.2, le=10, description="How often a lost device is tried again."
    )


class EndpointSettings(_Section):
    """Voice activity and where speech begins and ends."""

    onset: float = Field(0.5, ge=0, le=1, description="Speech probability that starts speech.")
    offset: float = Field(0.35, ge=0, le=1, description="Below this probability speech may end.")
    min_onset_s: float = Field(0.1, ge=0, le=1, description="Speech needed to start a segment.")
    pre_roll_s: float = Field(0.3, ge=0, le=1, description="Sound kept from before the start.")
    silence_s: float = Field(0.5, ge=0.2, le=3, description="Silence that ends a segment.")
    silence_mid_phrase_s: float = Field(
        0.7, ge=0.2, le=3, description="The same when the words so far end in mid-phrase."
    )
    pause_hint_s: float = Field(
        0.2, ge=0.1, le=1, description="Silence after which decoding ahead begins."
    )
    soft_cut_s: float = Field(12.0, ge=3, le=30, description="From here on, cut at a dip.")
    hard_cut_s: float = Field(20.0, ge=5, le=30, description="Cut here whatever happens.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.offset > self.onset:
            raise ValueError("offset must not be above onset, or speech would flicker")
        if self.silence_mid_phrase_s < self.silence_s:
            raise ValueError("silence_mid_phrase_s must not be below silence_s")
        if self.soft_cut_s > self.hard_cut_s:
            raise ValueError("soft_cut_s must not be above hard_cut_s")
        return self


class RecognizerSettings(_Section):
    """Speech recognition."""

    engine: Literal["auto", "whisper", "sphinx"] = Field(
        "auto", description="auto: Whisper where a model is on this computer, else pocketsphinx."
    )
    model: str | None = Field(None, description="Name or folder of a Whisper model.")
    language: str | None = Field(
        None, pattern=r"^[a-z]{2,3}$", description="Language of the call; unset: the rap's."
    )
    beam: int = Field(2, ge=1, le=10, description="Whisper's beam size.")
    threads: int = Field(2, ge=1, le=16, description="Processor threads for Whisper.")
    full_context: bool = Field(
        False, description="Whisper: always decode with 30 s of context (slow, thorough)."
    )
    partials: bool = Field(True, description="Show words while they are being spoken.")
    partial_every_s: float = Field(0.5, ge=0.1, le=5, description="How often words are updated.")
    lag_stop_partials_s: float = Field(
        2.0, ge=0.5, le=60, description="With more speech than this waiting, partials stop."
    )
    lag_economy_s: float = Field(
        6.0, ge=1, le=120, description="With more speech than this waiting, beam 1 is used."
    )
    backlog_s: float = Field(
        600.0, ge=30, le=3600, description="Most speech kept waiting; beyond it a gap is marked."
    )

    @property
    def spoken(self) -> str:
        """Code of the language; English where neither the settings nor a rap say another."""
        return self.language or "en"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lag_economy_s < self.lag_stop_partials_s:
            raise ValueError("lag_economy_s must not be below lag_stop_partials_s")
        return self


class CallSettings(_Section):
    """The call itself."""

    rap: str = Field(
        "one-on-one.en", min_length=1, description="Name of the rap (the conversation's script)."
    )
    card_window_s: float = Field(
        1.5, ge=0.2, le=5, description="After the end of a turn the card may change for so long."
    )
    card_cooldown_s: float = Field(
        20.0, ge=0, le=300, description="Least time between two cards that nobody asked for."
    )
    card_speech_s: float = Field(
        25.0,
        ge=0,
        le=300,
        description="You speak at least so long between two such cards: two a minute are enough.",
    )
    nudge_cooldown_s: float = Field(
        10.0,
        ge=0,
        le=300,
        description="The same for a nudge, which is about the question that was just asked.",
    )
    off_record_s: float = Field(
        30.0, ge=0, le=600, description="Off the record also forgets the last so many seconds."
    )
    off_record_phrase: str = Field(
        "off the record", min_length=3, description="Saying this goes off the record."
    )
    show_transcript: bool = Field(False, description="Show the words on screen during a call.")
    skip_preparation: bool = Field(False, description="Do not show the preparation card.")

    @model_validator(mode="after")
    def _can_be_said(self) -> Self:
        if sum(map(str.isalnum, self.off_record_phrase)) < 3:
            raise ValueError("off_record_phrase needs words that can be said and heard")
        return self


class StoreSettings(_Section):
    """What is kept after calls."""

    keep_days: int = Field(
        90, ge=1, le=3650, description="'companion purge' deletes calls older than so many days."
    )
    lock_after_min: float = Field(
        60.0, ge=1, le=1440, description="The store locks itself after so many idle minutes."
    )
    use_keyring: bool = Field(
        True, description="Let the system's keyring hold the key while the store is unlocked."
    )
    keep_draft: bool = Field(
        True, description="Keep an encrypted draft in a call, so that a crash loses nothing."
    )


class KeySettings(_Section):
    """Keys of a call in the browser: one character, or the word space; empty for none."""

    pause: str = Field("space", description="Pause, or listen again.")
    off_record: str = Field("o", description="Off the record: drop the last moments.")
    withdraw: str = Field("w", description="Consent withdrawn: stop and drop everything.")
    blank: str = Field("b", description="Blank the screen.")
    end: str = Field("e", description="End the call.")
    card: str = Field("n", description="Another card.")
    quiet: str = Field("q", description="Cards only when asked for.")
    step_on: str = Field("]", description="One step on.")
    step_back: str = Field("[", description="One step back.")
    pin: str = Field("p", description="Hold the step, or let it follow.")
    issues: str = Field("i", description="Mark issues.")
    realizations: str = Field("r", description="Mark realizations that you saw.")
    fear: str = Field("f", description="Fear came up: care first, no ask.")
    ready: str = Field("y", description="They are ready to be asked.")
    answer: str = Field("m", description="What they answered.")
    next_step: str = Field("c", description="Confirm the next step.")
    transcript: str = Field("t", description="Show or hide your words.")
    large: str = Field("l", description="Large or small letters on the card.")
    on_top: str = Field("u", description="Put the card on top of other windows.")
    help: str = Field("?", description="All keys.")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        used: dict[str, str] = {}
        for action, key in self:
            plain = key.lower()
            if plain and plain != "space" and (len(plain) != 1 or not plain.isprintable()):
                raise ValueError(f"{action} takes one character, the word space, or nothing")
            if plain.isspace() or plain in set("12345"):
                raise ValueError(f"{action} cannot have this key; 1 to 5 name the steps")
            if plain and plain in used:
                raise ValueError(f"{action} and {used[plain]} have the same key")
            used[plain] = action
        return self


class Settings(_Section):
    """All settings."""

    audio: AudioSettings = AudioSettings()
    endpoint: EndpointSettings = EndpointSettings()
    recognizer: RecognizerSettings = RecognizerSettings()
    call: CallSettings = CallSettings()
    store: StoreSettings = StoreSettings()
    keys: KeySettings = KeySettings()

    @model_validator(mode="before")
    @classmethod
    def _without_empty_sections(cls, data: Any) -> Any:
        """A section whose keys are all commented out reads as nothing; that means its defaults."""
        if isinstance(data, dict):
            return {name: keys for name, keys in data.items() if keys is not None}
        return data


def load_settings(path: Path | None = None) -> Settings:
    """The user's settings, or the defaults where there is no file yet.

    Raises: SettingsError, DocumentError: every problem with its line and the nearest known key.
    """
    path = path or locations.settings_file()
    if not path.exists():
        return Settings()
    settings, problems = validate_document(read_document(path), Settings)
    if settings is None:
        listed = "\n  ".join(str(p) for p in problems)
        raise SettingsError(
            f"{path} has settings that cannot be used; mend them, or run 'companion setup':\n"
            f"  {listed}"
        )
    return settings
