"""What `companion call` and `companion demo` do: settle the request, compose, show, end well."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from companion.after.shipped_redactor import ShippedRedactor
from companion.asr.choose import Chosen, choose, in_language
from companion.audio.files import FileSource
from companion.audio.sample_call import SHIPPED_NAME, read_sample_call, shipped_sound
from companion.audio.sound import Source
from companion.cli import keeping
from companion.cli.call_start import (
    CallRequest,
    Keeping,
    View,
    check_gate,
    check_request,
    hearing_before,
    pass_gate,
    store_of_call,
    voice_before,
)
from companion.cli.recognizer_options import recognizer_settings
from companion.cli.reviewing import Desk, offer_drafts
from companion.domain.call import Consent, ConsentHow
from companion.domain.hearing import Hearing
from companion.live.call_record import CallRecord
from companion.live.draft_keeper import DraftKeeper
from companion.live.gate import PromptsOnly, Quit, consent_now
from companion.live.jsonlines import run_json, write_saved
from companion.live.key_reader import KeyReader
from companion.live.one_call import the_only_call
from companion.live.plain import run_plain
from companion.live.session import CallPlan, LiveSession, compose
from companion.seclusion import seclude
from companion.settings import RecognizerSettings, Settings, load_settings
from companion.understanding.learned_parts import HEARD_WITH_ITS_OWN, has_own
from companion.understanding.rap import Rap, find_rap, given_rap

if TYPE_CHECKING:
    from companion.audio.own_voice import OwnVoice
    from companion.store.store import Store


def run_call(request: CallRequest) -> None:
    """Run one call to its end, in the view that fits where it runs.

    Raises: CompanionError of the kind that fits, before the microphone is opened where possible.
    """
    check_request(request)
    settings = _settings(request)
    rap = _rap(request, settings)
    if not request.prompts_only:
        settings = _hearing(settings, in_language(settings.recognizer, rap.language))
    view = request.view or _fitting_view()
    check_gate(request, settings)
    with ExitStack() as stack:
        keeping_here = store_of_call(request, view)
        if keeping_here.store is not None:
            stack.enter_context(keeping_here.store)
        if keeping_here.reviewed and keeping_here.store is not None:
            offer_drafts(_desk(keeping_here.store, rap, view))
        hearing = hearing_before(request, settings)
        own_voice = voice_before(request, settings, keeping_here.store, hearing)
        answer = pass_gate(request, settings, rap.outline(), view)
        if isinstance(answer, Quit):
            return
        consent = None if isinstance(answer, PromptsOnly) else answer
        source = None if consent is None else _source(request, settings)
        run_with(
            request,
            settings,
            rap,
            consent,
            source,
            view,
            date.today(),
            keeping_here,
            hearing=None if source is None else hearing,
            own_voice=own_voice,
        )


def run_demo(request: CallRequest) -> None:
    """Play the shipped sample call; its consent is part of the made-up talk."""
    settings = _settings(request)
    sample = read_sample_call()
    settings = _hearing(
        settings, settings.recognizer.model_copy(update={"language": sample.language})
    )
    rap = _rap(request, settings)
    rap = rap if rap.language == sample.language else find_rap(SHIPPED_NAME)
    source = FileSource(shipped_sound(), paced=request.paced and sys.stdout.isatty())
    print(
        "companion: this is a made-up call, spoken by a computer voice. "
        "Nothing is recorded and nothing is stored.",
        file=sys.stderr,
    )
    consent = consent_now(ConsentHow.SPOKEN)
    view = request.view or _fitting_view()
    run_with(request, settings, rap, consent, source, view, sample.call_date, Keeping())


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


def _hearing(settings: Settings, recognizer: RecognizerSettings) -> Settings:
    return settings.model_copy(update={"recognizer": recognizer})


def _rap(request: CallRequest, settings: Settings) -> Rap:
    return given_rap(str(request.rap)) if request.rap is not None else find_rap(settings.call.rap)


def _fitting_view() -> View:
    """The full view where somebody sits before a terminal, plain lines everywhere else.

    All three streams count: the view draws on standard error where it can.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return "terminal" if all(stream.isatty() for stream in streams) else "plain"


def _desk(store: Store, rap: Rap, view: View, keys: KeyReader | None = None) -> Desk:
    """For a review beside a call: where the call's lines go into a file, it talks beside them."""
    shown: Literal["terminal", "plain"] = "terminal" if view == "terminal" else "plain"
    out = sys.stdout if sys.stdout.isatty() else sys.stderr
    return Desk(store, rap.outline(), shown, sys.stdin if keys is None else keys, out)


def _source(request: CallRequest, settings: Settings) -> Source:
    if request.input_file is not None:
        return FileSource(request.input_file, paced=request.paced)
    from companion.audio.microphone import MicrophoneSource

    return MicrophoneSource(settings.audio, allow_loopback=request.allow_loopback)


def run_with(
    request: CallRequest,
    settings: Settings,
    rap: Rap,
    consent: Consent | None,
    source: Source | None,
    view: View,
    call_date: date,
    kept: Keeping,
    chosen: Chosen | None = None,
    hearing: Hearing | None = None,
    own_voice: OwnVoice | None = None,
) -> None:
    """Run a call whose parts are settled.

    `chosen`: None for the recognizer of the settings. `hearing`: None without a microphone.
    `own_voice`: None where it is not known, so that no other voice is left out.
    """
    plan = CallPlan(
        settings=settings,
        rap=rap,
        call_date=call_date,
        consent=consent,
        source=source,
        show_transcript=request.transcript or settings.call.show_transcript,
        hearing=hearing,
        own_voice=own_voice,
    )
    if source is not None:
        chosen = chosen or choose(settings.recognizer)
        plan = replace(plan, recognizer=chosen.spec, fallback=chosen.fallback)
        print(f"companion: {chosen.sentence}", file=sys.stderr)
    if has_own(rap):
        print(f"companion: {HEARD_WITH_ITS_OWN}", file=sys.stderr)
    seclude()
    record = CallRecord(rap, call_date, consent, ShippedRedactor(rap.language), hearing)
    may_be_kept = keeping.may_be_kept(consent)
    review_follows = kept.reviewed and kept.store is not None and may_be_kept
    keeps_draft = settings.store.keep_draft and (review_follows or request.save)
    draft_store = kept.store if keeps_draft else None
    with ExitStack() as stack:
        keys = _keys(view, stack)
        with (
            _alone(source),
            LiveSession(compose(plan)) as session,
            keeping.keeping_draft(draft_store, session, record, consent) as keeper,
        ):
            try:
                _show(session, plan, view, keys, review_follows)
            except KeyboardInterrupt:  # the second one: the call stops at once
                if keeper is not None:
                    keeping.say_draft_stays()
                raise
        if kept.store is not None and may_be_kept:
            if request.save:
                _save(kept.store, session, record, keeper, view)
            else:
                desk = _desk(kept.store, rap, view, keys)
                keeping.review_after_call(desk, session, record, keeper)
            return
    if kept.reviewed or request.save:
        _without_store(session, record, rap, view, may_be_kept)


def _alone(source: Source | None) -> AbstractContextManager[None]:
    """Two calls cannot share the microphone; any number may read files."""
    return nullcontext() if source is None or isinstance(source, FileSource) else the_only_call()


def _keys(view: View, stack: ExitStack) -> KeyReader | None:
    """What is typed in the plain view; the review at the end reads on from the same reader."""
    if view != "plain" or not sys.stdin.isatty():
        return None
    return stack.enter_context(KeyReader(sys.stdin.fileno()))


def _without_store(
    session: LiveSession, record: CallRecord, rap: Rap, view: View, may_be_kept: bool
) -> None:
    """Say that nothing is kept; or, where only the passphrase was missing, ask once more."""
    if not may_be_kept:
        keeping.say_help_only()
    elif keeping.there_is_a_store() and session.board.latest().summary is not None:
        store = keeping.store_after_call()
        if store is not None:
            with store:
                keeping.review_after_call(_desk(store, rap, view), session, record, None)


def _save(
    store: Store,
    session: LiveSession,
    record: CallRecord,
    keeper: DraftKeeper | None,
    view: View,
) -> None:
    saved = keeping.save_unattended(store, session, record, keeper)
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
