"""How fast, how large: each figure beside a simple alternative measured in the same run."""
