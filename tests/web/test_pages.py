"""The pages between calls: what they show, what their forms change, and that looking changes
nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from companion import locations
from companion.domain.dialogue import Origin
from companion.domain.record import RecordedStep, SafeText
from companion.records import to_json
from tests.fakes.store import PASSPHRASE, TODAY, approved_of, deletion_code_of, summary_of
from tests.fakes.web import Pages, bytes_in

HOSTILE = "<script>alert(1)</script>"


def next_step(when: str) -> RecordedStep:
    """Something the other person agreed to do."""
    return RecordedStep("them", "attend_meeting", when, Origin.TYPED, True)


# Home.


def test_home_leads_to_a_call_and_to_the_notes(bare_pages: Pages) -> None:
    page = bare_pages.get("/")

    assert "Start a call" in page
    assert "Make a place for notes" in page


def test_home_shows_what_is_due_and_the_last_calls(pages: Pages) -> None:
    pages.keep(approved_of(17, next_step=next_step("2026-04-15")))
    page = pages.get("/")

    assert "maple-17, Wednesday, April 15" in page


def test_home_shows_nothing_of_locked_notes(pages: Pages) -> None:
    pages.keep(approved_of(17))
    pages.post("/lock")
    page = pages.get("/")

    assert "Your notes are locked" in page
    assert "maple-17" not in page


# Calls.


def test_calls_are_listed_filtered_and_searched(pages: Pages) -> None:
    pages.keep(approved_of(17), approved_of(18, issues=(), note=SafeText("talked about parking")))

    assert "No calls yet" not in pages.get("/calls")
    assert "maple-18" not in pages.get("/calls?issue=safety")
    found = pages.get("/calls?q=parking")
    assert "maple-18" in found
    assert "maple-17" not in found
    assert "No call fits" in pages.get("/calls?step=5&outcome=no")


def test_calls_are_paged(pages: Pages) -> None:
    pages.keep(*(approved_of(n) for n in range(100, 130)))

    assert "Older calls" in pages.get("/calls")
    assert "Newer calls" in pages.get("/calls?page=2")


@pytest.mark.parametrize("query", ["page=0", "page=x", "q=" + "a" * 300, "step=12"])
def test_calls_with_a_query_that_makes_no_sense_are_a_plain_problem(
    pages: Pages, query: str
) -> None:
    assert "This did not work" in pages.get(f"/calls?{query}", 422)


def test_call_shows_every_value_with_its_origin(pages: Pages) -> None:
    pages.keep(approved_of(17))
    page = pages.get("/calls/maple-17")

    assert "Hours and scheduling (heard on your side)" in page
    assert "wants quieter evenings" in page


def test_call_that_is_not_there_is_a_plain_problem(pages: Pages) -> None:
    assert "This did not work" in pages.get("/calls/maple-98", 400)


def test_call_is_deleted_after_one_question(pages: Pages) -> None:
    pages.keep(approved_of(17))
    assert "It is gone for good" in pages.get("/calls/maple-17/delete")
    assert pages.store.calls.count() == 1

    assert "Deleted for good" in pages.post("/calls/maple-17/delete")
    assert pages.store.calls.count() == 0


def test_call_on_hold_is_kept_until_it_is_released(pages: Pages) -> None:
    pages.keep(approved_of(17))
    pages.post("/calls/maple-17/hold", reason="a hearing in June")
    assert "is on hold" in pages.get("/calls/maple-17/delete")
    assert "is on hold" in pages.post("/calls/maple-17/delete", 409)
    assert pages.store.calls.count() == 1

    pages.post("/calls/maple-17/release")
    pages.post("/calls/maple-17/delete")
    assert pages.store.calls.count() == 0


def test_call_is_not_held_without_a_reason(pages: Pages) -> None:
    pages.keep(approved_of(17))
    pages.post("/calls/maple-17/hold", 422, reason="")

    assert pages.store.calls.get("maple-17").hold is None


@pytest.mark.parametrize(
    ("code", "left", "said"),
    [
        (deletion_code_of(17), 0, "Erased for good"),
        (deletion_code_of(18), 1, "No call has this deletion code"),
    ],
)
def test_call_is_erased_by_its_deletion_code(pages: Pages, code: str, left: int, said: str) -> None:
    pages.keep(approved_of(17))

    assert said in pages.post("/erase", deletion_code=code)
    assert pages.store.calls.count() == left


def test_call_is_not_erased_by_what_is_no_code(pages: Pages) -> None:
    assert "sixteen letters and digits" in pages.post("/erase", 409, deletion_code="maple")


@pytest.mark.parametrize(
    ("form", "kind"),
    [("csv", "text/csv"), ("json", "application/json"), ("markdown", "text/markdown")],
)
def test_export_is_a_file_of_every_call(pages: Pages, form: str, kind: str) -> None:
    pages.keep(approved_of(17), approved_of(18))
    answer = pages.file("/calls/export", form=form)

    assert answer.headers["content-type"].startswith(kind)
    assert "attachment" in answer.headers["content-disposition"]
    assert "maple-17" in answer.text
    assert "maple-18" in answer.text


def test_export_in_an_unknown_form_is_refused(pages: Pages) -> None:
    pages.post("/calls/export", 422, form="exe")


# Next steps.


def test_next_steps_are_grouped_done_and_opened_again(pages: Pages) -> None:
    pages.keep(approved_of(17, next_step=next_step("2026-04-10"), follow_up=None))
    assert "Overdue" in pages.get("/next")

    assert "Marked as done" in pages.post("/next/maple-17/done")
    assert "Nothing is to do" in pages.get("/next")
    assert "maple-17" in pages.post("/next/maple-17/reopen")


def test_next_step_is_put_off_to_a_day_in_words(pages: Pages) -> None:
    pages.keep(approved_of(17, next_step=next_step("2026-04-15"), follow_up=None))
    page = pages.post("/next/maple-17/snooze", until="April 20")

    assert "put off to Monday, April 20, 2026" in page


@pytest.mark.parametrize("until", ["", "some day", "yesterday", "2026-04-01"])
def test_next_step_is_not_put_off_to_what_is_no_day(pages: Pages, until: str) -> None:
    pages.keep(approved_of(17, next_step=next_step("2026-04-15"), follow_up=None))

    assert "Put off to which day?" in pages.post("/next/maple-17/snooze", 422, until=until)
    assert pages.store.follow_ups.due(TODAY)[0].due_on == TODAY + timedelta(days=1)


def test_next_steps_as_a_calendar_file(pages: Pages) -> None:
    pages.post("/next/calendar", 409)
    pages.keep(approved_of(17, next_step=next_step("2026-04-15T18:00")))
    answer = pages.browser.post("/next/calendar")

    assert answer.headers["content-type"].startswith("text/calendar")
    assert b"20260415T180000" in answer.content


# Trends.


def test_trends_say_in_words_what_they_draw(pages: Pages) -> None:
    assert "Nothing to show yet" in pages.get("/trends")
    pages.keep(
        approved_of(17), approved_of(18, call_date=TODAY - timedelta(days=7), listening_share=0.5)
    )
    page = pages.get("/trends")

    assert "too few to read much into" in page
    assert "2026-04-13" in page
    assert "2026-04-06" in page
    assert '<svg viewBox="0 0 90 130" role="img"' in pages.raw("/trends")


# Notes.


def test_notes_are_made_with_a_passphrase(bare_pages: Pages) -> None:
    bare_pages.post("/setup/notes", 422, passphrase=PASSPHRASE, again="another one than that")
    bare_pages.post("/setup/notes", 422, passphrase="short", again="short")
    assert not bare_pages.workspace.vault.exists

    page = bare_pages.post("/setup/notes", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert "Your notes are open" in page
    assert bare_pages.workspace.store is not None


def test_notes_are_not_made_twice(pages: Pages) -> None:
    pages.keep(approved_of(17))
    pages.post("/setup/notes", 422, passphrase=PASSPHRASE, again=PASSPHRASE)

    assert pages.store.calls.codes() == {"maple-17"}


def test_notes_open_with_the_right_passphrase_only(pages: Pages) -> None:
    pages.post("/lock")
    answer = pages.browser.post("/unlock", data={"passphrase": "not the right one"})

    assert answer.status_code == 401
    assert "not the right one" not in answer.text
    assert "Unlock notes" in pages.get("/calls")
    pages.post("/unlock", passphrase=PASSPHRASE)
    assert "Past calls" in pages.get("/calls")


def test_notes_get_another_passphrase(pages: Pages) -> None:
    new = "quite another set of words"
    pages.post("/settings/passphrase", 422, old=PASSPHRASE, passphrase=new, again="not the same")
    pages.post("/settings/passphrase", 422, old="wrong", passphrase=new, again=new)
    page = pages.post("/settings/passphrase", old=PASSPHRASE, passphrase=new, again=new)

    assert "The passphrase was changed" in page
    pages.post("/lock")
    pages.post("/unlock", 401, passphrase=PASSPHRASE)
    pages.post("/unlock", passphrase=new)


# Settings.


def test_settings_are_saved_all_or_none(pages: Pages) -> None:
    before = pages.workspace.settings_path.read_bytes()
    good, bad = "store.keep_days", "store.lock_after_min"
    answer = pages.browser.post("/settings", data={good: "30", bad: "soon"})

    assert answer.status_code == 422
    assert f'id="{bad}-problem"' in answer.text
    assert f'id="{good}-problem"' not in answer.text
    assert 'value="30"' in answer.text
    assert pages.workspace.settings_path.read_bytes() == before

    assert "Saved" in words(pages.browser.post("/settings", data={good: "30"}).text)
    assert pages.workspace.settings.store.keep_days == 30


def words(text: str) -> str:
    return re.sub(r"<[^>]+>", " ", text)


def test_trends_draw_steps_and_outcomes_with_the_same_in_words(pages: Pages) -> None:
    reached_all = approved_of(17)
    cut_short = approved_of(18, steps_reached=(1, 2), next_step=None, commitment=None)
    pages.keep(reached_all, cut_short)

    page = pages.get("/trends")

    assert "Calls that reached step 5" in page
    assert "Calls with an agreed next step 50% in the one week with calls." in page
    assert "Calls with the answer: yes 50%" in page
    assert "Calls with the answer: no " not in page


# Retention.


def test_purge_shows_first_and_leaves_what_is_on_hold(pages: Pages) -> None:
    old = TODAY - timedelta(days=100)
    pages.keep(approved_of(17), approved_of(18, call_date=old), approved_of(19, call_date=old))
    pages.store.calls.hold("maple-19", "the grievance is open")

    page = pages.get("/calls/purge")

    assert "maple-18" in page
    assert "maple-17" not in page
    assert "maple-19: the grievance is open" in page
    assert len(pages.store.calls.codes()) == 3
    day_before = (TODAY - timedelta(days=91)).isoformat()
    assert "maple-18" in pages.post("/calls/purge", before=day_before)  # shown once more
    assert "Deleted for good" in pages.post(
        "/calls/purge", before=(TODAY - timedelta(days=90)).isoformat()
    )
    assert pages.store.calls.codes() == {"maple-17", "maple-19"}
    assert "nothing to delete" in pages.get("/calls/purge")


# The team.


def test_team_lists_what_is_shared_from_here(pages: Pages) -> None:
    pages.keep(approved_of(17), approved_of(18))
    pages.store.calls.mark_shared("maple-18", datetime.now(timezone.utc))
    page = pages.get("/team")

    assert "maple-18, since" in page
    assert "maple-17" not in page
    assert "belongs to no team" in page


# What holds for every page.


def get_paths(pages: Pages) -> list[str]:
    """Every address that answers GET, with the parts that this test's notes have; not the streams
    and checks of a running call."""
    parts = {
        "code": "maple-17",
        "draft_id": "0123456789abcdef",
        "what": "end",
        "name": "receipt.txt",
    }
    described = pages.app.openapi()["paths"]
    found = {path.format_map(parts) for path, methods in described.items() if "get" in methods}
    assert len(found) > 25
    return sorted(found - {"/live/events"})


def hostile(pages: Pages) -> None:
    """Notes whose free words are meant to break out of a page."""
    safe = SafeText(HOSTILE)
    step = RecordedStep("them", "attend_meeting", "2026-04-15", Origin.TYPED, True, safe)
    pages.keep(approved_of(17, note=safe, follow_up_detail=safe, next_step=step))
    pages.store.calls.hold("maple-17", HOSTILE)
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    record = to_json(summary_of(note=safe, next_step=step))
    pages.store.drafts.put("0123456789abcdef", record, before)


@pytest.mark.parametrize("prepare", [hostile, lambda pages: pages.post("/lock")])
def test_pages_looking_at_them_changes_nothing(
    pages: Pages, prepare: Callable[[Pages], object]
) -> None:
    prepare(pages)
    folders = (locations.store_folder(), locations.user_config())
    before = [bytes_in(folder) for folder in folders]
    for path in get_paths(pages):
        answer = pages.browser.get(path)
        assert answer.status_code in (200, 204, 400), (path, answer.text[:300])
        assert answer.headers["cache-control"] == "no-store"

    assert [bytes_in(folder) for folder in folders] == before
    assert pages.workspace.call is None
    assert not pages.stopped


def test_pages_escape_hostile_notes(pages: Pages) -> None:
    hostile(pages)
    seen = 0
    for path in get_paths(pages):
        text = pages.raw(path)
        assert HOSTILE not in text, path
        seen += "&lt;script&gt;alert(1)" in text

    assert seen >= 4  # the call, its deletion, its review, the draft's


def test_pages_have_one_heading_a_title_and_labels(pages: Pages) -> None:
    hostile(pages)
    for path in get_paths(pages):
        text = pages.raw(path)
        if "<!doctype html>" not in text:
            continue
        assert text.count("<h1") == 1, path
        assert re.search(r"<title>[^<]+</title>", text), path
        assert " style=" not in text, path
        assert "onclick" not in text, path
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", text):
            if 'type="hidden"' in field or 'type="radio"' in field or 'type="checkbox"' in field:
                continue
            name = re.search(r'\sid="([^"]+)"', field)
            assert name is not None, (path, field)
            assert f'for="{name[1]}"' in text, (path, field)


@pytest.mark.parametrize("path", ["/nonsense", "/calls/maple-17/nonsense", "/static/nonsense.js"])
def test_pages_that_do_not_exist_say_so(pages: Pages, path: str) -> None:
    assert "There is no such page" in pages.get(path, 404)


def test_pages_a_broken_rap_is_said_in_words(pages: Pages) -> None:
    own = locations.user_config() / "raps"
    own.mkdir(parents=True)
    (own / "one-on-one.en.yaml").write_text("schema: 1\n", encoding="utf-8")
    pages.keep(approved_of(17))

    assert "mend it there and try again" in pages.get("/calls/maple-17", 400)


def test_pages_data_for_programs_is_data(pages: Pages) -> None:
    json.loads(pages.file("/setup/models/progress").text)
