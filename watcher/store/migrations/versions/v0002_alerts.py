"""Alerts, what was done about them, the rules of topics, and rotas."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table('alerts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('known', sa.Text(), server_default='[]', nullable=False),
    sa.Column('published', sa.BigInteger(), nullable=False),
    sa.Column('seen', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), server_default='', nullable=False),
    sa.Column('person', sa.Text(), server_default='', nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('step', sa.Integer(), server_default='0', nullable=False),
    sa.Column('next_at', sa.BigInteger(), nullable=True),
    sa.Column('folded', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('topic_id', 'group_id'),
    sqlite_autoincrement=True
    )
    op.create_index('alerts_made_at', 'alerts', ['desk', 'made_at'], unique=False)
    op.create_index('alerts_next_at', 'alerts', ['next_at'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))
    op.create_table('alert_log',
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('desk', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('n')
    )
    op.create_index('ix_alert_log_alert_id', 'alert_log', ['alert_id'], unique=False)
    op.create_index('alert_log_at', 'alert_log', ['desk', 'at'], unique=False)
    op.create_table('alert_rules',
    sa.Column('topic_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('topic_id')
    )
    op.create_table('rotas',
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('rota', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('desk'),
    sqlite_with_rowid=False
    )
