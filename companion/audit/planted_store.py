"""The encrypted store of an audit: made empty, and afterwards searched with its key in hand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from companion.audit.disk import finding
from companion.audit.endings import Ending, Left
from companion.audit.findings import Breach, Finding
from companion.audit.identifiers import Identifier
from companion.audit.needles import Needles
from companion.settings import StoreSettings
from companion.store.pages import unlocked_content
from companion.store.vault import Vault, utc_now

PASSPHRASE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Planted:
    """What is planted in every call of an audit."""

    spoken: tuple[Identifier, ...]
    typed_kept: Identifier
    """Typed by the organizer, masked, and kept knowingly: it may be in the store, encrypted."""
    typed_masked: Identifier
    """Typed and left masked: it may be nowhere."""

    @property
    def all(self) -> tuple[Identifier, ...]:
        """What may stand in no file as it is."""
        return (*self.spoken, self.typed_kept, self.typed_masked)


def new_passphrase() -> str:
    """For the store of one audit."""
    return secrets.token_hex(PASSPHRASE_BYTES)


def make_store(folder: Path, passphrase: str) -> None:
    """An empty encrypted store, to be copied for each call. Raises: StoreError."""
    folder.parent.mkdir(parents=True)
    Vault(folder, StoreSettings(), keyring=None).create(passphrase).close()


def search_store(ending: Ending, planted: Planted, store: Path, passphrase: str) -> list[Finding]:
    """What the store holds, with its key in hand: decrypted, every page of it."""
    content = unlocked_content(store, passphrase)
    findings = []
    inside = finding(Needles((*planted.spoken, planted.typed_masked)), content, "the store, opened")
    if inside is not None:
        findings.append(inside)
    with Vault(store, StoreSettings(), keyring=None).open(passphrase) as opened:
        calls, drafts = len(opened.calls.codes()), len(opened.drafts.pending(utc_now()))
    left = Left.CALL if calls else Left.DRAFT if drafts else Left.NOTHING
    if left is not ending.left:
        findings.append(Finding(Breach.ENDED, f"{ending.name}: the store holds {left.value}"))
    if ending.left is Left.CALL and not Needles((planted.typed_kept,)).find(content):
        # The word that was kept knowingly proves that this search can find one.
        findings.append(Finding(Breach.ENDED, f"{ending.name}: the kept word was not found"))
    return findings
