"""Stories: what language they are in, how alike two of them are, and which tell the same event."""

KNOWN_VECTORS = ("use",)
"""The names of the models that may be set: here, since settings are judged without loading numpy."""
CLOSELY = ("auto", "all", "none")
"""Which stories are read closely: those of which `stories.closely` says so, those of all topics, or none."""
