"""`companion rap`: make a conversation's rap your own, try it, test it, and publish it."""

from __future__ import annotations

from importlib import import_module

import typer

# Each module has `register(group)` and adds its commands; see `companion.cli.app` for the rule
# of what such a file may import at the top. In the order in which a trainer meets them.
RAP_MODULES: tuple[str, ...] = (
    "rap_new",
    "rap_validate",
    "rap_try",
    "rap_test",
    "rap_compare",
    "rap_gate",
    "rap_tune",
    "rap_publish",
    "rap_versions",
    "rap_import",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="The conversation's plan: make it yours, try it, test it, publish it.",
        no_args_is_help=True,
    )
    for name in RAP_MODULES:
        import_module(f"companion.cli.{name}").register(group)
    app.add_typer(group, name="rap")
