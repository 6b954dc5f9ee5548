"""A schema of tomorrow: the shipped revisions and one more, so that a migration can be tested
while there is only one release."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from companion.store import migrate
from companion.store.migrations import HEAD, REVISIONS

NEXT = "9999"

_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("call") as call:  # copies the whole table on SQLite
        call.add_column(sa.Column("mood", sa.String(40), nullable=True))
        call.create_index("ix_call_mood", ["mood"])
    op.create_table("tomorrow", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE call SET mood = 'calm'")
    {last}
"""


@contextmanager
def next_revision(folder: Path, last: str = "") -> Generator[None, None, None]:
    """The program as it will be after one more revision; `last` is its last statement.

    `folder`: a new one for the revisions.
    """
    shutil.copytree(migrate.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    revision = _REVISION.format(next=NEXT, head=HEAD, last=last)
    (folder / "versions" / f"{NEXT}_tomorrow.py").write_text(revision, encoding="utf-8")
    with (
        patch.object(migrate, "SCRIPTS", folder),
        patch.object(migrate, "REVISIONS", (*REVISIONS, NEXT)),
        patch.object(migrate, "HEAD", NEXT),
    ):
        yield
