"""SQL: keeps and finds, does not judge."""
