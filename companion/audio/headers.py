"""What a sound file's own bytes say about whether it is complete.

libsndfile takes what is there of a cut-off WAV or OGG file without a word, so this looks itself.
FLAC and MP3 need no look: reading them ends in an error or short of their announced length.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_LENGTH_UNKNOWN = 0x7FFF_0000
"""Programs that write WAV to a pipe put a number above this for the length."""
_MOST_CHUNKS = 1000
_OGG_TAIL_BYTES = 65_536 + 27
"""A page of an OGG stream is never longer, so that the last one lies within."""
_OGG_LAST_PAGE = 0x04


def ends_early(path: Path) -> bool:
    """True for a WAV or OGG file whose end is missing. Raises OSError."""
    with path.open("rb") as file:
        kind = file.read(4)
        if kind == b"RIFF":
            return _wav_ends_early(file, path.stat().st_size)
        if kind == b"OggS":
            return _ogg_ends_early(file, path.stat().st_size)
    return False


def _wav_ends_early(file: BinaryIO, size_bytes: int) -> bool:
    # Chunks: a name of four letters, the length, the content, padded to an even number of bytes.
    place = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return True
        name, length = head[:4], int.from_bytes(head[4:], "little")
        if name == b"data":
            return length < _LENGTH_UNKNOWN and place + 8 + length > size_bytes
        place += 8 + length + length % 2
    return False


def _ogg_ends_early(file: BinaryIO, size_bytes: int) -> bool:
    file.seek(max(0, size_bytes - _OGG_TAIL_BYTES))
    tail = file.read()
    page = tail.rfind(b"OggS")
    return not (page >= 0 and len(tail) > page + 5 and tail[page + 5] & _OGG_LAST_PAGE)
