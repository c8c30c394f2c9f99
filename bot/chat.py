"""`python -m bot.chat`: a chat in the terminal with the running assistant, over channel ① REST.

Starts nothing itself. A typed number presses the button with that number; lines from a pipe are sent one by one.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from bot.serve import address
from bot.settings import SettingsError, load
from bot.supervisor import answers

TIMEOUT = 60.0  # seconds; a turn with live checks takes its time


class ChatError(Exception):
    """One sentence: why the assistant can't be talked to and what to do."""


def main() -> int:
    """Chat until /quit or the end of the input, and return the exit code."""
    try:
        server = address(load())
        if not answers(f"{server}/webhooks/rest/"):
            raise ChatError(f"no assistant answers at {server}; start it in another terminal with `make run`.")
        print(f"Talking to {server}. /quit or Ctrl-D leaves.", flush=True)
        chat(f"{server}/webhooks/rest/webhook", lines())
    except (ChatError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    return 0


def lines() -> Iterator[str]:
    """Yield what the user types; from a pipe each line is shown as well, so that the output reads as a dialogue."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    typed = sys.stdin.isatty()
    while True:
        try:
            line = input("you> " if typed else "")
        except EOFError:
            if typed:
                print()
            return
        if not typed:
            print(f"you> {line}", flush=True)
        yield line


def chat(url: str, typed: Iterable[str]) -> None:
    """Send each line as one new user and print the answers."""
    sender = f"terminal-{uuid.uuid4().hex}"
    buttons: list[dict[str, Any]] = []
    for line in typed:
        text = line.strip()
        if text == "/quit":
            return
        if not text:
            continue
        messages = send(url, sender, chosen(text, buttons))
        buttons = [button for message in messages for button in message.get("buttons") or []]
        print(shown(messages), flush=True)


def chosen(text: str, buttons: list[dict[str, Any]]) -> str:
    """Return the payload of the button whose number was typed, else the text itself."""
    number = int(text) if text.isdecimal() and len(text) < 4 else 0
    return str(buttons[number - 1]["payload"]) if 0 < number <= len(buttons) else text


def shown(messages: list[dict[str, Any]]) -> str:
    """Return the bot's messages as lines, their buttons numbered through."""
    out, number = [], 0
    for message in messages:
        for part in ("text", "image", "attachment", "custom"):
            if message.get(part):
                out.append(f"bot> {message[part]}".replace("\n", "\n     "))
        for button in message.get("buttons") or []:
            number += 1
            out.append(f"     [{number}] {button['title']}")
    return "\n".join(out) or "bot> (no answer)"


def send(url: str, sender: str, text: str) -> list[dict[str, Any]]:
    """Post one message to the REST webhook and return the bot's messages."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT) as reply:
            messages: list[dict[str, Any]] = json.load(reply)
            return messages
    except urllib.error.HTTPError as error:
        raise ChatError(f"the assistant refused the message (HTTP {error.code}); see var/log/assistant.log.") from None
    except (OSError, ValueError) as error:
        raise ChatError(f"the assistant stopped answering ({error}); see var/log/assistant.log.") from None


if __name__ == "__main__":
    sys.exit(main())
