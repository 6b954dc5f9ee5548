"""Exports are read back as they were, and what programs read cannot become code or markup."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from companion.domain.dialogue import Origin
from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.record import Fact, SafeText
from companion.errors import InputError
from companion.notes.exporting import (
    as_csv,
    as_json,
    as_markdown,
    in_markdown,
    safe_cell,
)
from companion.notes.private_file import write_private
from companion.notes.wording import NO_WORDS
from companion.records import from_json
from companion.store.stored_call import Hold, StoredCall
from tests.fakes.store import NOW, TODAY, approved_of

APPROVED = approved_of(1)
CALL = StoredCall(1, "maple-1", APPROVED.summary, NOW, APPROVED.deletion_digest)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
any_text = st.text(st.characters(codec="utf-8"), max_size=60)


def _with_note(text: str) -> StoredCall:
    return replace(CALL, summary=replace(CALL.summary, note=SafeText(text)))


def _rows(calls: list[StoredCall]) -> list[dict[str, str]]:
    text = "".join(as_csv(calls))
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\x00=1",
        "'=1",
        '"=1',
        "＝1",
        "＠SUM(A1)",
        "\u200b=1",
        "\tharmless",
    ],
)
def test_exporting_csv_what_could_be_a_formula_is_text(text: str) -> None:
    assert safe_cell(text).startswith("'")
    (row,) = _rows([_with_note(text)])
    assert row["note"].startswith("'")


@pytest.mark.parametrize("text", ["", "mornings", "a=b", "10-12", "[name] said + more", "café; ok"])
def test_exporting_csv_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
    assert _rows([_with_note(text)])[0]["note"] == text


@given(any_text)
def test_exporting_csv_no_cell_begins_a_formula_and_no_row_is_added(text: str) -> None:
    (row,) = _rows([_with_note(text)])
    assert not row["note"].lstrip().startswith(FORMULA_STARTS)
    assert row["note"].isprintable()
    assert row["engine"] == "sphinx"


def test_exporting_csv_columns() -> None:
    call = replace(CALL, done_at=NOW, hold=Hold("asked for", NOW), snoozed_to=TODAY)
    (row,) = _rows([call])
    assert (row["code"], row["day"], row["duration_s"]) == ("maple-1", "2026-04-14", "1260")
    assert (row["listening_share"], row["open_share"]) == ("0.72", "0.69")
    assert [row[f"reached_step_{n}"] for n in range(1, 6)] == ["1"] * 5
    assert (row["issues"], row["commitment"], row["agreed"]) == (
        "hours/scheduling, safety",
        "yes",
        "1",
    )
    assert row["next_step_when"] == "2026-04-21 18:00"
    assert (row["done_at_utc"], row["put_off_to"]) == ("2026-04-14 18:30", "2026-04-14")
    assert (row["hold_reason"], row["shared_at_utc"]) == ("asked for", "")


@pytest.mark.parametrize(
    ("hearing", "cells"),
    [
        (None, ("", "", "")),
        (Hearing(), ("not_tested", "", "0")),
        (Hearing(Playback.SPEAKERS, Told.EARLIER, True), ("speakers", "measured_earlier", "1")),
    ],
)
def test_exporting_csv_how_the_sound_was_set_up(
    hearing: Hearing | None, cells: tuple[str, ...]
) -> None:
    (row,) = _rows([replace(CALL, summary=replace(CALL.summary, hearing=hearing))])
    assert (row["playback"], row["playback_told"], row["loopback_allowed"]) == cells


def test_exporting_csv_text_stands_in_quotes_so_that_no_separator_begins_a_cell() -> None:
    (line,) = [t for t in as_csv([_with_note("a;=1+1\t=2")]) if "maple" in t]
    assert '"a;=1+1 =2"' in line
    assert line.endswith("\r\n")


def test_exporting_json_is_one_document_with_the_records_as_approved() -> None:
    document = json.loads("".join(as_json([CALL, _with_note('"}]\\')], NOW)))
    assert document["companion_export"] == 1
    assert document["exported_at"] == "2026-04-14T18:30:00+00:00"
    first, second = document["calls"]
    assert from_json(json.dumps(first["summary"], sort_keys=True)) == CALL.summary
    assert second["summary"]["note"]["text"] == '"}]\\'
    assert json.loads("".join(as_json([], NOW)))["calls"] == []


def _inline(text: str) -> list[Token]:
    tokens = MarkdownIt("gfm-like").parse(f"- name: {in_markdown(text)}\n")
    kinds = [token.type for token in tokens]
    assert kinds == [
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close",
        "list_item_close", "bullet_list_close",
    ]  # fmt: skip
    return tokens[3].children or []


@pytest.mark.parametrize(
    "text",
    [
        "**bold** _it_ ~~gone~~",
        "[name]",
        "[a](https://example.org)",
        "![x](javascript:alert(1))",
        "<script>alert(1)</script>",
        "<https://example.org>",
        "https://example.org and www.example.org",
        "someone@example.org",
        "# not a heading",
        "- not\n- a list",
        "`code` ```",
        "a | b | c",
        "&lt;b&gt; &#60;",
        "line one\n\n## line two",
        "back\\slash\\",
        "[ref]: https://example.org",
        "1. one",
        "===",
        "//example.org/x",
        "ftp://example.org HTTP://EXAMPLE.ORG",
        "example.org",
        "mailto:someone@example.org xmpp:a@example.org",
        "$x^2$ ^[note]",
        "- [ ] box",
    ],
)
def test_exporting_markdown_text_stays_text(text: str) -> None:
    children = _inline(text)
    assert {child.type for child in children} <= {"text", "text_special"}
    shown = "".join(child.content for child in children)
    assert shown == "name: " + " ".join(text.split())


@given(any_text)
def test_exporting_markdown_never_holds_markup(text: str) -> None:
    assert {child.type for child in _inline(text)} <= {"text", "text_special"}


def test_exporting_markdown_has_a_heading_a_call() -> None:
    tokens = MarkdownIt().parse("".join(as_markdown([CALL, CALL], NO_WORDS)))
    headings = [t.content for t, before in zip(tokens[1:], tokens, strict=False)
                if before.type == "heading_open" and before.tag == "h2"]  # fmt: skip
    assert headings == ["maple-1", "maple-1"]


def test_exporting_markdown_tells_origins() -> None:
    call = replace(CALL, summary=replace(CALL.summary, issues=(Fact("wages", Origin.TYPED),)))
    assert "- issues: wages (typed by you)\n" in as_markdown([call], NO_WORDS)


def test_exporting_write_private_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"

    def breaks() -> Iterator[str]:
        yield "half"
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="No space left on device"):
        write_private(path, breaks())
    assert list(tmp_path.iterdir()) == []
