"""The terminal view of a call, on Textual. The only place that imports it."""

from companion.live.terminal.app import CallApp
from companion.live.terminal.gate import GateApp
from companion.live.terminal.options import ViewOptions
from companion.live.terminal.review import ReviewApp

__all__ = ["CallApp", "GateApp", "ReviewApp", "ViewOptions"]
