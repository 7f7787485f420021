"""Files in: clean typed tables and a list of problems."""
