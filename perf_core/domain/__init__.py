"""The words: records, enums, frame shapes, errors."""
