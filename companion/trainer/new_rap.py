"""A rap of one's own: a copy of another with its comments, and first words on what to change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from companion import locations
from companion.documents import parse_document
from companion.errors import RapError
from companion.trainer.rap_writing import replace, write_new
from companion.understanding import rap_library
from companion.understanding.language import language_of
from companion.understanding.rap import check_rap, load_rap
from companion.understanding.rap_schema import rap_schema

FIRST_VERSION = "0.1.0"
DEFAULT = "one-on-one.{language}"
SCHEMA_FILE = "rap.schema.json"
_SCHEMA_LINE = f"# yaml-language-server: $schema=./{SCHEMA_FILE}"
_FOR_EDITORS = re.compile(r"\s*#.*(?:yaml-language-server|\$schema)", re.IGNORECASE)
_BEGIN, _END = "# --- what to change first", "# --- end of what to change first"
_FIRST_WORDS = """\
{begin} ------------------------------------------------------
#
# This is {name}, a copy of {origin}. Make it yours, from the top:
#
#   1. 'name' below is what people see. Raise 'version' whenever you change anything.
#   2. 'consent_script': say it aloud once, then write it as you would say it.
#   3. 'steps': go through the cards ('prompts') and put them in your own voice.
#   4. 'examples': add sentences that organizers of your campaign would say. Make them up,
#      and never copy one from a real call. They are learned from at once.
#   5. 'phrases': add the words of your trade, such as the names of shifts and machines.
{language_note}#
# While you write:
#   companion rap validate {name}      every mistake, with its line and what to do
#   companion rap try {name} --watch   type lines and see what is heard, again after each save
#   companion rap test {name}          what works on whole calls, and what does not yet
#   companion rap publish {name}       keep a version that never changes, for calls
#
{end} -----------------------------------------------
"""
_TRANSLATE = """\
#   6. 'language' is now {language}: every text, phrase, example and rewrite needs translating.
#      Until something was learned for {language} ('companion train'), phrases alone tell the steps.
"""


@dataclass(frozen=True, slots=True)
class NewRap:
    """What `make_rap` made."""

    path: Path
    origin: str
    """The rap that it is a copy of."""
    needs_translating: bool


def make_rap(name: str, origin: str | None = None, language: str | None = None) -> NewRap:
    """Copy a rap into the user's folder, with its comments, and put first words before it.

    Args:
        name: of the new rap.
        origin: name or file of the rap to copy; None for the shipped one of the language.
        language: of the new rap, such as 'es'; None for that of the one copied, or English.

    Raises: RapError where the name cannot be used or is taken, where there is nothing to copy,
        or where the folder cannot be written.
    """
    problem = rap_library.name_problem(name)
    if problem is not None:
        raise RapError(f"{name[:60]!r} cannot be a rap's name; {problem}")
    if language is not None and not re.fullmatch(r"[a-z]{2,3}", language):
        raise RapError(f"{language[:20]!r} is no language; write two or three letters, such as es")
    if language is not None:
        language_of(language)  # raises where nothing is known of it
    path = rap_library.raps_folder() / f"{name}.yaml"
    remedy = "choose another name, or change that one"
    if path.exists() or name in rap_library.shipped_raps():
        where = path if path.exists() else f"a rap {name!r} ships, so that name"
        raise RapError(f"{where} is there already; {remedy}")
    source = _source(origin, language)
    rap = load_rap(source)
    wanted = language or rap.language
    translate = wanted != rap.language
    text = source.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    text = _with_first_words(
        text,
        _FIRST_WORDS.format(
            begin=_BEGIN, end=_END, name=name, origin=f"{source.stem} {rap.version}",
            language_note=_TRANSLATE.format(language=wanted) if translate else "",
        ),
    )  # fmt: skip
    values = {"name": f'"{_title(name)}"', "version": f'"{FIRST_VERSION}"', "language": wanted}
    for key, value in values.items():
        text = with_value(text, key, value)
    content = text.encode()
    check_rap(parse_document(content, name=str(path)))
    replace(path.parent / SCHEMA_FILE, rap_schema().encode())
    write_new(path, content, remedy)
    return NewRap(path, source.stem, translate)


def _source(origin: str | None, language: str | None) -> Path:
    if origin is not None:
        return rap_library.given_rap(origin)
    name = DEFAULT.format(language=language or "en")
    if name not in rap_library.shipped_raps():
        name = DEFAULT.format(language="en")
    return locations.shipped("configs", "raps", f"{name}.yaml")


def _title(name: str) -> str:
    """'our-rap.en' becomes 'Our rap en': what people see until they write something better."""
    words = re.sub(r"[._-]+", " ", name).strip()
    return words[:1].upper() + words[1:] if len(words) > 1 else f"Rap {words}"


def _with_first_words(text: str, words: str) -> str:
    """The line for editors and the first words, in place of those of the rap that was copied."""
    lines = with_schema_line(text).split("\n")
    begin = next((i for i, line in enumerate(lines) if line.startswith(_BEGIN)), None)
    end = next((i for i, line in enumerate(lines) if line.startswith(_END)), None)
    if begin is not None and end is not None:
        del lines[begin : end + 1]
    return "\n".join([lines[0], words.rstrip("\n"), *lines[1:]])


def with_schema_line(text: str) -> str:
    """The text of a rap with the line for editors that leads to the schema beside it.

    Any other such line goes: an editor would fetch a stranger's schema from wherever it says.
    """
    lines = [line for line in text.split("\n") if not _FOR_EDITORS.match(line)]
    return "\n".join([_SCHEMA_LINE, *lines])


def with_value(text: str, key: str, value: str) -> str:
    """The text of a rap with the value of a top-level key replaced; a comment behind it stays.

    Raises: RapError where the key does not stand on a line of its own.
    """
    old = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s#"'][^\n#]*?)?"""
    rest = r"(?P<rest>[ \t]*(?:[ \t]#.*)?)"
    pattern = re.compile(rf"^{key}:[ \t]*{old}{rest}$", re.MULTILINE)
    changed, count = pattern.subn(lambda m: f"{key}: {value}{m['rest']}", text, count=1)
    if not count:
        raise RapError(f"cannot find '{key}:' on a line of its own; write it as '{key}: {value}'")
    return changed
