"""Who gets past the door: only our own page, in the one browser that had the token."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from companion.web.guard import COOKIE, MAX_BODY_BYTES, Guard, Keys

HOST = "127.0.0.1:5000"
OWN = {"Origin": f"http://{HOST}"}


class Door:
    """A guarded page, and a browser before it."""

    def __init__(self) -> None:
        self.keys = Keys()
        self.changes = 0

        async def page(request: Request) -> PlainTextResponse:
            if request.method == "POST":
                await request.body()
                self.changes += 1
            return PlainTextResponse("inside")

        inner = Starlette(routes=[Route("/{rest:path}", page, methods=["GET", "POST"])])
        self.guard = Guard(inner, HOST, self.keys)
        self.browser = TestClient(
            self.guard, base_url=f"http://{HOST}", raise_server_exceptions=False
        )

    def let_in(self) -> TestClient:
        token = self.keys.token
        assert token is not None
        session = self.keys.enter(token)
        assert session is not None
        self.browser.cookies.set(COOKIE, session)
        return self.browser


def test_guard_lets_the_session_in_and_nobody_else() -> None:
    door = Door()

    assert door.browser.get("/calls").status_code == 401
    assert door.let_in().get("/calls").text == "inside"


@pytest.mark.parametrize("cookie", ["", "wrong", "a" * 5000, "\xe9", '"; companion_session=x'])
def test_guard_a_wrong_session_is_refused(cookie: str) -> None:
    door = Door()
    header = f"{COOKIE}={cookie}".encode("latin-1")

    assert door.browser.get("/", headers={b"Cookie": header}).status_code == 401


def test_guard_a_token_is_good_once() -> None:
    keys = Keys()
    token = keys.token
    assert token is not None

    assert keys.enter("wrong") is None
    assert keys.enter(token) is not None
    assert keys.enter(token) is None
    assert keys.token is None


def test_guard_a_new_token_ends_the_one_before() -> None:
    keys = Keys()
    before = keys.token
    assert before is not None
    after = keys.renew()

    assert keys.enter(before) is None
    assert keys.enter(after) is not None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:5001", "localhost.evil.example:5000", "", "[::1]"],
)
def test_guard_a_foreign_host_is_refused(host: str) -> None:
    answer = Door().let_in().get("/", headers={"Host": host})

    assert answer.status_code == 421


def test_guard_localhost_is_this_machine_too() -> None:
    assert Door().let_in().get("/", headers={"Host": "localhost:5000"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:5000"},
        {"Origin": "http://127.0.0.1:5001"},
        {"Origin": "http://127.0.0.1:5000.evil.example"},
    ],
)
def test_guard_a_post_from_elsewhere_changes_nothing(headers: dict[str, str]) -> None:
    door = Door()

    assert door.let_in().post("/calls", headers=headers).status_code == 403
    assert door.changes == 0


def test_guard_a_post_from_our_own_page_is_taken() -> None:
    door = Door()

    assert door.let_in().post("/calls", headers=OWN).status_code == 200
    assert door.changes == 1


def test_guard_a_page_may_not_be_opened_from_another_site() -> None:
    answer = Door().let_in().get("/", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_guard_other_methods_are_refused(method: str) -> None:
    assert Door().let_in().request(method, "/", headers=OWN).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/%2e%2e/guard.py",
        "/static/..%2fguard.py",
        "/static/%5c..%5cguard.py",
        "//evil.example/",
        "/calls/%00",
        "/calls/" + "a" * 3000,
        "/calls?" + "a" * 3000,
    ],
)
def test_guard_path_tricks_are_refused(path: str) -> None:
    door = Door()
    door.let_in()

    assert door.browser.get(f"http://{HOST}{path}").status_code == 400


def test_guard_a_large_body_is_refused_by_its_length() -> None:
    door = Door()
    body = b"x" * (MAX_BODY_BYTES + 1)

    assert door.let_in().post("/calls", headers=OWN, content=body).status_code == 413
    assert door.changes == 0


def test_guard_a_large_body_without_a_length_is_cut_off() -> None:
    door = Door()
    chunks = (b"x" * 1024 for _ in range(MAX_BODY_BYTES // 1024 + 2))

    door.let_in().post("/calls", headers=OWN, content=chunks)

    assert door.changes == 0


def test_guard_every_answer_carries_the_headers_refusals_too() -> None:
    door = Door()
    for answer in (door.browser.get("/"), door.let_in().get("/")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


def test_guard_what_was_refused_does_not_keep_the_app_awake() -> None:
    now = [100.0]

    async def app(*_: object) -> None:
        raise AssertionError("refused requests do not get here")

    guard = Guard(app, HOST, Keys(), lambda: now[0])
    now[0] = 160.0
    TestClient(guard, base_url=f"http://{HOST}").get("/calls")

    assert guard.idle_s == 60.0
