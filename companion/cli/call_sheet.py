"""Everything that is kept of one call, on a terminal."""

from __future__ import annotations

from companion.cli.terminal_text import wrapped
from companion.domain.outline import RapOutline
from companion.notes.sheet import sheet
from companion.store.stored_call import StoredCall

_NAME_WIDTH = 18


def printed(call: StoredCall, outline: RapOutline, width: int) -> list[str]:
    """The sheet as lines for a terminal of `width` columns. `outline`: the words for ids."""
    lines = [call.code]
    for part in sheet(call, outline):
        lines += ["", part.title]
        for name, value in part.lines:
            lines += wrapped(f"  {name}", value, width, _NAME_WIDTH)
    return lines
