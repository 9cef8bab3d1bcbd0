"""What every kind of content shares: the item, its life cycle, its guarded administration, its addresses."""
