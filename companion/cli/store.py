"""`companion store`: make, lock, back up and look over the encrypted store of calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from companion.cli.call_options import Yes, confirmed
from companion.cli.opening import (
    PassphraseStdin,
    ask,
    ask_new,
    open_store,
    passphrase_from_stdin,
    require_store,
    the_vault,
)
from companion.errors import InputError, LockedError, StoreError

if TYPE_CHECKING:
    from companion.store.vault import Vault

Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
NO_WAY_BACK = (
    "Nobody can open the store without its passphrase, neither you nor us: keep it where you "
    "will find it."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="The encrypted store of your calls: make it, lock it, back it up, look it over.",
        no_args_is_help=True,
    )
    group.command("init")(init)
    group.command("status")(status)
    group.command("unlock")(unlock)
    group.command("lock")(lock)
    group.command("passphrase")(passphrase)
    group.command("backup")(backup)
    group.command("restore")(restore)
    group.command("check")(check)
    app.add_typer(group, name="store")


def init(passphrase_stdin: PassphraseStdin = False) -> None:
    """Make the store on this computer, behind a passphrase of your choice."""
    vault = the_vault()
    if vault.exists:
        raise StoreError(
            f"there is a store in {vault.folder} already; 'companion store status' tells more"
        )
    if not passphrase_stdin:
        typer.echo(
            "Choose a passphrase of at least 12 characters; four or five words that do not belong "
            "together are good."
        )
    chosen = passphrase_from_stdin() if passphrase_stdin else ask_new("Passphrase: ")
    vault.create(chosen).close()
    typer.echo(f"The store is ready: {vault.folder}")
    typer.echo(NO_WAY_BACK)


def status(as_json: Json = False) -> None:
    """Show whether there is a store, and whether it is locked. Asks for nothing."""
    vault = the_vault()
    unlocked = vault.is_unlocked
    if as_json:
        row = {"folder": str(vault.folder), "exists": vault.exists, "unlocked": unlocked}
        typer.echo(json.dumps(row, ensure_ascii=False))
    elif not vault.exists:
        typer.echo("There is no store on this computer yet; 'companion store init' makes one.")
    else:
        typer.echo(f"Store:  {vault.folder}")
        typer.echo(f"State:  {'unlocked' if unlocked else 'locked'}")


def unlock(passphrase_stdin: PassphraseStdin = False) -> None:
    """Unlock the store for the commands that follow, until it is locked or lies idle."""
    vault = the_vault()
    require_store(vault)
    given = passphrase_from_stdin() if passphrase_stdin else None
    store = vault.open(given) if given is not None else open_store()
    store.close()
    if vault.is_unlocked:
        typer.echo("The store is unlocked; 'companion store lock' locks it again.")
    else:
        typer.echo(
            "The passphrase is right. There is no keyring here that could hold the key (or "
            "store.use_keyring is false), so each command will ask for the passphrase."
        )


def lock() -> None:
    """Lock the store: the next command asks for the passphrase."""
    vault = the_vault()
    require_store(vault)
    vault.lock()
    typer.echo("The store is locked.")


def passphrase(
    passphrase_stdin: Annotated[
        bool,
        typer.Option(
            "--passphrase-stdin",
            help="Read two lines of standard input: the old passphrase, then the new one.",
        ),
    ] = False,
) -> None:
    """Change the passphrase. Backups made before keep the one they were made with."""
    vault = the_vault()
    require_store(vault)
    if passphrase_stdin:
        old, new = passphrase_from_stdin(), passphrase_from_stdin()
    else:
        old, new = ask("Present passphrase: "), ask_new()
    vault.change_passphrase(old, new)
    typer.echo("The passphrase was changed. Backups made before still open with the old one.")


def backup(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="A new file, best on another disk.")
    ],
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Back the store up into one encrypted file, and read it back to be sure."""
    vault = the_vault()
    require_store(vault)
    if target.is_dir():
        raise InputError(f"{target} is a folder; name a new file in it, such as {target / 'calls'}")
    given = passphrase_from_stdin() if passphrase_stdin else None
    if given is None and not vault.is_unlocked:
        given = ask("Passphrase of the store: ")
    calls = vault.backup(target, given)
    typer.echo(f"{_calls(calls)} in {target}. It opens with the passphrase that the store has now.")


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    yes: Yes = False,
    forget_erased: Annotated[
        bool,
        typer.Option(
            "--forget-erased",
            help="Go on where the present store cannot be opened to see which calls were erased "
            "since the backup.",
        ),
    ] = False,
    passphrase_stdin: Annotated[
        bool,
        typer.Option(
            "--passphrase-stdin",
            help="Read the backup's passphrase from the first line of standard input, and the "
            "present store's, if it is another one, from the second.",
        ),
    ] = False,
) -> None:
    """Exchange the store for a backup. Calls that were erased since then stay erased."""
    from companion.store.backup_file import read_backup_file

    vault = the_vault()
    read_backup_file(source)  # before anything is asked
    if vault.exists and not confirmed(f"Exchange the store in {vault.folder} for {source}?", yes):
        typer.echo("Nothing was changed.", err=True)
        return
    present: str | None = None
    if passphrase_stdin:
        given = passphrase_from_stdin()
        present = _second_line()
    else:
        given = ask("Passphrase of the backup: ")
        if not forget_erased and _is_locked(vault):
            present = ask("Passphrase of the present store (Enter: the same): ") or None
    restored = vault.restore(source, given, present_passphrase=present, forget_erased=forget_erased)
    typer.echo(f"{_calls(restored.calls)} restored. The store has the backup's passphrase now.")
    if restored.erased_again:
        again = _calls(restored.erased_again)
        typer.echo(f"Erased since the backup, and not brought back: {again}.")


def check(
    mend: Annotated[
        bool, typer.Option("--mend", help="Close the files to others, build the search anew.")
    ] = False,
    clock_is_right: Annotated[
        bool,
        typer.Option("--clock-is-right", help="The computer's date is right after a long time."),
    ] = False,
    passphrase_stdin: PassphraseStdin = False,
    as_json: Json = False,
) -> None:
    """Look the store over: damage, search, permissions, clock. Says what to do."""
    vault = the_vault()
    require_store(vault)
    given = passphrase_from_stdin() if passphrase_stdin else None
    if given is None and not vault.is_unlocked:
        given = ask("Passphrase of the store: ")
    if clock_is_right:
        with vault.open(given) as store:
            store.accept_clock()
    findings = vault.check(given, mend=mend)
    if as_json:
        typer.echo(json.dumps({"well": not findings, "findings": findings}, ensure_ascii=False))
    elif not findings:
        typer.echo("The store is well.")
    for finding in findings if not as_json else ():
        typer.echo(f"- {finding}.")
    if findings:
        raise typer.Exit(2)


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"


def _is_locked(vault: Vault) -> bool:
    """False also where there is no store, or one whose key file is damaged."""
    try:
        return vault.exists and not vault.is_unlocked
    except StoreError:
        return False


def _second_line() -> str | None:
    try:
        return passphrase_from_stdin() or None
    except LockedError:
        return None
