"""Beside the flow: `python -m bench` measures the assistant against a stock `rasa init` project."""
