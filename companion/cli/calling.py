"""What `companion call` and `companion demo` do: settle the request, compose, show, end well."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from companion.asr.choose import choose
from companion.audio.files import FileSource
from companion.audio.sample_call import read_sample_call, shipped_sound
from companion.audio.sound import Source
from companion.cli.recognizer_options import recognizer_settings
from companion.core_dumps import forbid_core_dumps
from companion.domain.call import Consent, ConsentHow
from companion.domain.outline import RapOutline
from companion.errors import CompanionError, ConsentError, InputError
from companion.live.gate import GateAnswer, PromptsOnly, Quit, ask_gate_plain, consent_now
from companion.live.jsonlines import run_json
from companion.live.key_reader import KeyReader
from companion.live.plain import run_plain
from companion.live.session import CallPlan, LiveSession, compose
from companion.settings import Settings, load_settings
from companion.understanding.rap import Rap, find_rap, load_rap

View = Literal["terminal", "plain", "json"]


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


def run_call(request: CallRequest) -> None:
    """Run one call to its end, in the view that fits where it runs.

    Raises: CompanionError of the kind that fits, before the microphone is opened where possible.
    """
    _check(request)
    settings = _settings(request)
    rap = _rap(request, settings)
    view = request.view or _fitting_view()
    answer = _pass_gate(request, settings, rap.outline(), view)
    if isinstance(answer, Quit):
        return
    if isinstance(answer, PromptsOnly):
        _run(request, settings, rap, None, None, view, date.today())
    else:
        _run(request, settings, rap, answer, _source(request, settings), view, date.today())


def run_demo(request: CallRequest) -> None:
    """Play the shipped sample call; its consent is part of the made-up talk."""
    settings = _settings(request)
    rap = _rap(request, settings)
    source = FileSource(shipped_sound(), paced=request.paced and sys.stdout.isatty())
    print(
        "companion: this is a made-up call, spoken by a computer voice. "
        "Nothing is recorded and nothing is stored.",
        file=sys.stderr,
    )
    consent = consent_now(ConsentHow.SPOKEN)
    view = request.view or _fitting_view()
    _run(request, settings, rap, consent, source, view, read_sample_call().call_date)


def _check(request: CallRequest) -> None:
    if request.prompts_only and (request.input_file is not None or request.consent is not None):
        raise InputError("--prompts-only has no microphone; leave out --input and --consent")
    if request.prompts_only and (request.view == "json" or not sys.stdin.isatty()):
        raise InputError(
            "--prompts-only needs a terminal, as the cards are turned by hand; "
            "start it in one, without --json"
        )
    if request.paced and request.input_file is None:
        raise InputError("--realtime goes with --input; a microphone is always in real time")


def _settings(request: CallRequest) -> Settings:
    settings = load_settings()
    recognizer = recognizer_settings(
        settings.recognizer,
        engine=request.engine,
        model=request.model,
        language=request.language,
        partials=settings.recognizer.partials,
    )
    audio = settings.audio
    if request.device is not None:
        audio = audio.model_copy(update={"device": request.device})
    return settings.model_copy(update={"recognizer": recognizer, "audio": audio})


def _rap(request: CallRequest, settings: Settings) -> Rap:
    return load_rap(request.rap) if request.rap is not None else find_rap(settings.call.rap)


def _fitting_view() -> View:
    """The full view where somebody sits before a terminal, plain lines everywhere else.

    All three streams count: the view draws on standard error where it can.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return "terminal" if all(stream.isatty() for stream in streams) else "plain"


def _pass_gate(
    request: CallRequest, settings: Settings, outline: RapOutline, view: View
) -> GateAnswer:
    """Consent from the command line, or from the organizer; without one nothing is opened."""
    if request.prompts_only:
        return PromptsOnly()
    if request.consent is not None:
        return consent_now(ConsentHow(request.consent))
    if not sys.stdin.isatty():
        raise ConsentError(
            "the microphone stays closed without consent, and nobody is here to be asked; "
            "say how it was given with --consent spoken, written or earlier, "
            "or use the cards by hand with --prompts-only"
        )
    _check_startable(request, settings)
    skip = settings.call.skip_preparation
    if view == "terminal":
        from companion.live.terminal import GateApp

        return GateApp(outline, skip).run() or Quit()
    # The questions go to standard error, so that piped lines hold the call and nothing else.
    return ask_gate_plain(outline, sys.stdin, sys.stderr, skip)


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


def _source(request: CallRequest, settings: Settings) -> Source:
    if request.input_file is not None:
        return FileSource(request.input_file, paced=request.paced)
    from companion.audio.microphone import MicrophoneSource

    return MicrophoneSource(settings.audio, allow_loopback=request.allow_loopback)


def _run(
    request: CallRequest,
    settings: Settings,
    rap: Rap,
    consent: Consent | None,
    source: Source | None,
    view: View,
    call_date: date,
) -> None:
    plan = CallPlan(
        settings=settings,
        rap=rap,
        call_date=call_date,
        consent=consent,
        source=source,
        show_transcript=request.transcript or settings.call.show_transcript,
    )
    if source is not None:
        chosen = choose(settings.recognizer)
        plan = replace(plan, recognizer=chosen.spec, fallback=chosen.fallback)
        print(f"companion: {chosen.sentence}", file=sys.stderr)
    forbid_core_dumps()
    with LiveSession(compose(plan)) as session:
        if view == "terminal":
            _show_terminal(session, rap.outline(), plan.show_transcript)
        else:
            _show_lines(session, rap.outline(), view, plan.show_transcript)


def _show_terminal(session: LiveSession, outline: RapOutline, transcript: bool) -> None:
    from companion.live.terminal import CallApp, ViewOptions

    CallApp(session.board, session, outline, ViewOptions(transcript=transcript)).run()


def _show_lines(session: LiveSession, outline: RapOutline, view: View, transcript: bool) -> None:
    if view == "json":
        run_json(session.board, outline, sys.stdout, transcript, session)
    elif sys.stdin.isatty():
        with KeyReader(sys.stdin.fileno()) as keys:
            run_plain(session.board, session, outline, sys.stdout, keys, transcript)
    else:
        run_plain(session.board, session, outline, sys.stdout, None, transcript)
