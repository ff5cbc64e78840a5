"""What Alembic runs for every command: our engine, our metadata, and only our tables."""

from alembic import context

from rmatrack.db.migrate import is_ours
from rmatrack.db.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    include_object=is_ours,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
