"""Checks that look at the rap as a whole: the five steps, unique ids, names that exist.

They read the plain document rather than the finished rap, so that a mistake of one kind does not
hide one of another: a trainer sees every problem at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from companion.documents import Document, KeyPath, Plain, Problem
from companion.errors import CompanionError
from companion.understanding.language import Language, language_of
from companion.understanding.phrases import PhraseError, readings
from companion.understanding.rap_bounds import invisible_texts, size_problem
from companion.understanding.rap_examples import Example, example_problems
from companion.understanding.vocabulary import (
    CUES,
    IN_TOUCH,
    ISSUES,
    ROLES,
    STEP_NAMES,
    TAPS,
    UNNAMED,
)

KNOWN_FORM = "1"


def form_problem(document: Document) -> Problem | None:
    """Why a document cannot be looked at as a rap at all: empty, of a newer form, or too large."""
    data = document.data
    if data is None or data == "":
        return Problem(
            1, "", "the file is empty; 'companion rap new NAME' makes a rap to begin with"
        )
    if not isinstance(data, dict):
        return Problem(1, "", "is no rap; a rap begins with keys, such as 'schema: 1'")
    form = data.get("schema")
    if isinstance(form, str) and form != KNOWN_FORM:
        wanted = (
            f"is form {form}, which this companion does not know yet; update companion, or ask "
            f"for the rap in form {KNOWN_FORM}"
            if form.isdigit() and int(form[:9]) > int(KNOWN_FORM)
            else f"must be {KNOWN_FORM}, the form of raps that this companion knows; write "
            f"'schema: {KNOWN_FORM}'"
        )
        return Problem(document.line(("schema",)), "schema", wanted)
    too_large = size_problem(data)
    return None if too_large is None else Problem(1, "", too_large)


def structure_problems(document: Document) -> list[Problem]:
    """Every problem that only the whole document shows."""
    found = [
        *_language(document.data),
        *_steps(document.data),
        *_ids(document.data),
        *_names(document.data),
        *_goals(document.data),
        *_same_evidence(document.data),
        *_unheard_cues(document.data),
        *invisible_texts(document.data),
        *example_problems(_examples(document.data, "steps", "step"), "step"),
        *example_problems(_examples(document.data, "cues", "name"), "cue"),
    ]
    return [
        Problem(document.line(path), ".".join(str(part) for part in path), text)
        for path, text in found
    ]


_Found = Iterator[tuple[KeyPath, str]]


def _items(data: Plain, *path: str | int) -> list[tuple[KeyPath, Plain]]:
    """Items of the list at a place, with their own places; empty where there is none."""
    here: Plain = data
    for part in path:
        if isinstance(here, dict) and isinstance(part, str):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            return []
    return [((*path, i), item) for i, item in enumerate(here)] if isinstance(here, list) else []


def _get(item: Plain, key: str) -> str | None:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else None


def _all_goals(data: Plain) -> Iterator[tuple[KeyPath, Plain]]:
    for path, _ in _items(data, "steps"):
        yield from _items(data, *path, "goals")


def _language(data: Plain) -> _Found:
    """The language has to be known, and its cards may claim nothing in it either."""
    code = _get(data, "language")
    if code is None:
        return  # reported by the schema
    try:
        language = language_of(code)
    except CompanionError as error:
        yield ("language",), str(error)
        return
    if not language.is_english:  # the schema knows the English claims
        yield from _claims(data, language, ())


def _claims(here: Plain, language: Language, path: KeyPath) -> _Found:
    """Cards that state something about the other person, wherever they stand."""
    if isinstance(here, list):
        for i, item in enumerate(here):
            yield from _claims(item, language, (*path, i))
    elif isinstance(here, dict):
        for key, item in here.items():
            is_card = key in ("open", "open_question") or (key == "text" and "purpose" in here)
            if is_card and isinstance(item, str) and language.claims_about_them(item):
                yield (
                    (*path, key),
                    "claims what the other person feels, wants or agrees to; the companion "
                    "cannot know that, so ask about it or say what the organizer does",
                )
            elif not isinstance(item, str):
                yield from _claims(item, language, (*path, key))


def _steps(data: Plain) -> _Found:
    order = list(STEP_NAMES)
    given = [(path, _get(item, "step")) for path, item in _items(data, "steps")]
    if [name for _, name in given] == order:
        return
    names = {name for _, name in given}
    for path, name in given:
        if name not in STEP_NAMES:
            yield (*path, "step"), _unknown("step", name, order)
    missing = [name for name in order if name not in names]
    if missing:
        yield ("steps",), f"lacks {_listed(missing)}; add it, a rap has all five steps"
    elif names == set(order):
        yield ("steps",), f"stands out of order; put the steps as {_listed(order)}, each once"


def _ids(data: Plain) -> _Found:
    lists: list[tuple[str, Iterable[tuple[KeyPath, Plain]], str]] = [
        ("goal", _all_goals(data), "id"),
        ("cue", _items(data, "cues"), "name"),
        ("issue", _items(data, "issues"), "id"),
        ("role", _items(data, "roles"), "id"),
        ("next step", _items(data, "next_steps"), "id"),
        ("follow-up", _items(data, "follow_ups"), "id"),
        ("realization", _items(data, "realizations"), "id"),
    ]
    for what, items, key in lists:
        seen: set[str] = set()
        for path, item in items:
            name = _get(item, key)
            if name is None:
                continue
            if name in seen:
                yield (*path, key), f"the {what} {name!r} stands twice; rename or remove one"
            seen.add(name)


def _names(data: Plain) -> _Found:
    fixed: list[tuple[str, str, tuple[str, ...]]] = [
        ("cues", "name", CUES),
        ("issues", "id", ISSUES),
        ("roles", "id", ROLES),
    ]
    for section, key, known in fixed:
        what = section[:-1]
        items = _items(data, section)
        for path, item in items:
            name = _get(item, key)
            if name is not None and name not in known:
                yield (*path, key), _unknown(what, name, known)
        missing = [n for n in known if n not in {_get(item, key) for _, item in items}]
        if missing and items:
            yield (section,), f"lacks {_listed(missing)}; add it, the list is fixed"
    for section, needed in (("next_steps", UNNAMED), ("follow_ups", IN_TOUCH)):
        items = _items(data, section)
        if items and needed not in {_get(item, "id") for _, item in items}:
            yield (section,), f"lacks {needed!r}; add it, for what no other entry describes"
    for path, item in _items(data, "cues"):
        step = _get(item, "step")
        if step is not None and step not in STEP_NAMES:
            yield (*path, "step"), _unknown("step", step, list(STEP_NAMES))
        for place, only in _items(data, *path, "only_in"):
            if isinstance(only, str) and only not in STEP_NAMES:
                yield place, _unknown("step", only, list(STEP_NAMES))


def _goals(data: Plain) -> _Found:
    for path, goal in _all_goals(data):
        for key, what, known in (("cues", "cue", CUES), ("taps", "tap", TAPS)):
            for place, given in _items(data, *path, key):
                if isinstance(given, str) and given not in known:
                    yield place, _unknown(what, given, known)
        if not any(_items(data, *path, key) for key in ("phrases", "cues", "taps")):
            yield path, "can never be met; give it phrases, cues or taps that show it was"
        if isinstance(goal, dict) and not _items(data, *path, "prompts"):
            yield path, "has no prompts; add at least one card"
    for path, item in _items(data, "steps"):
        wanted, goals = _get(item, "done_after"), _items(data, *path, "goals")
        if wanted is not None and wanted.isdigit() and goals and int(wanted) > len(goals):
            yield (
                (*path, "done_after"),
                f"asks for {wanted} goals but the step has {len(goals)}; lower it",
            )
    last = len(STEP_NAMES) - 1
    for path, item in _items(data, "steps"):
        if path[-1] != last and isinstance(item, dict) and not _items(data, *path, "bridges"):
            yield path, "has no bridges; add a card that leads over to the next step"


def _same_evidence(data: Plain) -> _Found:
    """A phrase that speaks for two steps, or twice for one, says nothing: refused."""
    seen: dict[tuple[str, ...], int] = {}
    for path, _ in _items(data, "steps"):
        step = int(path[-1])
        for key in ("phrases", "words"):
            for place, phrase in _items(data, *path, key):
                for reading in _readings(phrase):
                    if seen.setdefault(reading, step) != step:
                        yield (
                            place,
                            f"also stands under step {seen[reading] + 1}; keep it where it fits",
                        )
                        break


def _unheard_cues(data: Plain) -> _Found:
    """A phrase that also rules its own cue out can never give it."""
    for path, _ in _items(data, "cues"):
        ruled_out = {r for _, phrase in _items(data, *path, "unless") for r in _readings(phrase)}
        for place, phrase in _items(data, *path, "phrases") if ruled_out else ():
            if ruled_out.intersection(_readings(phrase)):
                yield place, "also stands under 'unless', which rules it out; keep one of them"


def _examples(data: Plain, section: str, key: str) -> Iterator[Example]:
    for path, item in _items(data, section):
        for place, text in _items(data, *path, "examples"):
            if isinstance(text, str):
                yield Example(place, _get(item, key) or "", text)


def _readings(phrase: Plain) -> list[tuple[str, ...]]:
    try:
        return list(readings(phrase)) if isinstance(phrase, str) else []
    except PhraseError:
        return []  # reported by the schema


def _unknown(what: str, name: str | None, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name or "", list(known), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"use one of {_listed(known)}"
    return f"there is no {what} {name!r}; {hint}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
