"""The last look before anything is written: the save layer trusts no caller.

Free text goes through redaction again, so that no path leads around it. Every other value must
have the form that values of fixed lists have: a short id, a number in range, an ISO date. What
has not is refused as a whole; nothing is stored. No message quotes a value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.dialogue import Origin, Step
from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.record import Fact, Provenance, RecordedStep, RedactedSummary, SafeText
from companion.errors import StoreError
from companion.records import COMMITMENTS, DOERS, is_day_or_minute, to_json
from companion.redaction.spans import Redaction

MAX_ID_CHARS = 40
MAX_TEXT_CHARS = 400
MAX_LISTED = 100
_MAX_DIGITS = 4
"""In the id of an issue, a role, a deed. A telephone number is no id."""
_MOST_SECONDS = 7 * 24 * 3600
_MOST_QUESTIONS = 100_000
_ID = re.compile(rf"\w[\w ./-]{{0,{MAX_ID_CHARS - 1}}}")
_VERSION = re.compile(r"\w[\w ./+:()-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STEPS = tuple(int(step) for step in Step)
# Control and format characters, private use, lone surrogates, line and paragraph separators.
_UNSEEN = frozenset(("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"))


class TextRedactor(Protocol):
    """What redaction offers the store (`companion.redaction.redactor.Redactor`)."""

    def redact(self, text: str, kept: Collection[str] = ()) -> Redaction:
        """The text with its masks; `kept` words pass."""


class Guard:
    """Checks and redacts what is about to be stored."""

    def __init__(self, redactor: TextRedactor | None = None) -> None:
        """`redactor`: None for the shipped one, which is loaded when it is first needed."""
        self._redactor = redactor

    def summary(self, summary: RedactedSummary) -> RedactedSummary:
        """The same summary with its texts redacted once more.

        Raises: TypeError where it is no RedactedSummary; StoreError where a value is not of the
        form it must have, or the consent does not cover keeping anything.
        """
        if not _is(summary, RedactedSummary):
            raise TypeError("the store takes a RedactedSummary and nothing else")
        _check_numbers(summary)
        _check_consent(summary.consent)
        _check_provenance(summary.provenance)
        _check_hearing(summary.hearing)
        for goal in _listed(summary.goals_met, "the goals"):
            _check_id(goal, "a goal")
        for issue in _listed(summary.issues, "the issues"):
            _check_fact(issue, "an issue")
        for fact, name in (
            (summary.decision_maker, "the decision maker's role"),
            (summary.ask, "the ask"),
            (summary.self_care, "self-care"),
            (summary.follow_up, "the follow-up"),
        ):
            _check_fact(fact, name)
        _check_fact(summary.commitment, "the commitment", COMMITMENTS)
        return replace(
            summary,
            next_step=self._step(summary.next_step),
            follow_up_detail=self._safe(summary.follow_up_detail, "the follow-up"),
            note=self._safe(summary.note, "the note"),
        )

    def record(self, summary: RedactedSummary) -> tuple[RedactedSummary, str]:
        """The same, and the bytes to be stored. Raises: TypeError, StoreError."""
        safe = self.summary(summary)
        try:
            return safe, to_json(safe)
        except ValueError:
            raise _refused("the summary") from None

    def text(self, text: str, name: str) -> str:
        """One short text, redacted. `name`: what it is, for the error. Raises: StoreError."""
        _check_text(text, name)
        return self._redact(text, ())

    def _step(self, step: RecordedStep | None) -> RecordedStep | None:
        if step is None:
            return None
        if not _is(step, RecordedStep) or not _is(step.origin, Origin):
            raise _refused("the next step")
        if step.who is not None and step.who not in DOERS:
            raise _refused("who does the next step")
        if step.what is not None:
            _check_id(step.what, "the kind of the next step")
        if step.when is not None and not (_is(step.when, str) and is_day_or_minute(step.when)):
            raise _refused("the time of the next step")
        if not _is(step.confirmed, bool):
            raise _refused("the next step")
        return replace(step, detail=self._safe(step.detail, "the next step"))

    def _safe(self, safe: SafeText | None, name: str) -> SafeText | None:
        if safe is None:
            return None
        if not _is(safe, SafeText):
            raise _refused(name)
        for text in (safe.text, *_listed(safe.kept, name)):
            _check_text(text, name)
        return SafeText(self._redact(safe.text, safe.kept), safe.kept)

    def _redact(self, text: str, kept: Collection[str]) -> str:
        if self._redactor is None:
            from companion.redaction.redactor import shipped_redactor

            self._redactor = shipped_redactor()
        return self._redactor.redact(text, kept).text


def _check_numbers(summary: RedactedSummary) -> None:
    if not _is(summary.call_date, date):
        raise _refused("the date")
    share = summary.listening_share
    if share is not None and not (_is(share, float, int) and 0 <= share <= 1):
        raise _refused("the listening share")
    for number, most in (
        (summary.duration_s, _MOST_SECONDS),
        (summary.unheard_s, _MOST_SECONDS),
        (summary.open_count, _MOST_QUESTIONS),
        (summary.closed_count, _MOST_QUESTIONS),
    ):
        if not (_is(number, int) and 0 <= number <= most):
            raise _refused("a number")
    for step in _listed(summary.steps_reached, "the steps"):
        if step not in _STEPS or not _is(step, int):
            raise _refused("the steps")


def _check_consent(consent: object) -> None:
    if consent is None:
        return
    if not isinstance(consent, Consent) or not all(
        (
            _is(consent.how, ConsentHow),
            _is(consent.at, datetime),
            _is(consent.scope, ConsentScope),
        )
    ):
        raise _refused("the consent record")
    if consent.scope is not ConsentScope.SUMMARY:
        raise StoreError(
            "the other person agreed to help during the call and not to a summary, so nothing "
            "of it may be kept; ask them first if you want to keep one"
        )


def _check_provenance(provenance: object) -> None:
    if not isinstance(provenance, Provenance):
        raise _refused("what made the figures")
    for text in (
        provenance.companion,
        provenance.rap,
        provenance.rap_version,
        provenance.engine,
    ):
        _check_form(text, _VERSION, "what made the figures")
    _check_form(provenance.rap_sha256, _SHA256, "the rap's fingerprint")


def _check_hearing(hearing: object) -> None:
    if hearing is None:
        return
    if not isinstance(hearing, Hearing) or not (
        _is(hearing.playback, Playback)
        and (hearing.told is None or _is(hearing.told, Told))
        and _is(hearing.loopback_allowed, bool)
    ):
        raise _refused("how the sound was set up")


def _check_fact(fact: object, name: str, among: Collection[str] | None = None) -> None:
    if fact is None:
        return
    if not isinstance(fact, Fact) or not _is(fact.origin, Origin):
        raise _refused(name)
    _check_id(fact.value, name)
    if among is not None and fact.value not in among:
        raise _refused(name)


def _check_id(value: object, name: str) -> None:
    if sum(c.isdigit() for c in _check_form(value, _ID, name)) > _MAX_DIGITS:
        raise _refused(name)


def _check_form(value: object, form: re.Pattern[str], name: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _refused(name)
    return value


def _check_text(text: object, name: str) -> None:
    if not isinstance(text, str):
        raise _refused(name)
    if len(text) > MAX_TEXT_CHARS:
        raise StoreError(
            f"{name} has more than {MAX_TEXT_CHARS} characters; nothing was stored. Shorten it"
        )
    if any(unicodedata.category(c) in _UNSEEN for c in text):
        raise StoreError(
            f"{name} has characters that cannot be seen; nothing was stored. Type it again"
        )


def _listed(values: object, name: str) -> tuple[object, ...]:
    if not isinstance(values, tuple) or len(values) > MAX_LISTED:
        raise _refused(name)
    return values


def _is(value: object, *kinds: type) -> bool:
    """True for exactly these types: True is no number, and a datetime no date."""
    return type(value) in kinds


def _refused(name: str) -> StoreError:
    return StoreError(
        f"{name} is not a value that may be kept; nothing was stored. "
        "Choose it from the list in the review"
    )
