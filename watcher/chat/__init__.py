"""Chat: one port, one room a platform, and commands that are written once for all of them."""
