"""Reference data from files: read whole, checked whole, then merged without touching people's work.

Each floor says in its `reference` module which files fill which of its tables; the machinery is
here because the lowest floor's tables come from files too.
"""
