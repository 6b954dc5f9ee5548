"""Opening the store for a command: the vault of this computer, and how a passphrase is asked for.

A passphrase comes from a prompt that shows nothing, or (`--passphrase-stdin`) from a line of
standard input. Never from an argument, which other programs see, nor from the environment.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from companion.errors import LockedError, StoreError

if TYPE_CHECKING:
    from companion.store.store import Store
    from companion.store.vault import Vault

PassphraseStdin = Annotated[
    bool,
    typer.Option(
        "--passphrase-stdin",
        help="Read the passphrase from the first line of standard input, for programs.",
    ),
]
_MAX_LINE_CHARS = 5000


def open_store(passphrase_stdin: bool = False) -> Store:
    """The store of this computer, opened; asks for the passphrase where one is needed.

    Raises: StoreError where there is no store (it says how to make one) or it cannot be opened;
    LockedError where the passphrase is wrong.
    """
    vault = the_vault()
    require_store(vault)
    if passphrase_stdin:
        return vault.open(passphrase_from_stdin())
    try:
        return vault.open()
    except LockedError:
        return unlock_by_asking(vault)


def the_vault() -> Vault:
    """The vault of this computer, whether there is a store in it or not. Raises: SettingsError."""
    from companion import locations
    from companion.settings import load_settings
    from companion.store.vault import Vault

    return Vault(locations.store_folder(), load_settings().store)


def require_store(vault: Vault) -> None:
    """Raises: StoreError where there is no store yet."""
    if not vault.exists:
        raise StoreError("there is no store on this computer yet; 'companion store init' makes one")


def unlock_by_asking(vault: Vault, tries: int = 3) -> Store:
    """Ask for the passphrase, a few times at most. Raises: LockedError."""
    passphrase = ask("Passphrase of the store: ")
    try:
        return vault.open(passphrase)
    except LockedError as error:
        if tries <= 1:
            raise
        typer.echo(f"companion: {error}", err=True)
    return unlock_by_asking(vault, tries - 1)


def ask(prompt: str) -> str:
    """Ask for a passphrase on the terminal, showing nothing. Raises: LockedError: nobody there."""
    import getpass

    if sys.stdin is None or not sys.stdin.isatty():
        raise LockedError(
            "a passphrase is needed and there is no terminal to ask for it; give it with "
            "--passphrase-stdin, or unlock the store first with 'companion store unlock'"
        )
    try:
        return getpass.getpass(prompt, stream=sys.stderr)
    except EOFError:
        raise LockedError("no passphrase was given; run the command again") from None


def ask_new(prompt: str = "New passphrase: ", tries: int = 3) -> str:
    """Ask for a new passphrase twice; a few times, where it is weak or the two differ.

    Raises: StoreError after the last time; LockedError as `ask`.
    """
    from companion.store.key_file import check_strength

    first = ask(prompt)
    try:
        check_strength(first)
        if first != ask("The same again: "):
            raise StoreError("the two passphrases differ; nothing was changed. Type both again")
    except LockedError:
        raise
    except StoreError as error:
        if tries <= 1:
            raise
        typer.echo(f"companion: {error}", err=True)
        return ask_new(prompt, tries - 1)
    return first


def passphrase_from_stdin() -> str:
    """The next line of standard input. Raises: LockedError where there is none."""
    line = sys.stdin.readline(_MAX_LINE_CHARS) if sys.stdin is not None else ""
    if not line:
        raise LockedError("standard input has no line with the passphrase; write one to it")
    return line.rstrip("\r\n")
