"""Perfboard without its screen: from raw files to a scorecard."""
