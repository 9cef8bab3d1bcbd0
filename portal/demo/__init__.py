"""The demo content: pages, real practices as short records, samples on the whole template, accounts, generated items."""
