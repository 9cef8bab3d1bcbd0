"""The demo content: pages, real practices as short records, complete samples, accounts, generated items."""
