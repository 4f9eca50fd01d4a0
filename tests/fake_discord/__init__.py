"""A Discord of our own on loopback: REST and gateway, for the real discord.py to talk to.

world.py     its servers, channels, messages and people
rest.py      the REST interface, one function an endpoint
gateway.py   the WebSocket
people.py    what people do: commands, buttons, menus, forms
limits.py    the limits that Discord has and its specification does not tell
spec.py      every request body against the official specification, where that is to be had
troubles.py  what goes wrong on purpose
"""

from tests.fake_discord.people import Answer, Person
from tests.fake_discord.server import FakeDiscord
from tests.fake_discord.troubles import Trouble

__all__ = ["Answer", "FakeDiscord", "Person", "Trouble"]
