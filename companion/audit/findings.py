"""What an audit may find, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Breach(str, Enum):
    """What was broken."""

    PLANTED = "planted words written"
    OPENED = "a file opened for writing"
    MAPPED = "a writable shared file mapping"
    CONNECTED = "a connection that is not local"
    UNSEEN = "a way of writing that cannot be watched"
    CORE = "a core file"
    MISSED = "a line of the trace that could not be read"
    ENDED = "an ending other than expected"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: where, and by which planted identifiers it shows. Quotes none of them."""

    breach: Breach
    where: str
    """A path, an address, a system call."""
    numbers: frozenset[int] = frozenset()
    """Of the planted identifiers that were found there."""
    forms: frozenset[str] = frozenset()
    """How they were spelled."""

    def __str__(self) -> str:
        spelled = f" as {', '.join(sorted(self.forms))}" if self.forms else ""
        things = "identifier" if len(self.numbers) == 1 else "identifiers"
        count = f" ({len(self.numbers)} {things}{spelled})" if self.numbers else ""
        return f"{self.breach.value}: {self.where}{count}"
