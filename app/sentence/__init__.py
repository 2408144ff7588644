"""The sentence above the plots, generated from the numbers."""
