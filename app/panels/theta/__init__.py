"""The initialisation: weights, their spread, and how far adaptation moves them."""
