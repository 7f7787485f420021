"""Figures and documents, made from frames."""
