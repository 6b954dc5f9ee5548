"""The receipt as a value: what was done, what was found, and what it does not show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from companion.audit.control_runs import ControlSeen
from companion.audit.disk import DiskSearch
from companion.audit.findings import Breach, Finding
from companion.audit.forgetting import Forgot
from companion.audit.programs import ProgramSeen
from companion.audit.scenario import EndingSeen

SEARCHED_FORMS = "UTF-8, UTF-16, UTF-32, hex, base64, URL-escaped, JSON-escaped, in any case"
NOT_SHOWN = (
    "It shows this program, this version and this computer, on this day; not other programs.",
    "The planted calls hear the shipped sample sound, and a recognizer that says the planted "
    "words stands in for the real ones; those run, watched, on the sample call without plants.",
    "Words that a program would encrypt, hash or compress by means of its own before it wrote "
    "them could not be found as bytes. That no file was opened and nothing was mapped covers "
    "that, except in the store's folder, whose files were searched with the key as well.",
    "Swap, hibernation and what the terminal keeps of its window belong to the system.",
    "What a sound server or a video program does with the microphone is theirs.",
)


class Outcome(str, Enum):
    """What the audit came to."""

    CLEAN = "clean"
    IN_PART = "clean in the parts that work here"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """On what, with what."""

    version: str
    system: str
    python: str
    strace: str
    """Its version, or why there is none."""
    network: str
    """What network the watched programs had."""
    core_files: str
    """What this system does with a process that crashes."""
    as_root: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """One audit."""

    made_at: datetime
    command: str
    took_s: float
    planted: int
    surroundings: Surroundings
    traced: bool
    endings: tuple[EndingSeen, ...]
    programs: tuple[ProgramSeen, ...]
    controls: tuple[ControlSeen, ...]
    forgot: tuple[Forgot, ...]
    outside: DiskSearch
    """The system's temporary folders, and the user's own folders of the program."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that must not be."""
        calls = [f for ending in self.endings for f in ending.findings]
        others = [f for program in self.programs for f in program.findings]
        late = [
            Finding(Breach.ENDED, f"{f.how.value}: {f.held_after} objects still hold words")
            for f in self.forgot
            if not f.well
        ]
        return (*calls, *others, *self.outside.findings, *late)

    @property
    def missed(self) -> tuple[ControlSeen, ...]:
        """Controls that were not caught: then nothing else can be believed."""
        return tuple(control for control in self.controls if not control.caught)

    @property
    def outcome(self) -> Outcome:
        """In a word."""
        if self.findings or self.missed:
            return Outcome.FOUND
        return Outcome.CLEAN if self.traced else Outcome.IN_PART

    def of(self, breach: Breach) -> int:
        """How many findings of this kind."""
        return sum(1 for finding in self.findings if finding.breach is breach)

    @property
    def planted_found(self) -> int:
        """Planted identifiers found anywhere."""
        return len({number for finding in self.findings for number in finding.numbers})
