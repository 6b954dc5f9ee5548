"""The organizer's own voice as figures, where they agreed to keep them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "voice",
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("learned_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_voice"),
    )
