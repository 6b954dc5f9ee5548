"""The report as one page: everything in it, nothing fetched, and nothing that was said runs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from companion.settings import CallSettings
from companion.trainer.drawings import confusion_map, reliability_diagram, risk_curve
from companion.trainer.misses import CallMiss, ContextLine
from companion.trainer.rap_test import RapTest, run_test
from companion.trainer.report_page import page_of_test
from companion.understanding.rap import find_rap
from tests.trainer.rap_variants import two_calls
from tests.trainer.story_files import stories

DAY = date(2026, 3, 12)
EVIL = '<script>alert(1)</script> & "quoted"'


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    return parser.found


@pytest.fixture(scope="module")
def tested() -> RapTest:
    found = stories('- say: "Who decides there?"\n  expect: {step: 5}', story="must_pass: true")
    return run_test(find_rap("one-on-one.en"), two_calls(), found, CallSettings())


@pytest.fixture(scope="module")
def page(tested: RapTest) -> str:
    return page_of_test(tested, DAY)


def test_report_page_fetches_nothing_and_runs_nothing(page: str) -> None:
    assert "default-src 'none'" in page
    for tag, attributes in _tags(page):
        assert tag not in ("script", "link", "img", "iframe", "object", "embed", "form", "base")
        assert not {"src", "href", "srcset", "action", "style"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"https?://|url\(|@import", page)


def test_report_page_says_first_that_it_quotes_and_ends_with_every_figure(
    page: str, tested: RapTest
) -> None:
    assert page.index("quotes lines of the role-play calls") < page.index("In short")
    order = ["In short", "came out differently", "The worst misses", "What to add", "Every figure"]
    places = [page.index(title) for title in order]
    assert places == sorted(places)
    assert tested.written is not None
    for name in tested.written.figures:
        assert f">{name}<" in page


def test_report_page_headings_and_drawings_are_told_to_those_who_listen(page: str) -> None:
    tags = _tags(page)
    assert sum(tag == "h1" for tag, _ in tags) == 1
    assert all(a.get("scope") in ("col", "row") for tag, a in tags if tag == "th")
    tables = sum(tag == "table" for tag, _ in tags)
    assert tables == sum(tag == "caption" for tag, _ in tags) >= 5
    drawings = [a for tag, a in tags if tag == "svg"]
    assert len(drawings) == 4
    ids = {a["id"] for _, a in tags if "id" in a}
    for drawing in drawings:
        assert drawing["role"] == "img"
        assert set((drawing["aria-labelledby"] or "").split()) <= ids


def test_report_page_words_of_calls_stay_words(tested: RapTest) -> None:
    miss = CallMiss("<b>1</b>", EVIL, 1.0, (ContextLine(61.0, EVIL, True),))
    page = page_of_test(replace(tested, misses=(miss,)), DAY)
    assert "<script" not in page
    assert "<b>1" not in page
    assert page.count("&lt;script&gt;alert(1)") == 2
    assert "1:01" in page


def test_report_page_without_calls_quotes_nothing_and_says_no_more_than_it_knows() -> None:
    found = stories('- say: "Hi there."\n  expect: {step: 1}')
    test = run_test(find_rap("one-on-one.en"), [], found, CallSettings())
    page = page_of_test(test, DAY)
    assert "quotes lines" not in page
    assert "<svg" not in page
    assert "All stories" in page


def test_report_page_drawings_of_nothing_are_still_drawings() -> None:
    for drawing in (
        reliability_diagram([], "a"),
        risk_curve([], 0.95, "b"),
        confusion_map([[0] * 5] * 5, ["x"] * 5, "c"),
    ):
        assert drawing.startswith('<svg role="img"')
        assert "nan" not in drawing
