"""Stories: what language they are in, how alike two of them are, and which tell the same event."""

KNOWN_VECTORS = ("use",)
"""The names that `vectors.load_vectors` knows: here, since settings are judged without loading numpy."""
