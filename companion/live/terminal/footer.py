"""The short list of keys at the bottom; each one can be clicked too."""

from __future__ import annotations

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from companion.live.terminal.keys import footer_keys

_GAP = 2


class KeyFooter(Static):
    """As many keys as fit, the most needed ones first to stay."""

    def on_resize(self, event: Resize) -> None:
        """Choose again what fits."""
        keys = footer_keys(event.size.width + _GAP, _GAP)
        parts = [
            Content.assemble(
                (key.shown, "bold $accent"), (f" {key.footer}", "$foreground 80%")
            ).stylize(f"@click={key.action}" if "(" in key.action else f"@click={key.action}()")
            for key in keys
        ]
        self.update(Content(" " * _GAP).join(parts))
