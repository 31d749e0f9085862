"""How things look: numbers, days, marks and small pictures for every template of the project."""
