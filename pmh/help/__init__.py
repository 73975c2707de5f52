"""The manual of `docs/manual/`, written once and shown inside the application (decision 0012)."""
