"""The demo's activity on the ten tasks: a trial of 2023–24 each, and a current one.

Everything is certainty `example`. Days of the past are fixed; days of the current trials are told
from the day of the first load and never moved afterwards.
"""
