"""Large letters for the one card, drawn with half blocks where the terminal has room for them.

Each letter is a small drawing of six rows of square dots (five above the line, one below it);
two rows of dots make one row of cells.
"""

from __future__ import annotations

from companion.live.terminal.lines import balanced

ROWS_PER_LINE = 3
"""Rows of cells that one line of large type takes; a free row lies between lines."""
_WORD_GAP = 3
_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}

# Rows from the top, by slashes; trailing rows and trailing spaces are left out.
_DRAWINGS = {
    "A": " ##/#  #/####/#  #/#  #", "B": "###/#  #/###/#  #/###", "C": " ###/#/#/#/ ###",
    "D": "###/#  #/#  #/#  #/###", "E": "####/#/###/#/####", "F": "####/#/###/#/#",
    "G": " ###/#/# ##/#  #/ ###", "H": "#  #/#  #/####/#  #/#  #", "I": "###/ #/ #/ #/###",
    "J": "  ##/   #/   #/#  #/ ##", "K": "#  #/# #/##/# #/#  #", "L": "#/#/#/#/####",
    "M": "#   #/## ##/# # #/#   #/#   #", "N": "#   #/##  #/# # #/#  ##/#   #",
    "O": " ##/#  #/#  #/#  #/ ##", "P": "###/#  #/###/#/#", "Q": " ##/#  #/#  #/# #/ # #",
    "R": "###/#  #/###/# #/#  #", "S": " ###/#/ ##/   #/###", "T": "#####/  #/  #/  #/  #",
    "U": "#  #/#  #/#  #/#  #/ ##", "V": "#   #/#   #/#   #/ # #/  #",
    "W": "#   #/#   #/# # #/## ##/#   #", "X": "#   #/ # #/  #/ # #/#   #",
    "Y": "#   #/ # #/  #/  #/  #", "Z": "####/   #/ ##/#/####",
    "a": "/ ###/#  #/#  #/ ###", "b": "#/###/#  #/#  #/###", "c": "/ ##/#/#/ ##",
    "d": "   #/ ###/#  #/#  #/ ###", "e": "/ ##/####/#/ ###", "f": " ##/#/##/#/#",
    "g": "/ ###/#  #/ ###/   #/###", "h": "#/###/#  #/#  #/#  #", "i": "#//#/#/#",
    "j": " #// #/ #/ #/#", "k": "#/# #/##/##/# #", "l": "#/#/#/#/ #",
    "m": "/####/# # #/# # #/# # #", "n": "/###/#  #/#  #/#  #", "o": "/ ##/#  #/#  #/ ##",
    "p": "/###/#  #/#  #/###/#", "q": "/ ###/#  #/#  #/ ###/   #", "r": "/# #/##/#/#",
    "s": "/ ###/##/  ##/###", "t": " #/###/ #/ #/ ##", "u": "/#  #/#  #/#  #/ ###",
    "v": "/#   #/#   #/ # #/  #", "w": "/#   #/# # #/# # #/ # #", "x": "/# #/ #/ #/# #",
    "y": "/#  #/#  #/ ###/   #/###", "z": "/####/  #/ #/####",
    "0": " ##/#  #/#  #/#  #/ ##", "1": " #/##/ #/ #/###", "2": "###/   #/ ##/#/####",
    "3": "###/   #/ ##/   #/###", "4": "#  #/#  #/####/   #/   #", "5": "####/#/###/   #/###",
    "6": " ##/#/###/#  #/ ##", "7": "####/   #/  #/ #/ #", "8": " ##/#  #/ ##/#  #/ ##",
    "9": " ##/#  #/ ###/   #/ ##",
    ".": "////#", ",": "//// #/#", "?": "###/   #/ ##// #", "!": "#/#/#//#", "'": "#/#",
    "’": "#/#", ":": "//#//#", ";": "// #// #/#", "-": "//###", '"': "# #/# #",
    "“": "# #/# #", "”": "# #/# #", "(": " #/#/#/#/ #", ")": "#/ #/ #/ #/#", "…": "////# # #",
    "/": "   #/  #/ #/#", "–": "//####", "—": "//#####",
}  # fmt: skip


def large_lines(text: str, columns: int, rows: int) -> list[str] | None:
    """The text in large type, as rows of cells, all equally wide.

    None where it does not fit into `columns` by `rows` cells, or has a letter that is not drawn.
    """
    if not text or not all(character in _DRAWINGS or character == " " for character in text):
        return None
    lines = balanced(text, columns, lambda words: _width(words))
    if max(map(_width, lines)) > columns or len(lines) * (ROWS_PER_LINE + 1) - 1 > rows:
        return None
    widest = max(map(_width, lines))
    drawn: list[str] = []
    for line in lines:
        if drawn:
            drawn.append(" " * widest)
        left = (widest - _width(line)) // 2
        drawn += [(" " * left + row).ljust(widest) for row in _drawn(line)]
    return drawn


def _width(text: str) -> int:
    return sum(_WORD_GAP if c == " " else _glyph_width(c) + 1 for c in text) - 1


def _glyph_width(character: str) -> int:
    return max(map(len, _DRAWINGS[character].split("/")))


def _drawn(line: str) -> list[str]:
    dots = [""] * (2 * ROWS_PER_LINE)
    for character in line:
        drawing = [] if character == " " else _DRAWINGS[character].split("/")
        width = _WORD_GAP if character == " " else _glyph_width(character) + 1
        for i in range(len(dots)):
            row = drawing[i] if i < len(drawing) else ""
            dots[i] += row.ljust(width)
    width = len(dots[0])
    return [
        "".join(_BLOCKS[dots[i][x] == "#", dots[i + 1][x] == "#"] for x in range(width))[:-1]
        for i in range(0, len(dots), 2)
    ]
