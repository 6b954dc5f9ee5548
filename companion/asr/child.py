"""The recognizer's process: what runs in the child.

Nothing heavy is imported at the top: the environment must be set before
numpy, pocketsphinx or CTranslate2 is loaded. It says nothing on standard output or error, since
native code may print words there, and it ends as soon as its parent is gone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Mapping
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from companion.seclusion import seclude

if TYPE_CHECKING:
    from companion.asr.protocol import Recognizer
    from companion.asr.wire import Reply, Request


def run(
    connection: Connection,
    engine: str,
    factory: str,
    options: Mapping[str, str | int | float | bool | None],
    threads: int,
) -> None:
    """Load the recognizer and answer requests until the pipe closes."""
    _shut_up()
    seclude()
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(environment(threads))
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    try:
        _serve(connection, engine, factory, options)
    except (EOFError, OSError):
        code = 0
    except BaseException:  # noqa: BLE001 - a traceback could quote speech: end without a word
        code = 1
    else:
        code = 0
    # Not a plain return: native threads must not hold up the end, nor print while ending.
    os._exit(code)


def _serve(
    connection: Connection,
    engine: str,
    factory: str,
    options: Mapping[str, str | int | float | bool | None],
) -> None:
    from companion.asr.spec import RecognizerSpec
    from companion.asr.wire import Raised, Ready, Refused, pack_reply, unpack_request
    from companion.errors import CompanionError

    try:
        recognizer = RecognizerSpec(engine, engine, factory, options).build()
    except CompanionError as error:
        connection.send_bytes(pack_reply(Refused(str(error))))
        return
    except Exception as error:  # noqa: BLE001 - whatever a model's files make a library raise
        connection.send_bytes(
            pack_reply(
                Refused(
                    f"the recognizer '{engine}' could not be loaded ({type(error).__name__}); "
                    "'companion doctor' shows what is wrong"
                )
            )
        )
        return
    connection.send_bytes(pack_reply(Ready(recognizer.name, recognizer.decodes_ahead)))
    while True:
        request = unpack_request(connection.recv_bytes())
        reply: Reply
        try:
            reply = _answer(recognizer, request)
        except Exception as error:  # noqa: BLE001 - the parent decides; the message may quote speech
            reply = Raised(type(error).__name__)
        connection.send_bytes(pack_reply(reply))


def _answer(recognizer: Recognizer, request: Request) -> Reply:
    from companion.asr.wire import BEGIN, FINAL, PARTIAL, Done

    if request.kind == PARTIAL:
        return recognizer.partial()
    if request.kind == FINAL:
        return recognizer.final(request.speech_s, request.economy)
    if request.kind == BEGIN:
        recognizer.begin()
    elif request.samples is not None:
        recognizer.feed(request.samples)
    return Done()


def environment(threads: int) -> dict[str, str]:
    """For the recognizer's process: no network, no telemetry, no more threads than asked for."""
    count = str(threads)
    return {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "DO_NOT_TRACK": "1",
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "CT2_VERBOSE": "-3",
    }


def _shut_up() -> None:
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        with contextlib.suppress(OSError):
            os.dup2(sink, stream)
    if sink > 2:  # it takes the place of a stream that was closed before the start
        os.close(sink)


def _end_with_parent() -> None:
    """A parent killed without warning closes no door behind it; a busy child would live on."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
