"""sessions tell their site key: it is rotated while people are signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema; until now there was no way to a second version."""
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("site_version", sa.BigInteger(), server_default="1", nullable=False)
        )
