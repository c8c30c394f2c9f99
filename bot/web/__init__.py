"""Beside ① the web channel: session tokens, what goes over the wire, pages."""
