"""Spreadsheets as files: how they are laid out, written and read.

Nothing here reads or writes the database. The files are Vietnamese whatever language the screen
has: their sheets and heads are a format that the reader knows by name.
"""
