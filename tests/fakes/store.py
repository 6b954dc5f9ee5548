"""A store for tests: a real encrypted one, with a cheap key derivation and a simple redactor."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from companion.domain.call import Consent, ConsentHow
from companion.domain.call_code import deletion_digest
from companion.domain.dialogue import Origin
from companion.domain.record import (
    ApprovedSummary,
    Fact,
    Provenance,
    RecordedStep,
    RedactedSummary,
    SafeText,
)
from companion.redaction.spans import Redaction, Span, SpanType
from companion.settings import StoreSettings
from companion.store.key_file import KdfCost
from companion.store.key_ring import KeyringError
from companion.store.vault import Vault

PASSPHRASE = "four words nobody guesses"
CHEAP = KdfCost(passes=1, memory_kib=64, lanes=1)
TODAY = date(2026, 4, 14)
NOW = datetime(2026, 4, 14, 18, 30, tzinfo=timezone.utc)
NAMES = ("Zoltan", "Brunhilde")
"""Names that the fake redactor knows."""


class FakeRedactor:
    """Masks `NAMES`, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def redact(self, text: str, kept: Collection[str] = ()) -> Redaction:
        self.asked += 1
        spans = []
        for name in NAMES:
            if name in text and name not in kept:
                start = text.index(name)
                spans.append(Span(start, start + len(name), SpanType.PERSON))
                text = text.replace(name, "[name]")
        return Redaction(text, tuple(spans))


@dataclass
class FakeKeyring:
    """A keyring in memory; `broken` makes every call fail."""

    entries: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    def read(self, name: str) -> str | None:
        self._look()
        return self.entries.get(name)

    def write(self, name: str, secret: str) -> None:
        self._look()
        self.entries[name] = secret

    def remove(self, name: str) -> None:
        self._look()
        self.entries.pop(name, None)

    def _look(self) -> None:
        if self.broken:
            raise KeyringError("the keyring is locked")


@dataclass
class FakeClock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def fake_vault(
    folder: Path,
    *,
    keyring: FakeKeyring | None = None,
    clock: Callable[[], datetime] | None = None,
    settings: StoreSettings | None = None,
    redactor: FakeRedactor | None = None,
) -> Vault:
    """A vault in that folder; `create(PASSPHRASE)` makes its store."""
    return Vault(
        folder,
        settings or StoreSettings(),
        keyring,
        clock or FakeClock(),
        redactor=redactor or FakeRedactor(),
        cost=CHEAP,
    )


def summary_of(**changes: Any) -> RedactedSummary:
    """A summary with something in every field."""
    summary = RedactedSummary(
        call_date=TODAY,
        duration_s=1260,
        listening_share=0.72,
        unheard_s=12,
        open_count=9,
        closed_count=4,
        steps_reached=(1, 2, 3, 4, 5),
        goals_met=("agenda", "share_the_why"),
        issues=(Fact("hours/scheduling", Origin.HEARD), Fact("safety", Origin.TAPPED)),
        decision_maker=Fact("site manager", Origin.HEARD),
        ask=Fact("meeting", Origin.HEARD),
        commitment=Fact("yes", Origin.TAPPED),
        next_step=RecordedStep(
            "them", "meeting", "2026-04-21T18:00", Origin.TAPPED, True, SafeText("bring the roster")
        ),
        self_care=Fact("offered", Origin.HEARD),
        follow_up=Fact("call", Origin.TYPED),
        consent=Consent(ConsentHow.SPOKEN, NOW),
        provenance=Provenance("0.1.0", "one-on-one.en", "1.0", "0" * 64, "sphinx"),
        follow_up_detail=SafeText("ask about the break room"),
        note=SafeText("wants quieter evenings"),
    )
    return replace(summary, **changes)


def deletion_code_of(number: int) -> str:
    """A deletion code for the call of that number."""
    return f"{number:016d}"


def approved_of(number: int = 17, **changes: Any) -> ApprovedSummary:
    """An approval as the review would give: code 'maple-<number>'."""
    digest = deletion_digest(deletion_code_of(number))
    return ApprovedSummary(f"maple-{number}", summary_of(**changes), NOW, digest)
