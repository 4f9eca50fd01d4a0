"""What the desk is told, and when: triage, digests, and the cards that say it."""
