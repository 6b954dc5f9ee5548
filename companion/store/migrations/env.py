"""Runs revisions on the connection that `companion.store.migrate` hands over, inside the
transaction that it has begun: all of them happen, or none."""

from alembic import context

from companion.store.tables import Local

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Local.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
