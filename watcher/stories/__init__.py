"""Stories: what language they are in, how alike two of them are, and which tell the same event."""

KNOWN_VECTORS = ("use",)
"""The names of the models that may be set: here, since settings are judged without loading numpy."""
CLOSELY = ("narrow", "all", "none")
"""Which topics' stories are read closely: those of all but topics that take every story, of all, of none."""
