"""The stock project's custom actions."""
