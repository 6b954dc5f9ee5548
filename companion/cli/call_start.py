"""Before a call: what was asked for, whether that can be, the store, and the consent gate."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from companion.asr.choose import choose
from companion.cli import clock, keeping
from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.hearing import (
    LOOPBACK_ALLOWED,
    Hearing,
    Playback,
    hearing_of,
    measured_on,
)
from companion.domain.outline import RapOutline
from companion.errors import CompanionError, ConsentError, InputError
from companion.live.gate import GateAnswer, PromptsOnly, Quit, ask_gate_plain, consent_now
from companion.live.one_call import check_no_other_call
from companion.settings import Settings

if TYPE_CHECKING:
    from companion.audio.own_voice import OwnVoice
    from companion.store.store import Store

View = Literal["terminal", "plain", "json"]
_VOICE_UNKNOWN = (
    "your voice is not known, so that other voices are not left out; 'companion voice learn' "
    "learns it in half a minute"
)
MEASURED_HOLDS = timedelta(days=7)
"""So long a headset that was measured is not asked for again."""


@dataclass(frozen=True, slots=True)
class CallRequest:
    """What was asked for on the command line; None: as the settings say."""

    input_file: Path | None = None
    consent: str | None = None
    prompts_only: bool = False
    view: View | None = None
    transcript: bool = False
    paced: bool = False
    engine: str | None = None
    model: str | None = None
    language: str | None = None
    device: str | None = None
    rap: Path | None = None
    allow_loopback: bool = False
    consent_scope: str | None = None
    save: bool = False
    passphrase_stdin: bool = False
    headset_test: bool | None = None
    """None: offered where it was not measured for a while."""
    learn_voice: bool = False


@dataclass(frozen=True, slots=True)
class Keeping:
    """What may be kept of this call, and who decides it."""

    store: Store | None = None
    reviewed: bool = False
    """Somebody is here to review the call at its end."""


def check_request(request: CallRequest) -> None:
    """Raises: InputError for options that do not go together."""
    if request.prompts_only and (request.input_file is not None or request.consent is not None):
        raise InputError("--prompts-only has no microphone; leave out --input and --consent")
    if request.prompts_only and (request.view == "json" or not sys.stdin.isatty()):
        raise InputError(
            "--prompts-only needs a terminal, as the cards are turned by hand; "
            "start it in one, without --json"
        )
    if request.headset_test and (request.prompts_only or request.input_file is not None):
        raise InputError("--headset-test goes with a microphone; leave it out, or --input")
    if request.learn_voice and (request.prompts_only or request.input_file is not None):
        raise InputError("--learn-voice goes with a microphone; leave it out, or --input")
    if request.paced and request.input_file is None:
        raise InputError("--realtime goes with --input; a microphone is always in real time")
    if request.save and request.consent_scope == ConsentScope.HELP.value:
        raise InputError(
            "they agreed to the helper only, so nothing can be saved; leave out --save"
        )
    if request.save and request.prompts_only:
        raise InputError("--save needs their consent; by hand you save in the review at the end")
    if request.passphrase_stdin and not request.save:
        raise InputError("--passphrase-stdin goes with --save; otherwise you are asked for it")


def check_gate(request: CallRequest, settings: Settings) -> None:
    """Nobody is asked anything, a passphrase included, for a call that cannot start."""
    if not request.prompts_only and request.input_file is None:
        check_no_other_call()
    if request.prompts_only or request.consent is not None:
        return
    if not sys.stdin.isatty():
        raise ConsentError(
            "the microphone stays closed without consent, and nobody is here to be asked; "
            "say how it was given with --consent spoken, written or earlier, "
            "or use the cards by hand with --prompts-only"
        )
    _check_startable(request, settings)


def pass_gate(
    request: CallRequest, settings: Settings, outline: RapOutline, view: View
) -> GateAnswer:
    """Consent from the command line, or from the organizer; without one nothing is opened."""
    if request.prompts_only:
        return PromptsOnly()
    scope = ConsentScope(request.consent_scope) if request.consent_scope else None
    if request.consent is not None:
        return consent_now(ConsentHow(request.consent), scope or ConsentScope.SUMMARY)
    skip = settings.call.skip_preparation
    ask_scope = scope is None and keeping.there_is_a_store()
    if view == "terminal":
        from companion.live.terminal import GateApp

        answer: GateAnswer = GateApp(outline, skip, ask_scope=ask_scope).run() or Quit()
    else:
        # The questions go to standard error, so that piped lines hold the call and nothing else.
        answer = ask_gate_plain(outline, sys.stdin, sys.stderr, skip, ask_scope)
    if isinstance(answer, Consent) and scope is not None:
        return replace(answer, scope=scope)
    return answer


def hearing_before(request: CallRequest, settings: Settings) -> Hearing | None:
    """How the sound is set up, after the headset test where it was wanted; None for a file.

    Offered while the organizer is alone: before the gate, and never where consent was given on
    the command line, because the other person is on the line then.
    """
    if request.prompts_only or request.input_file is not None:
        return None
    audio = settings.audio
    if request.allow_loopback:
        print(f"companion: {LOOPBACK_ALLOWED}", file=sys.stderr)
    measured: Playback | None = None
    if request.headset_test or (request.headset_test is None and _test_is_due(request, settings)):
        from companion.cli import headset_testing

        result = headset_testing.before_call(
            audio, asked_for=bool(request.headset_test), allow_loopback=request.allow_loopback
        )
        measured = None if result is None else result.playback
    return hearing_of(
        measured, audio.headset, audio.headset_measured, loopback_allowed=request.allow_loopback
    )


def voice_before(
    request: CallRequest, settings: Settings, store: Store | None, hearing: Hearing | None
) -> OwnVoice | None:
    """The organizer's voice, learned right now or kept in the open store; None for a file.

    Whether it is known is said; that it is not, where that matters and somebody is here.
    """
    if request.prompts_only or request.input_file is not None:
        return None
    from companion.cli import voice_learning

    if request.learn_voice:
        audio = settings.audio
        voice = voice_learning.before_call(audio, allow_loopback=request.allow_loopback)
    else:
        kept = voice_learning.kept_voice(store)
        if kept is None:
            on_headset = hearing is not None and hearing.playback is Playback.HEADSET
            matters = settings.audio.bleed_gate != "off" and not on_headset
            if matters and request.consent is None and sys.stdin.isatty():
                print(f"companion: {_VOICE_UNKNOWN}", file=sys.stderr)
            return None
        voice = kept
    print("companion: your voice is known in this call", file=sys.stderr)
    return voice


def _test_is_due(request: CallRequest, settings: Settings) -> bool:
    if request.consent is not None or settings.call.skip_preparation or not sys.stdin.isatty():
        return False
    audio = settings.audio
    day = measured_on(audio.headset, audio.headset_measured)
    if day is None or not audio.headset:
        return True
    return clock.today() - date.fromisoformat(day) > MEASURED_HOLDS


def store_of_call(request: CallRequest, view: View) -> Keeping:
    """The store, where something may be kept: by --save, or because somebody will review.

    Raises: StoreError with --save, where the store cannot be opened.
    """
    if request.save:
        from companion.cli.opening import open_store

        return Keeping(open_store(request.passphrase_stdin))
    if not is_attended(request, view):
        return Keeping()
    if request.consent_scope == ConsentScope.HELP.value:
        return Keeping(reviewed=True)
    return Keeping(keeping.store_for_call(), reviewed=True)


def is_attended(request: CallRequest, view: View) -> bool:
    """Somebody is here to answer. A file with its view named is a run for programs."""
    for_programs = view == "json" or (request.input_file is not None and request.view is not None)
    return not for_programs and sys.stdin.isatty() and sys.stderr.isatty()


def _check_startable(request: CallRequest, settings: Settings) -> None:
    """Nobody should be asked for consent to a call that then cannot start. Opens nothing."""
    try:
        choose(settings.recognizer)
        if request.input_file is None:
            from companion.audio.devices import choose_input, list_inputs

            wanted = settings.audio.device
            choose_input(list_inputs(), wanted, allow_loopback=request.allow_loopback)
    except CompanionError as error:
        raise type(error)(f"{error}; or use the cards by hand with --prompts-only") from None
