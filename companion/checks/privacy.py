"""Is what a call hears kept from others: other programs, the network? Was it ever audited?"""

from __future__ import annotations

import os

from companion import seclusion
from companion.checks.check import Check, Verdict

NO_NETWORK = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")
"""Set for the recognizer's process: with these its libraries fetch nothing and report nothing."""


def own_process(name: str) -> Check:
    """What others on this computer could see of this process."""
    held = seclusion.look()
    open_to = [
        words
        for words, wrong in (
            ("a crash could leave its memory on disk", held.core_dumps is True),
            ("another program of yours could read its memory", held.traceable is True),
            ("files that it makes could be read by others", held.private_files is False),
        )
        if wrong
    ]
    if open_to:
        return Check(
            name,
            Verdict.WARN,
            "; ".join(open_to),
            "start companion by its command, not from a debugger or another program",
        )
    if held.core_dumps is None:
        remedy = "its crash reports are the system's: switch them off in the privacy settings"
        return Check(name, Verdict.OK, "asks the system for crash reports without memory", remedy)
    return Check(name, Verdict.OK, "no core dumps, no looking in, files for you alone")


def network(name: str) -> Check:
    """What can be told without watching a call: that what would report or fetch is switched off."""
    from companion.asr.child import environment

    for_recognizer = environment(threads=1)
    left_on = [key for key in NO_NETWORK if for_recognizer.get(key) != "1"]
    if os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        left_on.append("ORT_DISABLE_TELEMETRY")
    if left_on:
        return Check(
            name,
            Verdict.FAIL,
            f"a library may report or fetch in a call ({', '.join(left_on)})",
            "take these variables out of your environment and start companion again",
        )
    return Check(
        name,
        Verdict.OK,
        "calls use none: the model hub is switched off for the recognizer, and so are reports to "
        "the makers of libraries; only 'companion audit' watches whether it stays so",
    )


def last_audit(name: str) -> Check:
    """What 'companion audit' found here last."""
    from companion import __version__
    from companion.audit.last_audit import OUTCOMES, read_last

    last = read_last()
    if last is None:
        return Check(
            name,
            Verdict.OK,
            "the promises were not checked on this computer yet; 'companion audit' does so",
        )
    finding = f"{'quick, ' if last.quick else ''}{last.made_at:%Y-%m-%d}: {OUTCOMES[last.outcome]}"
    if last.outcome == "found":
        return Check(
            name,
            Verdict.FAIL,
            finding,
            "run 'companion audit' again and read its receipt before the next call",
        )
    if last.version != __version__:
        finding += f"; that was version {last.version}, 'companion audit' checks this one"
    return Check(name, Verdict.OK, finding)
