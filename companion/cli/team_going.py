"""Going to the team's server for a command: the password, and a word while it takes long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from companion.cli.opening import passphrase_from_stdin
from companion.errors import LockedError, TeamError
from companion.store.team_address import TeamAddress
from companion.store.team_connection import TeamAccount, TeamLink, connected

SLOW_S = 1.0
"""After so long people are told what is being waited for."""


@contextmanager
def going_to(account: TeamAccount) -> Generator[TeamLink, None, None]:
    """A connection to the team's server. Raises: TeamError."""
    with ExitStack() as stack:
        with said_when_slow(f"Asking the team's server {account.address.server} ..."):
            link = stack.enter_context(connected(account))
        yield link


@contextmanager
def said_when_slow(sentence: str) -> Generator[None, None, None]:
    """Print a sentence to standard error where the block takes over a second."""
    timer = threading.Timer(SLOW_S, print, (sentence,), {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def server_password(address: TeamAddress, from_stdin: bool) -> str:
    """The password for a server: a line of standard input, or asked for without showing it.

    Raises: TeamError where there is none.
    """
    if from_stdin:
        try:
            password = passphrase_from_stdin()
        except LockedError:
            raise TeamError(
                "standard input has no line with the server's password; write one to it"
            ) from None
    else:
        password = _asked(address)
    if not password.strip():
        raise TeamError("the password is empty; type the one of the invitation")
    return password.strip()


def _asked(address: TeamAddress) -> str:
    import getpass

    if sys.stdin is None or not sys.stdin.isatty():
        raise TeamError(
            "there is nobody here to ask for the server's password; give it with --password-stdin"
        )
    try:
        return getpass.getpass(
            f"Password of {address.user} at {address.server}: ", stream=sys.stderr
        )
    except EOFError:
        raise TeamError("no password was given; run the command again") from None
