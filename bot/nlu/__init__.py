"""③ Rasa components that understand a message (config.yml lists them in order)."""
