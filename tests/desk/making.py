"""Stories, groups and topics for tests, made in a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.models import Group, Story, Topic

NOON = datetime(2026, 9, 5, 12, tzinfo=UTC)
TOPIC = Topic(1, "console", "summit", "kim putin", title="The summit")


def story(
    id: str,
    title: str = "",
    *,
    outlet: str = "",
    language: str = "en",
    ago: float = 1.0,
    seen_ago: float | None = None,
    summary: str = "",
    name: str = "",
) -> Story:
    """A story published `ago` hours before noon, and seen then unless `seen_ago` says otherwise."""
    outlet = outlet or f"{id}.example"
    seen = ago if seen_ago is None else seen_ago
    return Story(
        id=id,
        title=title or f"Headline number {id}",
        url=f"https://{outlet}/{id}",
        outlet=outlet,
        published=NOON - timedelta(hours=ago),
        seen=NOON - timedelta(hours=seen),
        summary=summary,
        language=language,
        outlet_name=name,
    )


def group(id: str, *stories: Story, tellings: dict[str, str] | None = None, topic: int = 1) -> Group:
    """A group of stories, each told in its own words unless `tellings` says otherwise."""
    return Group(id, topic, stories, tellings or {})
