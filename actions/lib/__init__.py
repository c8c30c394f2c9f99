"""⑤ Pure functions behind the actions."""
