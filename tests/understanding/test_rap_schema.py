"""The published schema is the models', word for word, and tells an editor what each key is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from companion import locations
from companion.understanding.rap_schema import PUBLISHED, rap_schema

SHIPPED = locations.shipped("configs", "raps", "one-on-one.en.yaml")
SCHEMA: dict[str, Any] = json.loads(rap_schema())


def parts() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "Rap", SCHEMA
    yield from SCHEMA["$defs"].items()


def test_rap_schema_published_is_the_one_of_the_models() -> None:
    published = locations.shipped(*PUBLISHED.parts).read_text(encoding="utf-8")
    assert published == rap_schema(), "renew it: scripts/make_schema"


def test_rap_schema_is_named_in_the_first_line_of_the_shipped_rap() -> None:
    first = SHIPPED.read_text(encoding="utf-8").splitlines()[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (SHIPPED.parent / first.removeprefix(prefix)).resolve().is_file()


@pytest.mark.parametrize(
    ("name", "part"), list(parts()), ids=lambda p: p if isinstance(p, str) else ""
)
def test_rap_schema_explains_every_key_and_knows_no_others(name: str, part: dict[str, Any]) -> None:
    assert part["additionalProperties"] is False
    for key, field in part["properties"].items():
        assert field.get("title"), f"{name}.{key}"
        assert field.get("description"), f"{name}.{key}"


def test_rap_schema_takes_the_shipped_rap_as_an_editor_reads_it() -> None:
    # An editor reads scalars with their YAML types, which the loader does not.
    rap = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    assert list(misfits(rap, SCHEMA, "rap")) == []
    rap["schema"] = 2
    rap["steps"][0]["gaols"] = []
    del rap["steps"][1]["name"]
    rap["timing"]["closed_run"] = "many"
    assert sorted(misfits(rap, SCHEMA, "rap")) == [
        "rap.schema",
        "rap.steps.0.gaols",
        "rap.steps.1.name",
        "rap.timing.closed_run",
    ]


_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


def misfits(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    """Places where a value does not fit: the few words of JSON schema that ours is made of."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        if all(list(misfits(value, option, where)) for option in schema["anyOf"]):
            yield where
        return
    kind = schema.get("type")
    if kind == "null":
        wrong = value is not None
    else:
        wrong = kind is not None and not isinstance(value, _TYPES[kind])
    if wrong or ("enum" in schema and value not in schema["enum"]):
        yield where
    elif isinstance(value, dict):
        known = schema["properties"]
        yield from (f"{where}.{key}" for key in schema.get("required", []) if key not in value)
        for key, inner in value.items():
            if key in known:
                yield from misfits(inner, known[key], f"{where}.{key}")
            else:
                yield f"{where}.{key}"
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from misfits(item, schema["items"], f"{where}.{i}")
