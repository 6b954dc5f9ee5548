"""The settings: what organizers change often first, everything else below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from companion.settings import Settings
from companion.settings_file import write_settings
from companion.settings_reference import Setting, Value, known_settings, sections, value_of
from companion.web.hearing import microphones
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace

OFTEN = (
    "audio.device",
    "audio.headset",
    "recognizer.engine",
    "recognizer.model",
    "call.show_transcript",
    "call.skip_preparation",
    "store.keep_days",
    "store.lock_after_min",
    "store.keep_draft",
)
"""The keys that stand on top; the words for them are `_LABELS`."""
_LABELS = {
    "audio.device": "Microphone",
    "audio.headset": "What you hear the call with",
    "recognizer.engine": "Speech recognizer",
    "recognizer.model": "Whisper model",
    "call.show_transcript": "Show my words on screen during a call",
    "call.skip_preparation": "Skip the preparation card",
    "store.keep_days": "Days that notes are kept",
    "store.lock_after_min": "Idle minutes until notes lock themselves",
    "store.keep_draft": "Keep an encrypted draft during a call",
}
_NAMED_VALUES: dict[str, tuple[tuple[str, str], ...]] = {
    "audio.headset": (
        ("", "Not said yet"),
        ("true", "Headset or earphones"),
        ("false", "Speakers"),
    ),
}
_YES_NO = (("true", "Yes"), ("false", "No"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting as the page shows it."""

    key: str
    label: str
    help: str
    value: str
    choices: tuple[tuple[str, str], ...]
    """Values and their words; empty where text is typed."""
    changed: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the page."""

    title: str
    entries: tuple[Entry, ...]


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/settings`."""
    router = APIRouter()

    def page(
        request: Request,
        given: Mapping[str, str] | None = None,
        problems: Mapping[str, str] | None = None,
    ) -> Response:
        settings = workspace.settings
        names, cannot_list = microphones(settings.audio.device)
        values = {
            "often": _often(settings, names, given or {}, problems or {}),
            "groups": _rest(settings, given or {}, problems or {}),
            "cannot_list": cannot_list,
            "file": str(workspace.settings_path),
            "problems": problems,
        }
        return templates.page(request, "settings.html", values, 422 if problems else 200)

    @router.get("/settings")
    def show(request: Request) -> Response:
        return page(request)

    @router.post("/settings")
    async def change(request: Request) -> Response:
        form = await request.form()
        given = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
        problems = write_given(workspace, given)
        if problems:
            return page(request, given, problems)
        return see("/settings?said=saved")

    return router


def write_given(workspace: Workspace, given: Mapping[str, str]) -> dict[str, str]:
    """Write what changed, all of it or nothing; what is wrong with it, by key."""
    settings = workspace.settings
    changes: dict[str, Value] = {}
    for setting in known_settings():
        text = given.get(setting.key)
        if text is not None and text != _text(value_of(settings, setting)):
            changes[setting.key] = text or (None if not isinstance(setting.default, str) else "")
    problems = _problems(settings, changes)
    if changes and not problems:
        write_settings(changes, workspace.settings_path)
    return problems


def _problems(settings: Settings, changes: Mapping[str, Value]) -> dict[str, str]:
    values = settings.model_dump()
    for key, value in changes.items():
        section, _, name = key.partition(".")
        values[section][name] = value
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        known = {setting.key: setting for setting in known_settings()}
        found = {}
        for problem in error.errors():
            key = ".".join(str(part) for part in problem["loc"][:2])
            if key in known:
                found[key] = f"This needs {known[key].allowed or 'a few letters'}."
            else:  # two values that do not go together: said at the first of them that changed
                first = next((k for k in changes if k.startswith(key)), next(iter(changes)))
                found[first] = problem["msg"].removeprefix("Value error, ").capitalize() + "."
        return found
    return {}


def _often(
    settings: Settings,
    names: Sequence[str],
    given: Mapping[str, str],
    problems: Mapping[str, str],
) -> tuple[Entry, ...]:
    known = {setting.key: setting for setting in known_settings()}
    devices = (("", "The system's default"), *((name, name) for name in names))
    extra = {"audio.device": devices}
    return tuple(_entry(known[key], settings, given, problems, extra.get(key, ())) for key in OFTEN)


def _rest(
    settings: Settings, given: Mapping[str, str], problems: Mapping[str, str]
) -> tuple[Group, ...]:
    groups = []
    for section, model in sections():
        entries = tuple(
            _entry(setting, settings, given, problems)
            for setting in known_settings()
            if setting.section == section and setting.key not in OFTEN
        )
        if entries:
            groups.append(Group((model.__doc__ or section).strip().rstrip("."), entries))
    return tuple(groups)


def _entry(
    setting: Setting,
    settings: Settings,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    choices: tuple[tuple[str, str], ...] = (),
) -> Entry:
    value = value_of(settings, setting)
    words = setting.name.removesuffix("_s").removesuffix("_min").replace("_", " ")
    return Entry(
        key=setting.key,
        label=_LABELS.get(setting.key, words.capitalize()),
        help=setting.comment,
        value=given.get(setting.key, _text(value)),
        choices=choices or _choices(setting),
        changed=value != setting.default,
        problem=problems.get(setting.key),
    )


def _choices(setting: Setting) -> tuple[tuple[str, str], ...]:
    if setting.key in _NAMED_VALUES:
        return _NAMED_VALUES[setting.key]
    if setting.allowed == "true or false":
        return _YES_NO
    if " or " in setting.allowed and "," not in setting.allowed:
        return tuple((word, word) for word in setting.allowed.split(" or "))
    return ()


def _text(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
