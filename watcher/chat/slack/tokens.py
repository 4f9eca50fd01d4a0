"""What is wrong with tokens as they are set, before Slack is asked. Pure.

Only Slack's own prefixes are known: another server that speaks its protocol may call tokens as it likes.
"""

from __future__ import annotations

import re

from watcher.config import SlackSettings

_KINDS = {
    "xapp-": "the token of an app",
    "xoxb-": "the token of a bot",
    "xoxp-": "the token of a person",
    "xoxa-": "an old kind of token",
    "xoxr-": "a token to refresh another with",
    "xoxe-": "a token to refresh another with",
    "xoxe.xoxp-": "the token of a person",
}
_EXPIRES = (
    "SLACK_BOT_TOKEN expires after twelve hours, since token rotation is turned on for this app, and it "
    "cannot be turned off again. Make the app anew from config/slack-manifest.yaml, which leaves it off, or "
    "let the workspace install Watcher by itself (docs/slack.md, Many workspaces): such tokens are refreshed."
)
_WHERE = "docs/slack.md says where to find both."


def faults_of(settings: SlackSettings) -> list[str]:
    """Sentences about tokens that cannot be right."""
    bot, app = settings.bot_token, settings.app_token
    if bot.startswith("xapp-") and app.startswith("xoxb-"):
        return [
            "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the bot's begins with xoxb-, "
            "the app's with xapp-."
        ]
    given = [("SLACK_BOT_TOKEN", bot, "xoxb-"), ("SLACK_APP_TOKEN", app, "xapp-")]
    found = [fault for name, token, begins in given if (fault := _fault(name, token, begins))]
    return [*found, *([_EXPIRES] if bot.startswith("xoxe.xoxb-") else [])]


def _fault(name: str, token: str, begins: str) -> str:
    if re.search(r"[\s\x00-\x1f\x7f]", token):
        return f"{name} has a space or a line break in it. Copy it anew; {_WHERE}"
    for prefix, kind in _KINDS.items():
        if token.startswith(prefix) and prefix != begins:
            return f"{name} should begin with {begins}; this is {kind} ({prefix}…). {_WHERE}"
    return ""


def way_fault(settings: SlackSettings) -> str:
    """What is still to be set so that Watcher can be on Slack at all; empty where nothing is."""
    if not settings.bot_token and not settings.client_id:
        other = "SLACK_APP_TOKEN" if settings.app_token else "SLACK_SIGNING_SECRET"
        alone = f"{other} is set, and SLACK_BOT_TOKEN is not. " if settings.is_wanted else ""
        return f"There is no token for Slack. {alone}Set SLACK_BOT_TOKEN (xoxb-…); docs/slack.md says how."
    if not settings.app_token and not settings.signing_secret:
        return (
            "Slack cannot reach Watcher: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET "
            "for signed HTTP; docs/slack.md says how."
        )
    return ""
