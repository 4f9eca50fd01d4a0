"""Watcher, the wire desk of a newsroom, living in its chat.

The architecture is one sentence, and data flows through it one way:

    poll  →  parse  →  match  →  group  →  triage  →  compose  →  deliver
    (bytes)  (stories) (topics)  (events)  (alert/digest/hold) (cards)  (chat)

`poll` and `deliver` touch the world, `store` keeps state; everything between is plain functions of
plain values, with the current time always an argument. What a stage could not do travels on as a
value (`FetchFailed`, `ParseFailed`), not as an exception across stages.
"""

__version__ = "0.1.0"
