"""Tables fit the terminal, and no text can do anything to it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.cli.terminal_text import (
    Column,
    columns_of,
    cut,
    output_width,
    table,
    visible,
    wrapped,
)

COLUMNS = (Column("code"), Column("min", is_number=True), Column("issues", gives_way=True))
any_text = st.text(max_size=80)


def test_terminal_text_a_table_stands_in_columns() -> None:
    lines = table(COLUMNS, [("maple-1", "7", "wages"), ("oak-12345", "120", "safety, wages")], 80)
    assert lines == [
        "code       min  issues",
        "maple-1      7  wages",
        "oak-12345  120  safety, wages",
    ]


def test_terminal_text_one_column_gives_way() -> None:
    lines = table(COLUMNS, [("maple-1", "7", "wages, safety, hours/scheduling")], 30)
    assert lines[1] == "maple-1    7  wages, safety..."
    assert len(lines[1]) == 30


@given(st.lists(st.tuples(st.text("abc-1", max_size=24), st.text("1", max_size=3), any_text)))
def test_terminal_text_no_line_is_wider_than_asked(rows: list[tuple[str, str, str]]) -> None:
    for line in table(COLUMNS, rows, 40):
        assert columns_of(line) <= 40
        assert line.isprintable()


@pytest.mark.parametrize(
    ("text", "columns"), [("wages", 5), ("賃金", 4), ("cafe\u0301", 4), ("café", 4), ("", 0)]
)
def test_terminal_text_counts_columns_and_not_characters(text: str, columns: int) -> None:
    assert columns_of(text) == columns


@pytest.mark.parametrize(
    ("text", "width", "kept"),
    [
        ("wages", 5, "wages"),
        ("wages, safety", 9, "wages,..."),
        ("賃金賃金", 7, "賃金..."),
        ("賃金賃金", 6, "賃..."),
        ("wages", 2, ".."),
    ],
)
def test_terminal_text_cuts_with_dots(text: str, width: int, kept: str) -> None:
    assert cut(text, width) == kept


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "a\rb", "a\nb", "\u202eabc", "\x9b31m", "\u2028", "\x00", "\ud800"]
)
def test_terminal_text_nothing_moves_the_cursor_or_the_direction(text: str) -> None:
    assert visible(text).isprintable()
    assert len(visible(text)) == len(text)


def test_terminal_text_a_console_without_a_character_gets_a_question_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert visible("café") == "caf?"


def test_terminal_text_a_long_value_goes_on_below_its_name() -> None:
    lines = wrapped("  note", "one two three four five", 20, 8)
    assert lines == ["  note  one two", "        three four", "        five"]
    assert wrapped("  note", "", 20, 8) == ["  note  -"]


def test_terminal_text_width_of_what_is_no_terminal() -> None:
    assert output_width() == 80
