"""① The parts of the Slack channel (bot/channels/slack.py): pure translations, and the way to Slack's Web API."""
