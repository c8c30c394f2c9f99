"""Beside the flow: the assistant's apps without an account, for `make demo-wechat` and for the tests."""
