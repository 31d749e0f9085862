"""What the templates of this floor need beyond the common tags."""
