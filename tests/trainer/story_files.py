"""Short story files for tests."""

from __future__ import annotations

from companion.documents import parse_document
from companion.trainer.stories import Stories, check_stories
from companion.understanding.rap import Rap


def stories(lines: str, rap: Rap | None = None, story: str = "", at_end: str = "") -> Stories:
    """A file of one story.

    Args:
        lines: its lines as YAML list items, one a line.
        rap: names are checked against it where given.
        story: more keys of the story, one a line.
        at_end: what is expected at the end, in flow style.
    """
    text = 'schema: 1\nrap: test\nstories:\n  - name: "One story"\n'
    text += "".join(f"    {line}\n" for line in story.splitlines())
    text += "    lines:\n" + "".join(f"      {line}\n" for line in lines.splitlines())
    if at_end:
        text += f"    at_end: {at_end}\n"
    return check_stories(parse_document(text.encode(), "s.yaml"), rap)
