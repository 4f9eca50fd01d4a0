"""What a feed said of a story leads to it, for feeds that give all their stories other addresses."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index("sightings_said", "sightings", ["said"])
