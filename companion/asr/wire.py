"""What passes between the transcriber and the recognizer's process: small byte messages.

Lock-step: a request, then its reply. Sound goes as raw 16-bit samples; nothing is pickled, so no
copy of speech stays in a pickler's memo, and a reply cannot run code.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from companion.asr.protocol import Decoded
from companion.audio.sound import Samples

BEGIN = b"B"
FEED = b"F"
PARTIAL = b"P"
FINAL = b"E"
_READY = b"R"
_DONE = b"D"
_TEXT = b"T"
_RAISED = b"X"
_REFUSED = b"N"

_FINAL_FORM = struct.Struct("<d?")
_TEXT_FORM = struct.Struct("<dH")


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded."""

    name: str
    decodes_ahead: bool


@dataclass(frozen=True, slots=True)
class Done:
    """`begin` or `feed` was carried out."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The recognizer raised; only the kind of the error is told, its message may quote speech."""

    kind: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The recognizer cannot be loaded; a sentence for people with the way out."""

    sentence: str


Reply: TypeAlias = Ready | Done | Raised | Refused | Decoded


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the child reads it."""

    kind: bytes
    samples: Samples | None = field(default=None, repr=False)
    speech_s: float = 0.0
    economy: bool = False


def pack_sound(samples: Samples) -> bytes:
    """f32[n] in [-1, 1] to 16-bit little-endian bytes; louder samples are clipped."""
    return (samples * 32768.0).clip(-32768, 32767).astype("<i2").tobytes()


def unpack_sound(sound: bytes) -> Samples:
    """The reverse of `pack_sound`: f32[n] in [-1, 1]."""
    samples: Samples = np.frombuffer(sound, dtype="<i2").astype(np.float32)
    samples /= np.float32(32768.0)
    return samples


def pack_final(speech_s: float, economy: bool) -> bytes:
    """The request for the final words of the segment."""
    return FINAL + _FINAL_FORM.pack(speech_s, economy)


def unpack_request(message: bytes) -> Request:
    """Read a request in the child."""
    kind, body = message[:1], message[1:]
    if kind == FEED:
        return Request(kind, unpack_sound(body))
    if kind == FINAL:
        speech_s, economy = _FINAL_FORM.unpack(body)
        return Request(kind, None, speech_s, economy)
    return Request(kind)


def pack_reply(reply: Reply) -> bytes:
    """Write a reply in the child."""
    if isinstance(reply, Decoded):
        confidence = math.nan if reply.confidence is None else reply.confidence
        withheld = (reply.withheld or "").encode()
        return _TEXT + _TEXT_FORM.pack(confidence, len(withheld)) + withheld + reply.text.encode()
    if isinstance(reply, Ready):
        return _READY + bytes([reply.decodes_ahead]) + reply.name.encode()
    if isinstance(reply, Raised):
        return _RAISED + reply.kind.encode()
    if isinstance(reply, Refused):
        return _REFUSED + reply.sentence.encode()
    return _DONE


def unpack_reply(message: bytes) -> Reply:
    """Read a reply in the parent."""
    kind, body = message[:1], message[1:]
    if kind == _TEXT:
        confidence, length = _TEXT_FORM.unpack_from(body)
        withheld = body[_TEXT_FORM.size : _TEXT_FORM.size + length].decode()
        text = body[_TEXT_FORM.size + length :].decode()
        return Decoded(text, None if math.isnan(confidence) else confidence, withheld or None)
    if kind == _READY:
        return Ready(body[1:].decode(), bool(body[0]))
    if kind == _RAISED:
        return Raised(body.decode())
    if kind == _REFUSED:
        return Refused(body.decode())
    return Done()
