"""How well ③ understands: figures on the held-out messages of tests/nlu/ (`python -m bot.evaluate`)."""
