"""Lines tried against a rap, and evaluation reports, in the browser."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from companion import locations
from companion.trainer.publishing import Publication, publish
from companion.trainer.using import use_rap
from tests.fakes.own_raps import changed, own_rap
from tests.fakes.web import Pages, bytes_in

LINES = "Thanks for making the time today.\nWhat would you change about the night shift?"


def test_trainer_shows_step_evidence_questions_and_card(pages: Pages) -> None:
    page = pages.post("/try", lines=LINES, rap="one-on-one.en")

    assert "step 1, make space" in page
    assert "speaks for" in page
    assert "open question: “What would you change about the night shift?”" in page
    assert "%)" in page


def test_trainer_keeps_nothing_and_answers_without_a_store(bare_pages: Pages) -> None:
    before = bytes_in(locations.user_config().parent)
    bare_pages.post("/try", lines=LINES, rap="one-on-one.en")

    assert bytes_in(locations.user_config().parent) == before
    assert "night shift" not in bare_pages.get("/try")


@pytest.mark.parametrize(
    ("lines", "rap"),
    [("", "one-on-one.en"), ("\n \n", "one-on-one.en"), ("a\n" * 300, "one-on-one.en")]
    + [("Hello.", name) for name in ("", "../settings", "nonsense", "/etc/passwd")],
)
def test_trainer_says_what_cannot_be_tried(pages: Pages, lines: str, rap: str) -> None:
    assert "What came of it" not in pages.post("/try", 422, lines=lines, rap=rap)


def test_trainer_shows_the_mistakes_of_an_own_rap_with_their_lines(pages: Pages) -> None:
    own = locations.user_config() / "raps"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("schema: 1\nname: Mine\nsteps: 5\n", encoding="utf-8")
    assert "mine" in pages.get("/try")
    page = pages.post("/try", 422, lines="Hello.", rap="mine")

    assert "problems; mend it there" in page
    assert "line 3, steps" in page


def test_trainer_escapes_what_was_tried(pages: Pages) -> None:
    answer = pages.browser.post(
        "/try", data={"lines": "<script>alert(1)</script> why?", "rap": "one-on-one.en"}
    )

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_trainer_escapes_what_stands_in_a_rap(pages: Pages) -> None:
    own_rap("mine", changed({'name: "Make space"': 'name: "<b onclick=x>space"'}))
    answer = pages.browser.post("/try", data={"lines": "Hello there.", "rap": "mine"})

    assert "<b onclick" not in answer.text
    assert "&lt;b onclick=x&gt;space" in answer.text


def test_trainer_tells_what_decided_and_which_examples_are_like_it(pages: Pages) -> None:
    page = pages.post("/try", lines="Will you come on Thursday at six?", rap="one-on-one.en")

    assert "Its words alone step 5" in page
    assert "Like the examples" in page


def test_trainer_offers_the_published_version_in_use(pages: Pages) -> None:
    path = own_rap("mine")
    publish(Publication(path), datetime(2026, 3, 2, tzinfo=timezone.utc))
    use_rap("mine")

    assert "mine@1.1.0" in pages.get("/try")
    assert "step 1" in pages.post("/try", lines="Hello there.", rap="mine@1.1.0")


REPORT = {
    "rap": "one-on-one.en 1.1.0",
    "calls": ["a", "b"],
    "utterances": 41,
    "written": {
        "figures": {
            "steps.accuracy": {"value": 0.8125, "count": 41, "low": 0.75, "high": 0.9},
            "questions.any.recall": {"value": None, "count": 0, "low": None, "high": None},
        },
        "confusion": [[1, 0, 0, 0, 0]] * 5,
    },
}


def test_trainer_reads_a_report_that_was_pasted(pages: Pages) -> None:
    page = pages.post("/try/report", text=json.dumps(REPORT))

    assert "one-on-one.en 1.1.0: 2 calls, 41 utterances" in page
    assert "accuracy 0.812 0.75 to 0.90 41" in page
    assert "any, recall not known none 0" in page


def test_trainer_reads_a_report_of_a_raps_test_too(pages: Pages) -> None:
    rap = {"name": "Five steps", "version": "1.2.0", "sha256": "0" * 64}
    text = json.dumps(REPORT | {"form": 1, "rap": rap, "stories": [], "advice": []})
    assert "Five steps 1.2.0" in pages.post("/try/report", text=text)


def test_trainer_reads_a_report_from_a_file(pages: Pages) -> None:
    content = json.dumps(REPORT).encode()
    answer = pages.browser.post("/try/report", files={"file": ("report.json", content)})

    assert "0.75 to 0.90" in answer.text


@pytest.mark.parametrize(
    "text",
    ["", "no", "{}", "[" * 5000, '{"rap": 1}', json.dumps({**REPORT, "written": {"figures": 3}})],
)
def test_trainer_refuses_what_is_no_report(pages: Pages, text: str) -> None:
    assert "Cases" not in pages.post("/try/report", 422, text=text)


def test_trainer_a_huge_report_is_refused_at_the_door(pages: Pages) -> None:
    pages.post("/try/report", 413, text="x" * 100_000)
