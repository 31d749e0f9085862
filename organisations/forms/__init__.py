"""Forms of this floor's pages; shape alone, the rules are in services."""
