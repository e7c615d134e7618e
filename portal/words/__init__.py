"""Words: numbers, money and dates as a reader's language writes them. One formatter for pages, mails and files (U-65)."""
