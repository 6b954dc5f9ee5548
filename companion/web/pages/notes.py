"""The store of notes: making it, unlocking it, locking it, and its passphrase."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from companion.errors import CompanionError, LockedError, StoreError
from companion.web.reviewing import CALL_PATH, ended_call
from companion.web.templating import Templates, see
from companion.web.workspace import Workspace

Passphrase = Annotated[str, Form(max_length=1000)]


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/setup/notes`, `/unlock`, `/lock`, `/settings/passphrase`."""
    router = APIRouter()

    def _onward(otherwise: str) -> str:
        """Back to the call that waits for a decision, where there is one."""
        return CALL_PATH if ended_call(workspace) is not None else otherwise

    @router.get("/setup/notes")
    def ask_for_new(request: Request) -> Response:
        if workspace.vault.exists:
            return see("/")
        return templates.page(request, "notes_new.html", {"problem": None})

    @router.post("/setup/notes")
    def make(request: Request, passphrase: Passphrase, again: Passphrase) -> Response:
        if passphrase != again:
            problem = "The two were not the same; please type them once more."
            return templates.page(request, "notes_new.html", {"problem": problem}, 422)
        try:
            workspace.create_store(passphrase)
        except StoreError as error:
            return templates.page(request, "notes_new.html", {"problem": str(error)}, 422)
        return see(_onward("/?said=made"))

    @router.get("/unlock")
    def ask_for_known(request: Request) -> Response:
        if not workspace.vault.exists:
            return see("/setup/notes")
        return templates.page(request, "unlock.html", {"problem": None})

    @router.post("/unlock")
    def unlock(request: Request, passphrase: Passphrase) -> Response:
        try:
            workspace.unlock(passphrase)
        except LockedError as error:
            return templates.page(request, "unlock.html", {"problem": str(error)}, 401)
        return see(_onward("/"))

    @router.post("/lock")
    def lock(request: Request) -> Response:
        workspace.lock()
        return see("/")

    @router.get("/settings/passphrase")
    def ask_for_change(request: Request) -> Response:
        return templates.page(request, "passphrase.html", {"problem": None})

    @router.post("/settings/passphrase")
    def change(
        request: Request, old: Passphrase, passphrase: Passphrase, again: Passphrase
    ) -> Response:
        problem = None
        if passphrase != again:
            problem = "The two new ones were not the same; please type them once more."
        else:
            try:
                workspace.change_passphrase(old, passphrase)
            except CompanionError as error:
                problem = str(error)
        if problem is not None:
            return templates.page(request, "passphrase.html", {"problem": problem}, 422)
        return see("/settings?said=passphrase")

    return router
