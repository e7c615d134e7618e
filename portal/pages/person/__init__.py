"""Person: what is the member's own: details, reading, consents, data, card, and going for good."""
