"""One call of the app in the browser: composes session, draft and record, as a terminal does."""

from __future__ import annotations

import secrets
import threading
from abc import ABC, abstractmethod
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from companion.after.shipped_redactor import ShippedRedactor
from companion.asr.choose import choose, in_language
from companion.audio.files import FileSource
from companion.audio.sample_call import SHIPPED_NAME, read_sample_call, shipped_sound
from companion.audio.sound import Source
from companion.domain.call import CallPhase, Consent, ConsentHow, ConsentScope
from companion.domain.hearing import hearing_of
from companion.domain.outline import RapOutline
from companion.domain.record import RedactedSummary
from companion.domain.summary import Summary
from companion.errors import CompanionError, InputError
from companion.live.call_record import CallRecord
from companion.live.controls import Controls
from companion.live.draft_keeper import DraftKeeper, DraftSink
from companion.live.gate import consent_now
from companion.live.one_call import the_only_call
from companion.live.session import CallPlan, LiveSession, compose
from companion.settings import Settings
from companion.understanding.rap import find_rap
from companion.web.live_view import LiveView
from companion.web.workspace import Workspace

_STOPPED = "The companion had to stop ({kind}). What you noted until then is below."


@dataclass(frozen=True, slots=True)
class Ending:
    """What a call left behind in memory, for the review; without a spoken word."""

    phase: CallPhase
    record: RedactedSummary | None = None
    """What may be kept, if the organizer approves; None where there is nothing, or none may be."""
    summary: Summary | None = None
    """The draft in words; None where consent was withdrawn or the call failed."""
    problem: str | None = None
    """A sentence, where the call failed or its draft could not be kept."""


class ShownCall(ABC):
    """A call as the live pages use it."""

    view: LiveView
    """What the windows show."""
    outline: RapOutline
    """The rap's words."""
    sample: bool = False
    """It is the sample call; nothing of it can be kept."""

    @property
    @abstractmethod
    def ending(self) -> Ending | None:
        """What is left of the call; None while it is on."""

    @property
    @abstractmethod
    def may_be_kept(self) -> bool:
        """Neither the sample, nor limited by consent to the helper during the call."""

    @property
    @abstractmethod
    def controls(self) -> Controls:
        """The organizer's hands. Raises: InputError once the call is over."""

    @property
    @abstractmethod
    def is_over(self) -> bool:
        """It has ended, and what it left behind can be read."""

    @abstractmethod
    def close(self) -> None:
        """End it, and close the microphone; may be called twice."""


class BrowserCall(ShownCall):
    """A running call, as `Workspace.call` holds it; then what is left of it, until it is decided.

    Everything that heard or held words is let go of the moment the call is over.
    """

    def __init__(
        self,
        session: LiveSession,
        record: CallRecord,
        consent: Consent | None,
        stack: ExitStack,
        keeper: DraftKeeper | None,
        *,
        sample: bool = False,
        transcript: bool = False,
    ) -> None:
        """`stack` closes what was opened for the call. Call `start` next."""
        self.consent = consent
        self.sample = sample
        self.outline = record.outline
        self._session: LiveSession | None = session
        self._record: CallRecord | None = record
        self._keeper = keeper
        self._stack = stack
        self._lock = threading.Lock()
        self._draft_id = None if keeper is None else keeper.draft_id
        self._over = threading.Event()
        self._ending: Ending | None = None
        self.view = LiveView(
            session.board, record.outline, transcript=transcript, when_over=self._settle
        )

    def start(self) -> None:
        """Let the windows follow."""
        self.view.start()

    @property
    def controls(self) -> Controls:
        """See `ShownCall`."""
        session = self._session
        if session is None:
            raise InputError("the call is over; the first page begins another one")
        return session

    @property
    def is_over(self) -> bool:
        """See `ShownCall`."""
        return self._over.is_set()

    @property
    def ending(self) -> Ending | None:
        """See `ShownCall`."""
        return self._ending

    @property
    def draft_id(self) -> str | None:
        """Of its draft in the notes; None where none was kept."""
        return self._draft_id

    @property
    def may_be_kept(self) -> bool:
        """See `ShownCall`."""
        return not self.sample and may_be_kept(self.consent)

    def close(self) -> None:
        """End it, and close the microphone; may be called twice. Its draft stays as it was."""
        self._settle()
        self.view.close()

    def _settle(self) -> None:
        with self._lock:
            if self._session is None or self._record is None:
                return
            problem = self._shut()
            if self._keeper is not None:
                problem = problem or self._keeper.problem
            last = self._session.board.latest()
            kept = last.summary is not None and self.may_be_kept
            self._ending = Ending(
                phase=last.phase,
                record=self._record.of(last) if kept else None,
                summary=last.summary,
                problem=problem,
            )
            self._session = self._record = self._keeper = None
            self._over.set()

    def _shut(self) -> str | None:
        try:
            self._stack.close()
        except CompanionError as error:
            return f"{error}"
        except Exception as error:  # noqa: BLE001 - its text could quote speech; its kind does not
            return _STOPPED.format(kind=type(error).__name__)
        return None


class _NotesDrafts:
    """The drafts of the notes, whichever way they were opened last."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def put(self, draft_id: str, record_json: str, now: datetime) -> None:
        """See `DraftSink`. Raises: LockedError while the notes are locked."""
        self._workspace.open_store().drafts.put(draft_id, record_json, now)

    def remove(self, draft_id: str) -> None:
        """See `DraftSink`."""
        self._workspace.open_store().drafts.remove(draft_id)


def may_be_kept(consent: Consent | None) -> bool:
    """They did not limit their consent to the helper during the call."""
    return consent is None or consent.scope is ConsentScope.SUMMARY


def microphone(settings: Settings) -> Source:
    """The microphone that the settings name, not opened yet."""
    from companion.audio.microphone import MicrophoneSource

    return MicrophoneSource(settings.audio)


def with_device(settings: Settings, device: str | None) -> Settings:
    """The settings with another microphone; None for the system's default."""
    audio = settings.audio.model_copy(update={"device": device})
    return settings.model_copy(update={"audio": audio})


def start_call(workspace: Workspace, consent: Consent | None, device: str | None) -> BrowserCall:
    """Open the microphone and begin; without consent there is no microphone, only cards by hand.

    The call is the workspace's from here on. Raises: CompanionError, and nothing is open then.
    """
    settings = with_device(workspace.settings, device)
    measured = workspace.headset.take()
    workspace.voice.stop()
    plan = CallPlan(
        settings=settings,
        rap=workspace.rap,
        call_date=workspace.today(),
        consent=consent,
        show_transcript=settings.call.show_transcript,
    )
    if consent is not None:
        chosen = choose(in_language(settings.recognizer, workspace.rap.language))
        plan = replace(
            plan,
            source=microphone(settings),
            recognizer=chosen.spec,
            fallback=chosen.fallback,
            hearing=hearing_of(measured, settings.audio.headset, settings.audio.headset_measured),
            own_voice=workspace.voice.known(workspace.store),
        )
    wanted = settings.store.keep_draft and may_be_kept(consent) and workspace.store is not None
    return _begin(workspace, plan, _NotesDrafts(workspace) if wanted else None)


def start_sample(workspace: Workspace) -> BrowserCall:
    """Play the shipped sample call, at the speed of speech; nothing of it is kept.

    Its consent is part of the made-up talk. Raises: CompanionError.
    """
    settings, sample = workspace.settings, read_sample_call()
    spoken = settings.recognizer.model_copy(update={"language": sample.language})
    chosen = choose(spoken)
    rap = workspace.rap if workspace.rap.language == sample.language else find_rap(SHIPPED_NAME)
    plan = CallPlan(
        settings=settings,
        rap=rap,
        call_date=sample.call_date,
        consent=consent_now(ConsentHow.SPOKEN),
        source=FileSource(shipped_sound(), paced=True),
        recognizer=chosen.spec,
        fallback=chosen.fallback,
        show_transcript=settings.call.show_transcript,
    )
    return _begin(workspace, plan, None, sample=True)


def _begin(
    workspace: Workspace, plan: CallPlan, drafts: DraftSink | None, *, sample: bool = False
) -> BrowserCall:
    redactor = ShippedRedactor(plan.rap.language)
    record = CallRecord(plan.rap, plan.call_date, plan.consent, redactor, plan.hearing)
    with ExitStack() as stack:
        if plan.source is not None and not sample:
            stack.enter_context(the_only_call())
        session = stack.enter_context(LiveSession(compose(plan)))
        keeper = None
        if drafts is not None:
            draft_id = secrets.token_hex(8)
            keeper = DraftKeeper(
                session.board,
                drafts,
                draft_id,
                record.text_of,
                warn=session.warn,
                mended=session.mended,
            )
            stack.enter_context(keeper)
        call = BrowserCall(
            session,
            record,
            plan.consent,
            stack.pop_all(),
            keeper,
            sample=sample,
            transcript=plan.show_transcript,
        )
    call.start()
    workspace.begin_call(call)
    return call
