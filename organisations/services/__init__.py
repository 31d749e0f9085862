"""Every write of this floor that has a rule."""
