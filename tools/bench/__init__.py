"""Measurements as ratios: never a test, because the machine decides; `make bench` prints the table."""
