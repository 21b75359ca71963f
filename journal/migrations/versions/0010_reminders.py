"""Reminders: what is wished, where it goes, and what is on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    create_reminders()
    create_push()
    create_calendar_feeds()
    create_outbox()


def create_reminders() -> None:
    """Create what is wished, and when the next one is due."""
    op.create_table(
        "reminders",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("site_version", sa.BigInteger(), nullable=False),
        owned_by_account("reminders"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_next_at"), "reminders", ["next_at"])


def create_push() -> None:
    """Create where notices go, and the server's own key for them."""
    op.create_table(
        "push_endpoints",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("site_version", sa.BigInteger(), nullable=False),
        owned_by_account("push_endpoints"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_push_endpoints")),
    )
    op.create_table(
        "push_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("site_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_keys")),
    )


def create_calendar_feeds() -> None:
    """Create the addresses of calendars."""
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        owned_by_account("calendar_feeds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("account_id", name=op.f("uq_calendar_feeds_account_id")),
    )


def create_outbox() -> None:
    """Create what is on its way."""
    op.create_table(
        "outbox",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("try_at", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        owned_by_account("outbox"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_try_at"), "outbox", ["try_at"])


def owned_by_account(table: str) -> sa.ForeignKeyConstraint:
    """Return the reference of a table's rows to whose they are."""
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["accounts.id"],
        name=op.f(f"fk_{table}_account_id_accounts"),
        ondelete="CASCADE",
    )
