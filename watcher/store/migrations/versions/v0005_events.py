"""What people do with events: follow, mute, merge and split."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table('follows',
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('group_id', sa.Text(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('known', sa.Text(), server_default='[]', nullable=False),
    sa.Column('told_at', sa.BigInteger(), nullable=True),
    sa.Column('next_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('place', 'group_id')
    )
    op.create_index('ix_follows_group_id', 'follows', ['group_id'], unique=False)
    op.create_index('follows_next_at', 'follows', ['next_at'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))
    op.create_table('mutes',
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('group_id', sa.Text(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('until', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('place', 'group_id')
    )
    op.create_table('heirs',
    sa.Column('group_id', sa.Text(), nullable=False),
    sa.Column('heir', sa.Text(), nullable=False),
    sa.Column('larger', sa.Boolean(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('group_id')
    )
    op.create_index('ix_heirs_heir', 'heirs', ['heir'], unique=False)
    op.create_table('rulings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('mine', sa.Text(), nullable=False),
    sa.Column('theirs', sa.Text(), nullable=False),
    sa.Column('said', sa.Text(), server_default='', nullable=False),
    sa.Column('person', sa.Text(), server_default='', nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('undone_at', sa.BigInteger(), nullable=True),
    sa.Column('undone_by', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_rulings_topic_id', 'rulings', ['topic_id'], unique=False)
    op.add_column('edits', sa.Column('ruling', sa.Integer(), server_default='0', nullable=False))
    op.create_index('shown_group', 'shown', ['group_id'], unique=False)
