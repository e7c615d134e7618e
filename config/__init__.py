"""The switchboard: settings, addresses, workers and probes. No business rule lives here."""
