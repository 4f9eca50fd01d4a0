"""Stories: what language they are in, how alike two of them are, and which tell the same event."""
