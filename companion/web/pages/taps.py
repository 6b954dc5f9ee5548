"""What the organizer does during a call. Each tap is a small POST, answered at once in words.

A script asks for JSON and shows the words; without scripts the page comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, Response

from companion.domain.actions import (
    Action,
    ConfirmNextStep,
    CorrectStep,
    MarkCommitment,
    MarkFear,
    MarkIssue,
    MarkReady,
    MarkRealization,
    NextCard,
    PinStep,
)
from companion.domain.dates import WHEN_EXAMPLES, read_when, when_words
from companion.domain.dialogue import NextStep, Origin, Step
from companion.domain.outline import Choice
from companion.errors import InputError
from companion.live import wording
from companion.web.calling import ShownCall
from companion.web.live_values import ANSWERS, WHO
from companion.web.pages.live import shown_call
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace

Value = Annotated[str, Form(max_length=100)]
Tap = Callable[[ShownCall], str]


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/live/…`, POST only."""
    router = APIRouter(prefix="/live")

    def tap(request: Request, do: Tap) -> Response:
        call = shown_call(workspace)
        if call is None or call.is_over:
            raise InputError("there is no call right now; the first page begins one")
        call.view.key_pressed()
        said = do(call)
        if request.headers.get("accept", "").startswith("application/json"):
            return JSONResponse({"said": said})
        return see("/live")

    def simple(name: str, do: Tap) -> None:
        def endpoint(request: Request) -> Response:
            return tap(request, do)

        router.add_api_route(f"/{name}", endpoint, methods=["POST"], name=name)

    for name, do in SIMPLE_TAPS.items():
        simple(name, do)

    @router.post("/step")
    def step(request: Request, value: Value) -> Response:
        return tap(request, lambda call: _set_step(call, value))

    @router.post("/issue")
    def issue(request: Request, value: Value) -> Response:
        return tap(request, lambda call: _mark_issue(call, value))

    @router.post("/realization")
    def realization(request: Request, value: Value) -> Response:
        return tap(request, lambda call: _mark_realization(call, value))

    @router.post("/answer")
    def answer(request: Request, value: Value) -> Response:
        return tap(request, lambda call: _mark_answer(call, value))

    @router.post("/next-step")
    def next_step(
        request: Request, who: Value = "", what: Value = "", when: Value = ""
    ) -> Response:
        return tap(request, lambda call: _confirm(call, who, what, when))

    @router.post("/when")
    def read_back(request: Request, when: Value = "") -> Response:
        """What a typed day is understood to be, before it counts."""
        call = shown_call(workspace)
        today = workspace.today() if call is None else call.view.call_date
        found = read_when(when, today)
        said = f"That is {when_words(found)}." if found else f"Type a day: {WHEN_EXAMPLES}"
        return JSONResponse({"said": said, "understood": found is not None})

    return router


def _pause(call: ShownCall) -> str:
    call.controls.pause()
    return "Paused. Nothing is heard."


def _resume(call: ShownCall) -> str:
    call.controls.resume()
    return "Listening again."


def _off_record(call: ShownCall) -> str:
    call.controls.off_record()
    return "Off the record. The last moments were dropped, and nothing is heard."


def _withdraw(call: ShownCall) -> str:
    call.controls.withdraw()
    return "Stopped. Everything of this call is being dropped."


def _end(call: ShownCall) -> str:
    call.controls.end()
    return "Ending the call. Your last words are still being read."


def _blank(call: ShownCall) -> str:
    return "Hidden." if call.view.turn_blank() else "Shown again."


def _quiet(call: ShownCall) -> str:
    quiet = call.view.turn_quiet()
    return "Quiet: cards only when you ask for one." if quiet else "Cards come by themselves again."


def _large(call: ShownCall) -> str:
    call.view.turn_large()
    return "Letters changed."


def _transcript(call: ShownCall) -> str:
    wanted = call.view.turn_transcript()
    call.controls.show_transcript(wanted)
    return "Your words are shown. They are not kept." if wanted else "Your words are hidden."


def _card(call: ShownCall) -> str:
    return _act(call, NextCard(), "Another card.")


def _fear(call: ShownCall) -> str:
    return _act(call, MarkFear(), "Care first. No ask until you say that they are ready.")


def _ready(call: ShownCall) -> str:
    return _act(call, MarkReady(), "Noted: they are ready to be asked.")


def _pin(call: ShownCall) -> str:
    shown = call.view.shown
    if shown.pinned:
        return _act(call, PinStep(None), "The step follows the talk again.")
    return _act(call, PinStep(shown.frame.step), f"Step {int(shown.frame.step)} is held.")


def _step_on(call: ShownCall) -> str:
    return _move(call, 1)


def _step_back(call: ShownCall) -> str:
    return _move(call, -1)


SIMPLE_TAPS: dict[str, Tap] = {
    "pause": _pause,
    "resume": _resume,
    "off-record": _off_record,
    "withdraw": _withdraw,
    "end": _end,
    "blank": _blank,
    "quiet": _quiet,
    "large": _large,
    "transcript": _transcript,
    "card": _card,
    "fear": _fear,
    "ready": _ready,
    "pin": _pin,
    "step-on": _step_on,
    "step-back": _step_back,
}
"""Taps that need nothing but the tap."""


def _act(call: ShownCall, action: Action, said: str) -> str:
    call.controls.act(action)
    return said


def _move(call: ShownCall, by: int) -> str:
    number = call.view.shown.frame.step + by
    return _set_step(call, str(min(max(number, Step.MAKE_SPACE), Step.ASK)))


def _set_step(call: ShownCall, value: str) -> str:
    if value not in {str(int(step)) for step in Step}:
        raise InputError("there are the steps 1 to 5; choose one of them")
    step = Step(int(value))
    name = wording.step_of(call.outline, step).name
    return _act(call, CorrectStep(step), f"Step {value}, {name}.")


def _mark_issue(call: ShownCall, value: str) -> str:
    chosen = _choice(call.outline.issues, value)
    return _act(call, MarkIssue(value), _marked(chosen, value in call.view.shown.noted.issues))


def _mark_realization(call: ShownCall, value: str) -> str:
    chosen = _choice(call.outline.realizations, value)
    before = value in call.view.shown.noted.realizations
    return _act(call, MarkRealization(value), _marked(chosen, before))


def _mark_answer(call: ShownCall, value: str) -> str:
    chosen = _choice(ANSWERS, value)
    return _act(call, MarkCommitment(value), f"Their answer, as you noted it: {chosen.text}.")


def _confirm(call: ShownCall, who: str, what: str, when: str) -> str:
    _choice(WHO, who)
    _choice(call.outline.next_step_kinds, what)
    known = call.view.shown.noted.next_step
    found = read_when(when, call.view.call_date)
    if found is None:
        raise InputError(f"that day was not understood; type one such as {WHEN_EXAMPLES}")
    origin = Origin.TAPPED if known is not None and known.when == found else Origin.TYPED
    step = NextStep(who, what, found, origin=origin, confirmed=True)
    said = f"Next step confirmed. {wording.next_step(step, call.outline)}."
    return _act(call, ConfirmNextStep(step), said)


def _choice(choices: tuple[Choice, ...], value: str) -> Choice:
    for choice in choices:
        if choice.id == value:
            return choice
    raise InputError("choose one of the list")


def _marked(chosen: Choice, before: bool) -> str:
    return f"The mark was taken away: {chosen.text}." if before else f"Marked: {chosen.text}."
