"""Slack: the desk's room there. `watcher.chat.slack.SlackChat` is the port that leads to it.

chat.py        the port itself: which workspaces there are, and being reachable from them
bureau.py      one workspace, by its own token: sending there, and what its people are answered
installing.py  workspaces that install Watcher by themselves; their tokens are kept sealed
connecting.py  Socket Mode, or signed HTTP, and staying reachable
listening.py   slack-bolt's app: acknowledged at once, handed on once
answering.py   commands, buttons, shortcuts; voice.py says the answers
rooms.py       forms and the App Home; following.py what reactions ask for
posting.py     messages, threads and direct messages, each of them once
wire.py        calls, and Slack's errors in words
desks.py       the workspace as a desk, and who may manage it
checking.py    tokens, scopes and channels: what is wrong and how to mend it
blocks.py, wording.py, forms.py, pointing.py are pure: what is said, in Slack's terms
"""

from watcher.chat.slack.chat import SlackChat
from watcher.chat.slack.patience import Patience

__all__ = ["Patience", "SlackChat"]
