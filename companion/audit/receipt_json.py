"""The receipt for programs: all of it, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from companion.audit.findings import Finding
from companion.audit.judge import Seen
from companion.audit.programs import ProgramSeen
from companion.audit.receipt import NOT_SHOWN, SEARCHED_FORMS, Receipt
from companion.audit.scenario import EndingSeen


def as_json(receipt: Receipt) -> str:
    """The whole receipt, for programs."""
    around = receipt.surroundings
    return json.dumps(
        {
            "audit": "companion",
            "made_at": receipt.made_at.isoformat(timespec="seconds"),
            "outcome": receipt.outcome.name.lower(),
            "version": around.version,
            "command": receipt.command,
            "took_s": round(receipt.took_s, 1),
            "system": around.system,
            "python": around.python,
            "strace": around.strace,
            "network": around.network,
            "core_files": around.core_files,
            "as_root": around.as_root,
            "planted": receipt.planted,
            "planted_found": receipt.planted_found,
            "searched_as": SEARCHED_FORMS,
            "endings": [_ending_json(ending) for ending in receipt.endings],
            "programs": [_program_json(program) for program in receipt.programs],
            "controls": [
                {"name": c.control.name, "title": c.control.title, "caught": c.caught, "how": c.how}
                for c in receipt.controls
            ],
            "forgetting": [
                {
                    "how": f.how.value,
                    "words_before": f.words_before,
                    "sound_before": f.sound_before,
                    "held_after": f.held_after,
                    "took_s": round(f.took_s, 3),
                    "recognizer_gone": f.recognizer_gone,
                }
                for f in receipt.forgot
            ],
            "outside": {
                "files": receipt.outside.files,
                "bytes": receipt.outside.searched_bytes,
                "not_read": list(receipt.outside.not_read),
            },
            "findings": [_finding_json(finding) for finding in receipt.findings],
            "does_not_show": list(NOT_SHOWN),
        },
        indent=2,
        ensure_ascii=False,
    )


def _ending_json(ending: EndingSeen) -> dict[str, object]:
    seen = ending.seen
    return {
        "name": ending.ending.name,
        "title": ending.ending.title,
        "took_s": round(ending.took_s, 1),
        "heard": ending.heard,
        "shown_on_screen": ending.shown,
        "recognizers": ending.recognizers,
        "store_holds": ending.ending.left.value,
        "findings": [_finding_json(finding) for finding in ending.findings],
        "trace": None if seen is None else _seen_json(seen),
        "disk": {"files": ending.disk.files, "bytes": ending.disk.searched_bytes},
    }


def _program_json(program: ProgramSeen) -> dict[str, object]:
    return {
        "name": program.program.name,
        "title": program.program.title,
        "took_s": round(program.took_s, 1),
        "findings": [_finding_json(finding) for finding in program.findings],
        "trace": None if program.seen is None else _seen_json(program.seen),
    }


def _seen_json(seen: Seen) -> dict[str, object]:
    values = asdict(seen)
    del values["findings"]
    return values


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "breach": finding.breach.value,
        "where": finding.where,
        "identifiers": len(finding.numbers),
        "forms": sorted(finding.forms),
    }
