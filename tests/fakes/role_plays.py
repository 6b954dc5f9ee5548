"""A rap of the user's own, and small labelled role-plays as files."""

from __future__ import annotations

from pathlib import Path

from companion import locations
from tests.trainer.calls import tiny_calls

_HEAD = "setting: test\ndate: 2026-05-04\nhand: {}\n---\n"
HANDS = "PQRSTU"
_ROUNDS = 3
"""Each call says its lines so often: training needs some."""


def own_rap(name: str) -> Path:
    """A copy of the shipped rap among the user's own."""
    path = locations.user_config() / "raps" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    shipped = locations.shipped("configs", "raps", "one-on-one.en.yaml")
    path.write_bytes(shipped.read_bytes() + b"# ours\n")
    return path


def folder_of_role_plays(folder: Path) -> Path:
    """Twelve calls by six hands, enough to learn from."""
    folder.mkdir()
    for number, call in enumerate(tiny_calls()):
        lines = [
            f"{int(u.step)} | {u.utterance.text}" + (f" | {u.cues[0]}" if u.cues else "")
            for u in call.utterances
        ]
        text = _HEAD.format(HANDS[number % len(HANDS)]) + "\n".join(lines * _ROUNDS) + "\n"
        (folder / f"{call.call_id}.call").write_text(text, encoding="utf-8")
    return folder
