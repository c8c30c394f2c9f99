"""① WeChat in and out: the Official Account (公众号) and the customer service of WeCom (微信客服)."""
