"""A scripted call as the app in the browser holds it: the board and the hands of `FakeCall`."""

from __future__ import annotations

import time
from collections.abc import Callable

from companion.domain.outline import RapOutline
from companion.errors import InputError
from companion.live.board import Snapshot
from companion.web.calling import Ending, ShownCall
from companion.web.live_view import LiveView
from tests.fakes.board import OUTLINE, FakeCall


class ScriptedCall(ShownCall):
    """Its board is written by the test; see `FakeCall`."""

    def __init__(
        self,
        first: Snapshot | None = None,
        outline: RapOutline = OUTLINE,
        clock_s: Callable[[], float] = time.monotonic,
        *,
        follow: bool = True,
    ) -> None:
        """`follow`: a thread follows the board; without it the test calls `view.look()`."""
        self.hands = FakeCall(first)
        self.outline = outline
        self.view = LiveView(self.hands.board, outline, clock_s=clock_s)
        if follow:
            self.view.start()

    @property
    def ending(self) -> Ending | None:
        """Nothing to decide on."""
        return Ending(self.hands.board.latest().phase) if self.is_over else None

    @property
    def may_be_kept(self) -> bool:
        """As if they had agreed to a summary."""
        return True

    @property
    def controls(self) -> FakeCall:
        """The hands that remember. Raises: InputError once the call is over."""
        if self.is_over:
            raise InputError("the call is over")
        return self.hands

    @property
    def is_over(self) -> bool:
        """As the board says."""
        return self.hands.board.latest().phase.is_over

    def close(self) -> None:
        """Stop following."""
        self.view.close()
