"""Reports on raps before a real browser: accessible, light and dark, and nothing is fetched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from companion.settings import CallSettings
from companion.trainer.compare import compare
from companion.trainer.compare_page import page_of_comparison
from companion.trainer.rap_test import run_test
from companion.trainer.report_page import page_of_test
from companion.understanding.rap import find_rap
from tests.fakes.axe import violations
from tests.trainer.rap_variants import rap_of, text_without_goal_phrases, two_calls
from tests.trainer.story_files import stories

pytestmark = pytest.mark.timeout(120)


def test_report_pages_are_accessible_and_fetch_nothing(tmp_path: Path, chromium: Browser) -> None:
    rap = find_rap("one-on-one.en")
    broken = rap_of(text_without_goal_phrases("space.person"))
    story = stories('- say: "What do you like there?"\n  expect: {goals: space.person, step: 5}')
    tests = [run_test(one, two_calls(), story, CallSettings()) for one in (rap, broken)]
    pages = {
        "report.html": page_of_test(tests[0], date(2026, 3, 12)),
        "compare.html": page_of_comparison(compare(tests[0], tests[1]), date(2026, 3, 12)),
    }
    context = chromium.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    found = []
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        page.goto((tmp_path / name).as_uri())
        page.evaluate(
            "() => { for (const part of document.querySelectorAll('details')) part.open = true; }"
        )
        found += violations(page)
    context.close()
    assert found == []
    assert complaints == []
    assert [url for url in asked if not url.startswith("file:")] == []
