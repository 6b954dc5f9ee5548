"""The fuzz targets without the fuzzer: everywhere, and in no time. `scripts/fuzz` searches on."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.fuzzing.catalog import TARGETS, kept_finds
from scripts.fuzzing.target import Draw, Target, told_in_words

FINDS = [(name, path.name) for name in TARGETS for path in kept_finds(name)]
SLOW = {"rap", "rap-values", "http"}
"""A tenth of a second each; the others take a millisecond."""


@pytest.mark.parametrize("name", TARGETS)
def test_fuzzing_good_input_holds(name: str) -> None:
    seeds = TARGETS[name].seeds()
    assert seeds
    for seed in seeds[:10]:
        TARGETS[name].run(seed)


@pytest.mark.parametrize(("name", "file"), FINDS)
def test_fuzzing_what_once_broke_holds_now(name: str, file: str) -> None:
    (path,) = (path for path in kept_finds(name) if path.name == file)
    TARGETS[name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_fuzzing_damaged_input_holds(name: str) -> None:
    target = TARGETS[name]

    @settings(
        max_examples=8 if name in SLOW else 60,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(_damaged(target))
    def damaged(raw: bytes) -> None:
        target.run(raw)

    damaged()


def _damaged(target: Target) -> st.SearchStrategy[bytes]:
    """A seed with a piece taken out, repeated, or put in the place of another."""

    @st.composite
    def made(draw: st.DrawFn) -> bytes:
        raw = draw(st.sampled_from(target.seeds()))
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(raw)))
            to = min(len(raw), at + draw(st.integers(0, 40)))
            words = st.sampled_from([word.encode() for word in target.words] or [b"\x00"])
            raw = (
                raw[:at] + draw(st.binary(max_size=12) | words | st.just(raw[at:to] * 2)) + raw[to:]
            )
        return raw

    return made()


def test_fuzzing_a_broken_promise_is_noticed() -> None:
    with pytest.raises(AssertionError):
        told_in_words(ValueError("no file is named here"), "fuzzed.yaml")
    with pytest.raises(AssertionError):
        told_in_words(ValueError("fuzzed.yaml: no"), "fuzzed.yaml")
    told_in_words(ValueError("fuzzed.yaml: line 3 lacks a quote"), "fuzzed.yaml")


def test_fuzzing_draws_are_the_same_for_the_same_bytes() -> None:
    one, other = Draw(b"\x07\x01\x05hello"), Draw(b"\x07\x01\x05hello")
    assert [one.number(10), one.text()] == [other.number(10), other.text()]
    assert Draw(b"").text() == Draw(b"").text()
    assert Draw(b"\x01\x03abcd").text() == "abc"
