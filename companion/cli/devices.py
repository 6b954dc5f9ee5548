"""`companion devices`: the inputs of this computer, and which of them may be used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from companion.audio.devices import InputDevice

NOTHING = (
    "No microphone was found. Plug one in, or allow this program to use it in the system's "
    "privacy settings; then run 'companion devices' again."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("devices")(devices)


def devices(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each input.")] = False,
) -> None:
    """List the microphones, and which are refused and why."""
    from companion.audio.devices import list_inputs

    inputs = list_inputs()
    if as_json:
        for device in inputs:
            typer.echo(json_line(device))
        return
    typer.echo("\n".join(table(inputs)))


def table(inputs: Sequence[InputDevice]) -> list[str]:
    """The lines people read."""
    if not inputs:
        return [NOTHING]
    lines = []
    for device in inputs:
        lines.append(device.name + (" (default)" if device.is_default else ""))
        form = f"{_count(device.channels, 'channel')}, {device.default_rate_hz} Hz"
        lines.append(f"    {device.host_api}, {form}")
        if device.refused:
            lines.append(f"    refused: {device.refused}")
    if all(device.refused for device in inputs):
        lines += ["", "None of these can be used. " + NOTHING.partition(". ")[2]]
    else:
        lines += ["", "Use one with 'companion call --device NAME'; without, the default is used."]
    return lines


def json_line(device: InputDevice) -> str:
    """The machine form; `refused` is null or the reason."""
    return json.dumps(
        {
            "name": device.name,
            "host_api": device.host_api,
            "channels": device.channels,
            "default_rate_hz": device.default_rate_hz,
            "default": device.is_default,
            "refused": device.refused,
        },
        ensure_ascii=False,
    )


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
