"""The store's schema, as a chain of Alembic revisions; each release's database can be brought
forward. A new revision: a file in `versions/`, its name at the end of `REVISIONS`, and a database
of the release before it for the tests (`scripts/make_store_fixture.py`).
"""

REVISIONS = ("0001", "0002")
"""Every revision there has been, oldest first. Opening a store compares with the last one, and so
needs Alembic only where there is something to do."""

HEAD = REVISIONS[-1]
