"""A topic as it is being written in a form, on whichever platform has one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.models import Topic


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in a form; `old` names the topic that is edited, `channel` is where that was asked."""

    name: str = ""
    query: str = ""
    title: str = ""
    without: str = ""
    sensitivity: str = "normal"
    old: str = ""
    channel: str = ""

    @classmethod
    def of(cls, topic: Topic, channel: str = "") -> Draft:
        """A topic that exists, to be edited."""
        without = ", ".join(topic.excluded_outlets)
        return cls(topic.name, topic.query, topic.title, without, topic.sensitivity, topic.name, channel)

    def tried(self) -> dict[str, str | None]:
        """What to call `watch topic test` with."""
        return {"query": self.query, "sensitivity": self.sensitivity, "without": self.without or None}

    def saved(self) -> tuple[tuple[str, ...], dict[str, str | None]]:
        """The command that saves it, and what to call that with: in an edit what was emptied is no more."""
        left_empty = "none" if self.old else None
        said = {
            "name": self.old or self.name,
            "query": self.query,
            "title": self.title or left_empty,
            "sensitivity": self.sensitivity,
            "without": self.without or left_empty,
        }
        return ("watch", "topic", "edit" if self.old else "add"), said
