"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INDEX_OF_WORDS = (
    """
    CREATE VIRTUAL TABLE story_words USING fts5(
        title, summary, content='stories', content_rowid='n', columnsize=0,
        tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
    )
    """,
    """
    CREATE TRIGGER story_words_removed AFTER DELETE ON stories BEGIN
        INSERT INTO story_words(story_words, rowid, title, summary)
        VALUES ('delete', old.n, old.title, old.summary);
    END
    """,
    """
    CREATE TRIGGER story_words_changed AFTER UPDATE OF title, summary ON stories BEGIN
        INSERT INTO story_words(story_words, rowid, title, summary)
        VALUES ('delete', old.n, old.title, old.summary);
        INSERT INTO story_words(rowid, title, summary) VALUES (new.n, new.title, new.summary);
    END
    """,
)

_VECTOR_OF_WORDS = r"""
    CREATE INDEX story_words ON stories USING gin (
        to_tsvector('simple', regexp_replace(regexp_replace(normalize(title || ' ' || summary, NFKD),
        '[\u0300-\u036f]+', '', 'g'), '\W+', ' ', 'g'))
    )
"""


def upgrade() -> None:
    for make in (
        _deliveries,
        _desks,
        _edits,
        _feeds,
        _matches,
        _notes,
        _placements,
        _revisions,
        _settings,
        _shown,
        _sightings,
        _stories,
        _story_keys,
        _subscriptions,
        _topics,
        _vectors,
        _words,
    ):
        make()


def _deliveries() -> None:
    op.create_table('deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('card', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('urgency', sa.Integer(), server_default='0', nullable=False),
    sa.Column('parent', sa.Text(), server_default='', nullable=False),
    sa.Column('edits', sa.Text(), server_default='', nullable=False),
    sa.Column('about', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('due_at', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('made_at', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.Column('ref', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key'),
    sqlite_autoincrement=True
    )
    op.create_index('deliveries_about', 'deliveries', ['about'], unique=False, sqlite_where=sa.text("about != ''"), postgresql_where=sa.text("about != ''"))
    op.create_index('deliveries_edits', 'deliveries', ['edits'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.create_index('deliveries_made_at', 'deliveries', ['made_at'], unique=False)
    op.create_index('deliveries_parent', 'deliveries', ['parent'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.create_index('deliveries_pending', 'deliveries', ['urgency', 'id'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))


def _desks() -> None:
    op.create_table('desks',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('platform', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id')
    )


def _edits() -> None:
    op.create_table('edits',
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('a', sa.Text(), nullable=False),
    sa.Column('b', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), server_default='', nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('n')
    )
    op.create_index('ix_edits_topic_id', 'edits', ['topic_id'], unique=False)


def _feeds() -> None:
    op.create_table('feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), server_default='', nullable=False),
    sa.Column('outlet', sa.Text(), server_default='', nullable=False),
    sa.Column('language', sa.Text(), server_default='', nullable=False),
    sa.Column('tags', sa.Text(), server_default='[]', nullable=False),
    sa.Column('etag', sa.Text(), server_default='', nullable=False),
    sa.Column('last_modified', sa.Text(), server_default='', nullable=False),
    sa.Column('body_hash', sa.Text(), server_default='', nullable=False),
    sa.Column('interval', sa.BigInteger(), nullable=False),
    sa.Column('next_poll_at', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('first_polled_at', sa.BigInteger(), nullable=True),
    sa.Column('last_polled_at', sa.BigInteger(), nullable=True),
    sa.Column('last_changed_at', sa.BigInteger(), nullable=True),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_error', sa.Text(), server_default='', nullable=False),
    sa.Column('ill_since', sa.BigInteger(), nullable=True),
    sa.Column('told', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('moved_to', sa.Text(), server_default='', nullable=False),
    sa.Column('moved_since', sa.BigInteger(), nullable=True),
    sa.Column('retired_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('url'),
    sqlite_autoincrement=True
    )
    op.create_index('feeds_due', 'feeds', ['next_poll_at'], unique=False, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))


def _matches() -> None:
    op.create_table('matches',
    sa.Column('story_id', sa.Text(), nullable=False),
    sa.Column('topic_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('story_id', 'topic_id')
    )
    op.create_index('ix_matches_topic_id', 'matches', ['topic_id'], unique=False)


def _notes() -> None:
    op.create_table('notes',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name'),
    sqlite_with_rowid=False
    )


def _placements() -> None:
    op.create_table('placements',
    sa.Column('story_id', sa.Text(), nullable=False),
    sa.Column('topic_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('group_id', sa.Text(), nullable=False),
    sa.Column('telling', sa.Text(), nullable=False),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('story_id', 'topic_id'),
    sqlite_with_rowid=False
    )
    op.create_index('ix_placements_group_id', 'placements', ['group_id'], unique=False)
    op.create_index('ix_placements_topic_id', 'placements', ['topic_id'], unique=False)


def _revisions() -> None:
    op.create_table('revisions',
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('old_title', sa.Text(), server_default='', nullable=False),
    sa.Column('new_title', sa.Text(), server_default='', nullable=False),
    sa.Column('old_summary', sa.Text(), server_default='', nullable=False),
    sa.Column('new_summary', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('n')
    )
    op.create_index('ix_revisions_story_id', 'revisions', ['story_id'], unique=False)
    op.create_index('revisions_at', 'revisions', ['at'], unique=False)


def _settings() -> None:
    op.create_table('settings',
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('desk', 'key'),
    sqlite_with_rowid=False
    )


def _shown() -> None:
    op.create_table('shown',
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('group_id', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('stories', sa.Text(), server_default='[]', nullable=False),
    sa.PrimaryKeyConstraint('place', 'group_id')
    )
    op.create_index('shown_at', 'shown', ['at'], unique=False)


def _sightings() -> None:
    op.create_table('sightings',
    sa.Column('story_id', sa.Text(), nullable=False),
    sa.Column('feed_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('first_at', sa.BigInteger(), nullable=False),
    sa.Column('last_at', sa.BigInteger(), nullable=False),
    sa.Column('said', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('story_id', 'feed_id'),
    sqlite_with_rowid=False
    )


def _stories() -> None:
    op.create_table('stories',
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), server_default='', nullable=False),
    sa.Column('url', sa.Text(), server_default='', nullable=False),
    sa.Column('outlet', sa.Text(), server_default='', nullable=False),
    sa.Column('published', sa.BigInteger(), nullable=False),
    sa.Column('seen', sa.BigInteger(), nullable=False),
    sa.Column('summary', sa.Text(), server_default='', nullable=False),
    sa.Column('language', sa.Text(), server_default='', nullable=False),
    sa.Column('outlet_name', sa.Text(), server_default='', nullable=False),
    sa.Column('backlog', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('matched', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.PrimaryKeyConstraint('n'),
    sa.UniqueConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('stories_seen', 'stories', ['seen'], unique=False)
    op.create_index('stories_unmatched', 'stories', ['n'], unique=False, sqlite_where=sa.text('matched IS 0'), postgresql_where=sa.text('matched IS false'))


def _story_keys() -> None:
    op.create_table('story_keys',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('story_id', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('digest'),
    sqlite_with_rowid=False
    )
    op.create_index('ix_story_keys_story_id', 'story_keys', ['story_id'], unique=False)


def _subscriptions() -> None:
    op.create_table('subscriptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('topics', sa.Text(), server_default='[]', nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('times', sa.Text(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('quiet', sa.Text(), nullable=True),
    sa.Column('languages', sa.Text(), server_default='[]', nullable=False),
    sa.Column('say_nothing_new', sa.Boolean(), nullable=False),
    sa.Column('next_at', sa.BigInteger(), nullable=True),
    sa.Column('last_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_subscriptions_desk', 'subscriptions', ['desk'], unique=False)
    op.create_index('subscriptions_next_at', 'subscriptions', ['next_at'], unique=False)


def _topics() -> None:
    op.create_table('topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), server_default='', nullable=False),
    sa.Column('sensitivity', sa.Text(), server_default='normal', nullable=False),
    sa.Column('excluded_outlets', sa.Text(), server_default='[]', nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=True),
    sa.Column('fresh', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('desk', 'name'),
    sqlite_autoincrement=True
    )


def _vectors() -> None:
    op.create_table('vectors',
    sa.Column('story_id', sa.Text(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('story_id')
    )


def _words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in _INDEX_OF_WORDS:
            op.execute(statement)
    else:
        op.execute(_VECTOR_OF_WORDS)
