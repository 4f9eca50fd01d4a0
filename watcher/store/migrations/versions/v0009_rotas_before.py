"""What a rota was before its last change, and who made that, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("rotas", sa.Column("number", sa.Integer(), server_default="0", nullable=False))
    op.add_column("rotas", sa.Column("changed_by", sa.Text(), server_default="", nullable=False))
    op.add_column("rotas", sa.Column("before", sa.Text(), nullable=True))
