"""Discord: the desk's room there. `watcher.chat.discord.DiscordChat` is the port that leads to it.

chat.py        the port itself: listen, send, edit, threads
session.py     being logged in and connected, and staying so
posting.py     messages, threads, posts and direct messages, each of them once
wire.py        requests, and Discord's errors in words
answering.py   commands, buttons, menus and forms, and the answers to them
desks.py       servers as desks
tree.py, components.py, embeds.py, wording.py, languages.py are pure: what is said, in Discord's terms
"""

from watcher.chat.discord.chat import DiscordChat
from watcher.chat.discord.session import Patience

__all__ = ["DiscordChat", "Patience"]
