"""What people can ask of the desk: written once, and understood on every platform.

A command is one typed function in one of this package's rooms, under `@command`.
"""

from watcher.chat.commands.desk import Glance
from watcher.chat.commands.newsroom import Ask, Newsroom, Probe
from watcher.chat.commands.registry import Arg, Argument, Command, Registry, Rest, command
from watcher.chat.commands.running import Commands
from watcher.chat.commands.words import Misspoken

__all__ = [
    "Arg",
    "Argument",
    "Ask",
    "Command",
    "Commands",
    "Glance",
    "Misspoken",
    "Newsroom",
    "Probe",
    "Registry",
    "Rest",
    "command",
]
