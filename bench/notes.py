"""What a reader must know to trust the figures, printed below the table."""

from __future__ import annotations

from bench.projects import STOCK_EPOCHS
from bench.training import Trained

NOTES = (
    "Trust CPU and ratios; s, ms and /s are wall-clock and grow with whatever else the machine does. Both sides are"
    " served side by side and measured in turns. ours/stock below 1 is better, except for /s and %.",
    "CPU-ms is that of the Rasa process per message, children included (/proc, 10 ms steps over the whole count);"
    " the client is another process. Latency is what that client sees on loopback. Each client holds its own"
    " conversations of ten turns.",
    "Stock: `rasa init`'s configuration (bench/stock/config.yml, components by Rasa's auto-configuration), REST"
    " channel, in-memory tracker store, one response of 300 letters per intent, three short stories,"
    " `action_hello_world` as custom action, in our environment (tensorflow-cpu). It has no forms, no languages, no"
    " gate: it does less. Ours: as `make run` serves it, on SQLite, with its gate. Both: `--enable-api`, for"
    " /model/parse.",
    "Messages are training messages of both languages that both sides understand as labelled, so that both take the"
    " same way: answer = one response, custom action = `ask_human` (ours: `action_escalate`).",
    "History: both on SQLite (stock: Rasa's SQLTrackerStore). Long conversations are not talked: twelve real turns, as"
    " stored, are repeated with new times and saved by one call of the side's own tracker store (bench/seed.py); then"
    " two messages that don't count. The custom action follows a history of answers. A slow cell stops at its time"
    " limit with fewer messages.",
)


def training_notes(ours: Trained, stock: Trained, stale: bool) -> list[str]:
    """When and on what the models were trained."""
    notes = [f"Models trained: ours {ours.when}, stock {stock.when}, without Rasa's cache of earlier trainings."]
    if stock.epochs != STOCK_EPOCHS:
        notes.append(
            f"The stock model was trained for {stock.epochs} instead of {STOCK_EPOCHS} epochs (--stock-epochs)."
        )
    if stale:
        notes.append(
            "The stock model is a cached one, trained on other data than ours; a run without --quick renews it."
        )
    return notes
