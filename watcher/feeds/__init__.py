"""From an address to stories: polled politely and safely, parsed into the words of the house."""
