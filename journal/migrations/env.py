"""What Alembic runs for each command: the caller's connection and all our tables."""

from alembic import context

from journal.base import Base
from journal.migrations import load_models

load_models()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
