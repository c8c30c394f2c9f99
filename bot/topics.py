"""The six topics of the contract, by intent name (question 1 to 6 of faq-source.md)."""

TOPICS = (
    "resolution_fails",
    "progress_not_synced",
    "change_server_system",
    "switch_to_hong_kong",
    "expired_domain_taken",
    "original_filing_after_transfer",
)
