"""② and ①: chat apps in and out, and the gate that all of them share."""
