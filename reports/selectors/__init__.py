"""Read models of this floor's pages: typed, complete, in a constant number of queries."""
