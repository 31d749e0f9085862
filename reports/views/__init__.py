"""The pages of the reports' floor: log-in, method, visibility; rules are in the services."""
