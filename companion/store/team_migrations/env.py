"""Runs revisions on the connection that `companion.store.team_setup` hands over, inside the
transaction that it has begun: all of them happen, or none."""

from alembic import context

from companion.store.team_tables import SCHEMA, AtTheTeam

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=AtTheTeam.metadata,
    version_table_schema=SCHEMA,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
