"""What `companion audit` does: settle what was asked for, run it, show and keep the receipt."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from companion.asr.choose import best_installed
from companion.asr.model_files import find_model
from companion.audit.endings import ENDINGS, Ending, endings_named
from companion.audit.last_audit import LastAudit, keep_last
from companion.audit.receipt import Outcome, Receipt
from companion.audit.receipt_json import as_json
from companion.audit.receipt_page import as_markdown, as_rows
from companion.audit.whole import AuditPlan, forecast_s, run_audit
from companion.errors import InputError
from companion.live.session import LiveSession
from companion.notes.private_file import write_private
from companion.settings import load_settings
from companion.understanding.rap import find_rap
from companion.web.live_view import LiveView

QUICK_ENDINGS = ("saved", "kill")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    out: Path | None = None
    quick: bool = False
    endings: tuple[str, ...] = ()
    model: str | None = None
    form: Literal["markdown", "json", "table"] = "markdown"


def run_and_show(wanted: Wanted) -> int:
    """Run the audit; the exit code. Raises: InputError, ModelError, StoreError."""
    plan = AuditPlan(
        command=_command(wanted),
        views=_page_of,
        endings=_endings(wanted),
        programs=not wanted.quick,
        forgetting=not wanted.quick,
        whisper_model=None if wanted.quick else _whisper(wanted.model),
    )
    if wanted.out is not None:
        _check_folder(wanted.out)
    _tell(f"this takes about {forecast_s(plan) / 60:.1f} minutes; Ctrl-C stops it")
    receipt = run_audit(plan, _tell)
    keep_last(
        LastAudit(
            receipt.made_at,
            receipt.surroundings.version,
            receipt.outcome.name.lower(),
            quick=wanted.quick or bool(wanted.endings),
        )
    )
    print(_FORMS[wanted.form](receipt), end="" if wanted.form == "table" else "\n")
    if wanted.out is not None:
        _write(wanted.out, receipt)
    return 1 if receipt.outcome is Outcome.FOUND else 0


_FORMS = {"markdown": as_markdown, "json": as_json, "table": as_rows}


def _endings(wanted: Wanted) -> tuple[Ending, ...]:
    if wanted.endings:
        return endings_named(wanted.endings)
    return endings_named(QUICK_ENDINGS) if wanted.quick else ENDINGS


def _whisper(model: str | None) -> Path | None:
    if model is not None:
        return find_model(model).folder.resolve()
    best = best_installed(load_settings().recognizer)
    return None if best is None else best.folder.resolve()


@contextmanager
def _page_of(session: LiveSession) -> Iterator[LiveView]:
    """What the app in the browser shows of this call, words included."""
    outline = find_rap(load_settings().call.rap).outline()
    view = LiveView(session.board, outline, transcript=True)
    view.start()
    try:
        yield view
    finally:
        view.close()


def _check_folder(folder: Path) -> None:
    """Before minutes of work, and not after them. Raises: InputError."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; make it first, or choose another")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"nothing can be written in {folder} ({error.strerror}); choose another folder"
        ) from None


def _write(folder: Path, receipt: Receipt) -> None:
    """Two files that never replace others: an audit of the same minute has a name of its own."""
    for form, suffix in ((as_markdown, "md"), (as_json, "json")):
        path = folder / f"companion-audit-{receipt.made_at:%Y-%m-%d-%H%M%S}.{suffix}"
        write_private(path, [form(receipt)])
        _tell(f"written: {path}")


def _command(wanted: Wanted) -> str:
    """As it was typed, without folders of the user's."""
    words = ["companion audit"]
    words += ["--quick"] * wanted.quick
    words += [f"--ending {name}" for name in wanted.endings]
    words += ["--model …"] * (wanted.model is not None)
    return " ".join(words)


def _tell(line: str) -> None:
    print(f"companion: {line}", file=sys.stderr, flush=True)
