"""Starts, tests and checks the application from a fresh clone.

Runs on the system's Python before the virtual environment exists: standard library only.
"""
