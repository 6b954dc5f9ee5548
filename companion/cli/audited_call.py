"""The program that `companion audit` watches: `companion call` with the audit's planted words.

Everything is what a call has, in the same two processes: the sound of the sample call, voice
activity, understanding, cards, the draft in the encrypted store, the review. Only the recognizer
is another: it hears the planted words, which come over the audit's line. Run by the audit as
`python -m companion.cli.audited_call ADDRESS`; it is no command of the program.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from multiprocessing.connection import Client

from companion.asr.choose import Chosen
from companion.audio.files import FileSource
from companion.audio.sample_call import shipped_sound
from companion.audit.planted_recognizer import planted_spec
from companion.audit.words_line import CALL
from companion.cli.call_start import CallRequest, Keeping
from companion.cli.calling import run_with
from companion.cli.opening import the_vault
from companion.domain.call import ConsentHow
from companion.errors import CompanionError
from companion.live.gate import consent_now
from companion.settings import Settings
from companion.understanding.rap import find_rap


def main(address: str) -> int:
    """The call, to its end; its exit code."""
    with Client(address, "AF_UNIX") as line:
        line.send((CALL, os.getpid()))
        orders = line.recv()
    settings = Settings()
    chosen = Chosen(planted_spec(address), "The recognizer hears the audit's planted words.")
    try:
        with the_vault().open(orders["passphrase"]) as store:
            run_with(
                CallRequest(
                    consent=ConsentHow.SPOKEN.value,
                    view="plain",
                    transcript=orders["transcript"] == "yes",
                ),
                settings,
                find_rap(settings.call.rap),
                consent_now(ConsentHow.SPOKEN),
                FileSource(shipped_sound()),
                "plain",
                date.today(),
                Keeping(store, reviewed=True),
                chosen,
            )
    except KeyboardInterrupt:
        print("companion: stopped", file=sys.stderr)
        return 130
    except CompanionError as error:
        print(f"companion: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
