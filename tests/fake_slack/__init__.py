"""A Slack of our own on loopback: Web API, Socket Mode, signed requests and response addresses.

state.py    a workspace: people, channels, messages, tokens and their scopes
judging.py  what Slack would say of blocks, views and texts
methods.py  the Web API's methods
server.py   the server, what can go wrong with it, and people who do things
"""

from tests.fake_slack.people import Interaction
from tests.fake_slack.server import FakeSlack, Trouble

__all__ = ["FakeSlack", "Interaction", "Trouble"]
