"""The pages: one file for each noun, each with a function that gives its routes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from companion.web.guard import Keys
from companion.web.pages import enter
from companion.web.templating import STATIC, Templates, add_error_pages
from companion.web.workspace import Workspace

PAGES: tuple[str, ...] = (
    "calls",
    "headset",
    "home",
    "live",
    "next",
    "notes",
    "review",
    "sample",
    "settings",
    "setup",
    "start",
    "taps",
    "team",
    "trainer",
    "trends",
    "voice",
)
"""Modules of this folder, each with `routes(workspace, templates) -> APIRouter`."""


def build_pages(workspace: Workspace, keys: Keys, stop: Callable[[], None]) -> FastAPI:
    """The application, without its guard; see `companion.web.server`."""
    app = FastAPI(
        title="companion",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # Newer versions report requests, queries and errors to whatever collects them on this
        # computer, and can be told to by a variable. Older ones know no such option.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    templates = Templates(workspace)
    app.include_router(enter.routes(keys, templates, stop))
    for name in PAGES:
        module = import_module(f"companion.web.pages.{name}")
        app.include_router(module.routes(workspace, templates))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_error_pages(app, templates, workspace.vault)
    return app
