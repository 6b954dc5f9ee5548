"""The first schema: calls, drafts, tombstones, notes, what the team must be told, full text."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Frozen here on purpose: what `companion.store.tables` and `…search` say may move on.
MOMENT = sa.String(32)


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("deletion_digest", sa.String(64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("call_date", sa.Date(), nullable=False),
        sa.Column("commitment", sa.String(40), nullable=True),
        sa.Column("issues", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("promised", sa.Boolean(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("snoozed_to", sa.Date(), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=True),
        sa.Column("hold_since", MOMENT, nullable=True),
        sa.Column("shared_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
    )
    op.create_index("uq_call_code", "call", ["code"], unique=True)
    op.create_index("uq_call_deletion_digest", "call", ["deletion_digest"], unique=True)
    op.create_index("ix_call_call_date", "call", ["call_date", "id"])
    op.create_index("ix_call_due", "call", ["done_at", "due_on", "snoozed_to"])
    op.create_table(
        "draft",
        sa.Column("draft_id", sa.String(64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_draft"),
    )
    op.create_table(
        "tombstone",
        sa.Column("deletion_digest", sa.String(64), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("deletion_digest", name="pk_tombstone"),
    )
    op.create_table(
        "note",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_note"),
    )
    op.create_table(
        "team_task",
        sa.Column("deletion_digest", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("record_sha256", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("deletion_digest", name="pk_team_task"),
        sa.CheckConstraint("action IN ('share', 'unshare')", name="ck_team_task_action"),
    )
    op.execute(
        "CREATE VIRTUAL TABLE call_words USING fts5("
        "words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3')"
    )
    op.execute("INSERT INTO call_words(call_words, rank) VALUES ('secure-delete', 1)")
