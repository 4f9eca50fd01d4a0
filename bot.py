#!/usr/bin/env python3
"""The entry: `python bot.py --help`."""

from watcher.cli import main

if __name__ == "__main__":
    main()
