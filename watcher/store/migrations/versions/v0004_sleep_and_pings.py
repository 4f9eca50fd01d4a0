"""Desks that sleep, and whom a subscription wakes. Subscriptions put aside in notes come back to their table."""

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ASIDE = "discord asleep "
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def upgrade() -> None:
    op.add_column('subscriptions', sa.Column('pings', sa.Text(), server_default='[]', nullable=False))
    op.add_column('desks', sa.Column('asleep_since', sa.BigInteger(), nullable=True))
    db = op.get_bind()
    notes = db.execute(sa.text("SELECT name, value FROM notes WHERE name LIKE 'discord asleep %'")).all()
    for name, value in notes:
        aside = json.loads(value)
        for one in aside.get("subscriptions", []):
            db.execute(_INSERT, _row(one))
        if aside.get("at"):
            said = {"at": _micros(aside["at"]), "desk": name.removeprefix(_ASIDE)}
            db.execute(sa.text("UPDATE desks SET asleep_since = :at WHERE id = :desk"), said)
    db.execute(sa.text("DELETE FROM notes WHERE name LIKE 'discord asleep %'"))


_KEPT = ("desk", "how", "time_zone", "say_nothing_new")
_PACKED = ("place", "topics", "times", "quiet", "languages")
_TIMED = ("next_at", "last_at")
_ALL = (*_KEPT, *_PACKED, *_TIMED)
_INSERT = sa.text(
    f"INSERT INTO subscriptions ({', '.join(_ALL)}) VALUES ({', '.join(':' + name for name in _ALL)})"
)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    row = {name: one[name] for name in _KEPT}
    row |= {name: None if one[name] is None else _packed(one[name]) for name in _PACKED}
    return row | {name: _micros(one[name]) if one[name] else None for name in _TIMED}


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _micros(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
