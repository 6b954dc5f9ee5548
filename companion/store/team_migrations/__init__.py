"""The schema of the team's server, as a chain of Alembic revisions.

Whoever owns the database runs them with `companion team setup`; members look at the revision and
change nothing.
"""

REVISIONS = ("0001",)
"""Every revision there has been, oldest first."""

HEAD = REVISIONS[-1]
