"""What can go wrong with the team's server, said in one plain sentence that ends with the way out.

A server's message may carry values, names and addresses, so nothing of it is passed on: the kind
of the error chooses the sentence, and the cause is cut off.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from companion.errors import TeamError
from companion.store.team_address import TeamAddress


class UnreachableTeamError(TeamError):
    """The server was not reached, or the connection was lost: trying again later may help."""


@contextmanager
def in_team_words(address: TeamAddress) -> Generator[None, None, None]:
    """Turn what the driver raises into a TeamError; let every other error pass."""
    try:
        yield
    except (DBAPIError, psycopg.Error, OSError) as error:
        raise failure(error, address) from None


def failure(error: BaseException, address: TeamAddress) -> TeamError:
    """What happened and what to do, by the kind of the error; nothing of its text."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    state = getattr(error, "sqlstate", None)
    words = {"server": address.server, "user": address.user, "database": address.database}
    if state is None or state in _REFUSED_AT_THE_DOOR:
        kind = _kind_at_the_door(error, state)
        away = kind in (_UNREACHABLE, _TOO_SLOW, _LOST)
        return (UnreachableTeamError if away else TeamError)(kind.format(**words))
    known = _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
    if known is None:
        return TeamError(_UNKNOWN.format(state=state, **words))
    away = known in (_LOST, _TOO_SLOW, _BUSY)
    return (UnreachableTeamError if away else TeamError)(known.format(**words))


def _kind_at_the_door(error: BaseException, state: str | None) -> str:
    """Where the driver gives no code its own English words decide, and are not shown."""
    if isinstance(error, errors.ConnectionTimeout):
        return _TOO_SLOW
    if state is not None:
        return _REFUSED_AT_THE_DOOR[state]
    text = str(error).lower()
    return next((kind for sign, kind in _SIGNS if sign in text), _UNREACHABLE)


_UNREACHABLE = (
    "the team's server {server} cannot be reached; see whether you are online, then do the same "
    "again"
)
_TOO_SLOW = "the team's server {server} did not answer in time; do the same again later"
_LOST = "the connection to the team's server {server} was lost; do the same again"
_BUSY = "the team's server {server} has no room for another connection now; try again later"
_NO_TLS = (
    "the team's server {server} offers no encrypted connection, so nothing was sent; ask whoever "
    "runs it to switch TLS on, or use a tunnel and --without-tls"
)
_BAD_CERTIFICATE = (
    "the team's server {server} could not prove that it is the right one, so nothing was sent; "
    "if your team has a certificate of its own, give its file with --ca, else ask whoever runs it"
)
_BAD_PASSWORD = (
    "the team's server {server} does not let {user} in with this password; type it again, or ask "
    "for a new one ('companion team join' takes it)"
)
_WEAK_ASKING = (
    "the team's server {server} asks for the password in a way that would give it away, so "
    "nothing was sent; ask whoever runs it to use scram-sha-256"
)
_NO_DATABASE = (
    "the team's server {server} has no database {database}; see whether the address is right"
)
_NO_MEMBER = (
    "the team's server {server} does not let {user} into the database {database}; ask whoever set "
    "the team up for an invitation"
)
_NO_SCHEMA = (
    "the database {database} at {server} is not set up for a team; whoever owns it runs "
    "'companion team setup'"
)
_NOT_ALLOWED = (
    "the team's server does not let {user} do this: another member has this very call there, or "
    "your membership ended; ask whoever set the team up"
)
_REFUSED_VALUE = (
    "the team's server does not take this call in this form; update companion, and ask whoever "
    "set the team up to do so too"
)
_READ_ONLY = "the team's server {server} takes nothing at the moment; try again later"
_FULL = "the disk of the team's server {server} is full; tell whoever runs it, then try again"
_UNKNOWN = (
    "the team's server {server} could not do this (code {state}); nothing was half done. Try "
    "again, and tell whoever runs it if it stays so"
)

_REFUSED_AT_THE_DOOR = {
    "28P01": _BAD_PASSWORD,
    "28000": _BAD_PASSWORD,
    "3D000": _NO_DATABASE,
}
# In this order: the certificate's problem also mentions SSL.
_SIGNS = (
    ("certificate", _BAD_CERTIFICATE),
    ("does not match host name", _BAD_CERTIFICATE),
    ("does not support ssl", _NO_TLS),
    ("authentication method requirement", _WEAK_ASKING),
    ("password authentication failed", _BAD_PASSWORD),
    ("no pg_hba.conf entry", _BAD_PASSWORD),
    ("is not permitted to log in", _BAD_PASSWORD),
    ("no password supplied", _BAD_PASSWORD),
    ("permission denied for database", _NO_MEMBER),
    ("does not exist", _NO_DATABASE),
    ("too many", _BUSY),
    ("remaining connection slots", _BUSY),
    ("ssl", _BAD_CERTIFICATE),
    ("timeout expired", _TOO_SLOW),
    ("refused", _UNREACHABLE),
    ("connection is lost", _LOST),
    ("server closed the connection", _LOST),
    ("consuming input failed", _LOST),
    ("connection is closed", _LOST),
)
_BY_STATE = {
    "42501": _NOT_ALLOWED,
    "42P01": _NO_SCHEMA,
    "3F000": _NO_SCHEMA,
    "57014": _TOO_SLOW,
    "25006": _READ_ONLY,
    "53100": _FULL,
    "53300": _BUSY,
    "40001": _LOST,
    "40P01": _LOST,
}
_BY_CLASS = {
    "08": _LOST,
    "22": _REFUSED_VALUE,
    "23": _REFUSED_VALUE,
    "57": _LOST,
}
