"""Is all well on this computer? Small checks, each a finding in plain words and a way to mend it.

Every check is guarded: one that fails in a way nobody thought of is a finding too. None opens
the microphone, none reaches the network, none changes anything.
"""

from companion.checks.check import Check, Verdict, guarded
from companion.checks.doctor import CHECKS, run_checks
from companion.checks.level import Loudness, hear, levels, loudness

__all__ = [
    "CHECKS",
    "Check",
    "Loudness",
    "Verdict",
    "guarded",
    "hear",
    "levels",
    "loudness",
    "run_checks",
]
