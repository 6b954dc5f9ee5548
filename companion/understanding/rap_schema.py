"""The published JSON schema of a rap, for editors: made from the models, never by hand."""

from __future__ import annotations

import json
from pathlib import Path

from companion.understanding.rap import Rap

PUBLISHED = Path("configs", "schemas", "rap.schema.json")
"""Where it stands in the project; raps name it in their first line."""


def rap_schema() -> str:
    """The schema as the text of its file."""
    schema = Rap.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
