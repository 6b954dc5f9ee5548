"""`companion settings`: show and change what can be set."""

from __future__ import annotations

from typing import Annotated

import typer

Key = Annotated[str, typer.Argument(metavar="KEY", help="Such as audio.device.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Show and change what can be set.", no_args_is_help=True)
    group.command("show")(show)
    group.command("path")(path)
    group.command("set")(set_value)
    group.command("reset")(reset)
    app.add_typer(group, name="settings")


def show(
    defaults: Annotated[
        bool, typer.Option("--defaults", help="The commented file of all defaults instead.")
    ] = False,
) -> None:
    """Show every setting, its value and what it takes. A star marks what you changed."""
    from companion.settings import load_settings
    from companion.settings_reference import defaults_text, known_settings, value_of

    if defaults:
        typer.echo(defaults_text(), nl=False)
        return
    settings = load_settings()
    for setting in known_settings():
        value = value_of(settings, setting)
        mark = "*" if value != setting.default else " "
        typer.echo(f"{mark} {setting.key} = {_shown(value)}")
        typer.echo(f"    {setting.comment}")


def path() -> None:
    """Print where your settings file is (or would be)."""
    from companion import locations

    typer.echo(locations.settings_file())


def set_value(
    key: Key,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="'' for nothing.")],
) -> None:
    """Change one setting; comments in your file stay."""
    from companion.settings import load_settings
    from companion.settings_file import write_settings
    from companion.settings_reference import find_setting, value_of

    setting = find_setting(key)
    # Nothing, as an empty value in the file, unless text is what the setting takes.
    given = None if value == "" and not isinstance(setting.default, str) else value
    written = write_settings({key: given})
    typer.echo(f"{key} = {_shown(value_of(load_settings(), setting))}  ({written.path})")
    if written.kept_as:
        typer.echo(f"Your file had a form that had to be rewritten; as it was: {written.kept_as}")


def reset(key: Key) -> None:
    """Go back to the default of one setting."""
    from companion.settings_file import write_settings
    from companion.settings_reference import find_setting

    setting = find_setting(key)
    written = write_settings({key: setting.default})
    typer.echo(f"{key} = {_shown(setting.default)}  (the default)")
    if written.kept_as:
        typer.echo(f"Your file had a form that had to be rewritten; as it was: {written.kept_as}")


def _shown(value: object) -> str:
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
