"""How pages are drawn: Jinja templates with everything escaped, and errors as pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from companion.domain.dates import minutes, when_words
from companion.errors import CompanionError, LockedError, StoreError
from companion.store.vault import Vault
from companion.web.workspace import Workspace

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
NAVIGATION = (
    ("/", "Home"),
    ("/call", "Call"),
    ("/calls", "Past calls"),
    ("/next", "Next steps"),
    ("/trends", "Trends"),
    ("/settings", "Settings"),
)
_SENTENCES = {
    404: "There is no such page.",
    405: "This page cannot be used in that way.",
}


class Templates:
    """Draws templates; what every page needs is added here."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["when"] = when_words
        self._environment.filters["minutes"] = minutes

    def page(
        self,
        request: Request,
        name: str,
        values: Mapping[str, Any] | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """A whole page. `values` are what its template names."""
        vault = self._workspace.vault
        common = {
            "path": request.url.path,
            "navigation": NAVIGATION,
            "has_store": vault.exists,
            "unlocked": self._workspace.store is not None,
            "in_call": self._workspace.in_call,
            "said": request.query_params.get("said", ""),
        }
        text = self._environment.get_template(name).render({**common, **(values or {})})
        return HTMLResponse(text, status)


def see(path: str) -> RedirectResponse:
    """After a change: look at this page. (303, so that reloading does not change again.)"""
    return RedirectResponse(path, status_code=303)


def sentence(error: CompanionError) -> str:
    """An error as a sentence of its own: with a capital, and a full stop."""
    text = f"{error}"
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def add_error_pages(app: FastAPI, templates: Templates, vault: Vault) -> None:
    """Errors reach people as one plain sentence on a page; none quotes what was sent."""

    def problem(request: Request, said: str, status: int) -> Response:
        if request.headers.get("accept", "").startswith("application/json"):
            return HTMLResponse(said, status, media_type="text/plain")
        return templates.page(request, "problem.html", {"sentence": said}, status)

    @app.exception_handler(CompanionError)
    def _companion(request: Request, error: CompanionError) -> Response:
        if isinstance(error, LockedError) and request.method == "GET":
            return see("/unlock")
        if isinstance(error, StoreError) and not vault.exists:
            return see("/setup/notes")
        return problem(request, sentence(error), 409 if request.method == "POST" else 400)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, _error: RequestValidationError) -> Response:
        return problem(request, "Something in this form is missing or cannot be used.", 422)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        said = _SENTENCES.get(error.status_code, "This did not work.")
        return problem(request, said, error.status_code)

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> Response:
        # The kind only: a message might quote what was typed.
        said = (
            f"Something went wrong that should not have ({type(error).__name__}). "
            "Nothing was lost; go back and try once more."
        )
        return problem(request, said, 500)
