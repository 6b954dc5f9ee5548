"""What `companion call` and `companion demo` do: settle the request, compose, show, end well."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from companion.after.shipped_redactor import ShippedRedactor
from companion.asr.choose import choose
from companion.audio.files import FileSource
from companion.audio.sample_call import read_sample_call, shipped_sound
from companion.audio.sound import Source
from companion.cli import keeping
from companion.cli.call_record import CallRecord
from companion.cli.recognizer_options import recognizer_settings
from companion.cli.reviewing import Desk, offer_drafts
from companion.core_dumps import forbid_core_dumps
from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.outline import RapOutline
from companion.errors import CompanionError, ConsentError, InputError
from companion.live.gate import GateAnswer, PromptsOnly, Quit, ask_gate_plain, consent_now
from companion.live.jsonlines import run_json, write_saved
from companion.live.key_reader import KeyReader
from companion.live.plain import run_plain
from companion.live.session import CallPlan, LiveSession, compose
from companion.settings import Settings, load_settings
from companion.understanding.rap import Rap, find_rap, load_rap

if TYPE_CHECKING:
    from companion.store.store import Store

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
    consent_scope: str | None = None
    save: bool = False
    passphrase_stdin: bool = False


@dataclass(frozen=True, slots=True)
class _Keeping:
    """What may be kept of this call, and who decides it."""

    store: Store | None = None
    reviewed: bool = False
    """Somebody is here to review the call at its end."""


def run_call(request: CallRequest) -> None:
    """Run one call to its end, in the view that fits where it runs.

    Raises: CompanionError of the kind that fits, before the microphone is opened where possible.
    """
    _check(request)
    settings = _settings(request)
    rap = _rap(request, settings)
    view = request.view or _fitting_view()
    _check_gate(request, settings)
    with ExitStack() as stack:
        keeping_here = _open_store(request, view)
        if keeping_here.store is not None:
            stack.enter_context(keeping_here.store)
        if keeping_here.reviewed and keeping_here.store is not None:
            offer_drafts(_desk(keeping_here.store, rap, view))
        answer = _pass_gate(request, settings, rap.outline(), view)
        if isinstance(answer, Quit):
            return
        consent = None if isinstance(answer, PromptsOnly) else answer
        source = None if consent is None else _source(request, settings)
        _run(request, settings, rap, consent, source, view, date.today(), keeping_here)


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
    day = read_sample_call().call_date
    _run(request, settings, rap, consent, source, view, day, _Keeping())


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

    if request.save and request.consent_scope == ConsentScope.HELP.value:
        raise InputError(
            "they agreed to the helper only, so nothing can be saved; leave out --save"
        )
    if request.save and request.prompts_only:
        raise InputError("--save needs their consent; by hand you save in the review at the end")
    if request.passphrase_stdin and not request.save:
        raise InputError("--passphrase-stdin goes with --save; otherwise you are asked for it")


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


def _check_gate(request: CallRequest, settings: Settings) -> None:
    """Nobody is asked anything, a passphrase included, for a call that cannot start."""
    if request.prompts_only or request.consent is not None:
        return
    if not sys.stdin.isatty():
        raise ConsentError(
            "the microphone stays closed without consent, and nobody is here to be asked; "
            "say how it was given with --consent spoken, written or earlier, "
            "or use the cards by hand with --prompts-only"
        )
    _check_startable(request, settings)


def _pass_gate(
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


def _open_store(request: CallRequest, view: View) -> _Keeping:
    """The store, where something may be kept: by --save, or because somebody will review.

    Raises: StoreError with --save, where the store cannot be opened.
    """
    if request.save:
        from companion.cli.opening import open_store

        return _Keeping(open_store(request.passphrase_stdin))
    if not is_attended(request, view):
        return _Keeping()
    if request.consent_scope == ConsentScope.HELP.value:
        return _Keeping(reviewed=True)
    return _Keeping(keeping.store_for_call(), reviewed=True)


def is_attended(request: CallRequest, view: View) -> bool:
    """Somebody is here to answer. A file with its view named is a run for programs."""
    for_programs = view == "json" or (request.input_file is not None and request.view is not None)
    return not for_programs and sys.stdin.isatty() and sys.stderr.isatty()


def _desk(store: Store, rap: Rap, view: View, keys: KeyReader | None = None) -> Desk:
    shown: Literal["terminal", "plain"] = "terminal" if view == "terminal" else "plain"
    return Desk(store, rap.outline(), shown, sys.stdin if keys is None else keys)


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
    kept: _Keeping,
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
    record = CallRecord(rap, call_date, consent, ShippedRedactor(rap.language))
    review_follows = kept.reviewed and kept.store is not None and keeping.may_be_kept(consent)
    draft_store = kept.store if review_follows and settings.store.keep_draft else None
    with ExitStack() as stack:
        keys = _keys(view, stack)
        with (
            LiveSession(compose(plan)) as session,
            keeping.keeping_draft(draft_store, session, record, consent) as keeper,
        ):
            _show(session, plan, view, keys, review_follows)
        if kept.store is None:
            return
        if request.save:
            _save(kept.store, session, record, view)
        elif review_follows:
            desk = _desk(kept.store, rap, view, keys)
            keeping.review_after_call(desk, session, record, keeper)
        else:
            keeping.say_help_only()


def _keys(view: View, stack: ExitStack) -> KeyReader | None:
    """What is typed in the plain view; the review at the end reads on from the same reader."""
    if view != "plain" or not sys.stdin.isatty():
        return None
    return stack.enter_context(KeyReader(sys.stdin.fileno()))


def _save(store: Store, session: LiveSession, record: CallRecord, view: View) -> None:
    saved = keeping.save_unattended(store, session, record)
    if saved is None:
        print("companion: there was nothing to save", file=sys.stderr)
    elif view == "json":
        write_saved(sys.stdout, saved.code, saved.deletion_code, saved.path)
    else:
        print(f"Saved as {saved.code}, encrypted, in {saved.path}.")
        print(f"Deletion code for the other person, shown only now: {saved.deletion_code}")


def _show(
    session: LiveSession, plan: CallPlan, view: View, keys: KeyReader | None, review_follows: bool
) -> None:
    outline = plan.rap.outline()
    if view == "terminal":
        from companion.live.terminal import CallApp, ViewOptions

        options = ViewOptions(transcript=plan.show_transcript, review_follows=review_follows)
        CallApp(session.board, session, outline, options).run()
    elif view == "json":
        run_json(session.board, outline, sys.stdout, plan.show_transcript, session)
    else:
        run_plain(
            session.board,
            session,
            outline,
            sys.stdout,
            keys,
            plan.show_transcript,
            review_follows,
        )
