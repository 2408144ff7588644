"""The held-out loss after adaptation, live."""
