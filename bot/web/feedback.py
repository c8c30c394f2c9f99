"""`make feedback`: what visitors of the web chat thought of it: ratings, comments, answers with a thumb down."""

from __future__ import annotations

import sys
from collections import Counter

from bot.settings import SettingsError, load
from bot.stores.transcript import Transcript

SHOWN = 20  # comments, and answers with a thumb down
WIDTH = 100  # characters of a line


def main() -> int:
    """Print the summary and return the exit code."""
    try:
        print(summary(Transcript(load().sql_url)))
    except SettingsError as error:
        print(f"no feedback: {error}", file=sys.stderr)
        return 1
    return 0


def summary(transcript: Transcript) -> str:
    """The text for the terminal."""
    ratings = transcript.ratings()
    scores = [score for score, _ in ratings if score is not None]
    lines = [f"ratings     {len(scores)} given, {len(ratings) - len(scores)} skipped"]
    if scores:
        counts = Counter(scores)
        spread = ", ".join(f"{score}: {counts[score]}" for score in range(5, 0, -1))
        lines.append(f"            {sum(scores) / len(scores):.1f} of 5 on average ({spread})")
    lines += [f"  {score} of 5   {short(comment)}" for score, comment in ratings if comment][-SHOWN:]
    disliked = transcript.unhelpful(SHOWN)
    lines.append(f"thumbs down {len(disliked)} of the last answers" if disliked else "thumbs down none")
    for question, answer in disliked:
        lines += [f"  visitor   {short(question.text) if question else '…'}", f"  bot       {short(answer.text)}"]
    return "\n".join(lines)


def short(text: str) -> str:
    """One line of it."""
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


if __name__ == "__main__":
    sys.exit(main())
