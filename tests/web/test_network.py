"""Nothing but loopback: what every page makes the browser ask for, and where the app connects."""

from __future__ import annotations

import os
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from tests.fakes.browser import RunningApp, Visited
from tests.fakes.kept_pages import EMPTY_PAGES, KEPT_PAGES, LOCKED_PAGES, keep_calls
from tests.fakes.scripted_call import ScriptedCall
from tests.fakes.web import Pages

STARTS_WITHIN_S = 60.0
WATCH = """
import os, sys
_log = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_REACHED = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg",
            "socket.getaddrinfo", "socket.gethostbyname")

def _hook(event, args):
    if event in _REACHED:
        about = args[0] if event.startswith("socket.get") else args[1]
        os.write(_log, f"{event} {about!r}\\n".encode())

sys.addaudithook(_hook)
"""


def test_network_the_pages_ask_only_this_computer(app: RunningApp, chromium: Browser) -> None:
    context = chromium.new_context()
    visited = Visited(context)
    page = app.enter(context)
    for path in EMPTY_PAGES:
        page.goto(app.address + path)
    keep_calls(app.workspace)
    for path in KEPT_PAGES:
        page.goto(app.address + path)
    app.workspace.lock()
    for path in LOCKED_PAGES:
        page.goto(app.address + path)
    app.workspace.begin_call(ScriptedCall())
    page.goto(f"{app.address}/live")
    page.wait_for_function("() => document.title !== 'Call'")
    page.goto(f"{app.address}/live/pop")
    context.close()

    hosts = {urlsplit(address).netloc for address in visited.addresses}
    assert hosts == {app.server.host_port}
    assert len(visited.addresses) > 80


def test_network_the_watch_of_pages_sees_a_request_elsewhere(chromium: Browser) -> None:
    context = chromium.new_context()
    visited = Visited(context)
    page = context.new_page()
    bad = "<img src='http://elsewhere.invalid/x'>"
    page.route("**/*", lambda route: route.fulfill(body=bad, content_type="text/html"))
    page.goto("http://127.0.0.1:9/")
    context.close()
    assert any("elsewhere" in address for address in visited.addresses)


def test_network_the_app_connects_to_nobody(chromium: Browser, tmp_path: Path) -> None:
    """The command itself in a process of its own, with a call by hand and notes, watched."""
    watch, log = tmp_path / "watch", tmp_path / "log"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    project = Path(__file__).parents[2]
    environment = {
        **os.environ,
        "COMPANION_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join((str(watch), str(project))),
        "WATCH_LOG": str(log),
    }
    command = [sys.executable, "-m", "companion", "app", "--no-browser"]
    with subprocess.Popen(
        command,
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        try:
            assert running.stdout is not None
            way_in = running.stdout.readline().strip()
            context = chromium.new_context()
            page = context.new_page()
            page.goto(way_in)
            page.wait_for_url(lambda url: url.endswith("/"))
            for name in ("Past calls", "Next steps", "Trends", "Settings", "Call"):
                page.get_by_role("link", name=name, exact=True).first.click()
                page.wait_for_load_state()
            page.goto(way_in.partition("/enter")[0] + "/call/consent")
            page.get_by_label("No consent").check()
            page.get_by_role("button", name="Begin the call").click()
            page.wait_for_url("**/live")
            page.keyboard.press("n")
            page.goto(way_in.partition("/enter")[0] + "/live/sure/end")
            page.get_by_role("button", name="Yes").click()
            page.wait_for_url("**/review")
            page.get_by_role("button", name="Stop companion").click()
            page.wait_for_load_state()
            context.close()
            assert running.wait(STARTS_WITHIN_S) == 0
        finally:
            running.kill()
    reached = log.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("socket.bind ('127.0.0.1'") for line in reached)
    assert [line for line in reached if not _is_loopback(line)] == []


def test_network_no_collector_of_reports_is_told_of_a_request(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an employer's image may bring along: a collector that every FastAPI reports to."""
    trace = pytest.importorskip("opentelemetry.trace", reason="this FastAPI reports nothing")
    asked: list[str] = []

    class Collector:
        def get_tracer(self, name: str, *_: object, **__: object) -> object:
            asked.append(name)
            return trace.NoOpTracer()

    monkeypatch.setattr(trace, "get_tracer_provider", Collector)
    pages.get("/calls")
    assert asked == []
    assert TestClient(FastAPI()).get("/").status_code == 404
    assert asked == ["fastapi"], "the collector would have noticed"


def _is_loopback(line: str) -> bool:
    _, _, about = line.partition(" ")
    host = about.strip("()").split(",")[0].strip("'\"")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return about.startswith(("'/", '"/', "'\\x00", "b'/")) or host == "localhost"
