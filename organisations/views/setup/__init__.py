"""Pages of setting up: people, bodies, successions, calendar."""
