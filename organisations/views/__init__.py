"""Pages of this floor: account, set-up, trail, guide."""
