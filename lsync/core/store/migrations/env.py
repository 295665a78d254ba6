"""What Alembic runs: it gets an open connection from ``store.migrate`` and opens none itself."""

from alembic import context

from lsync.core.store.schema import tables

config = context.config
prefix = config.attributes["table_prefix"]

context.configure(
    connection=config.attributes["connection"],
    target_metadata=tables(prefix).metadata,
    version_table=tables(prefix).version_table,
    table_prefix=prefix,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
