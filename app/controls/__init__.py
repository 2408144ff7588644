"""The left column: one row for each setting, generated from its declaration."""
