"""The Import dialog: what is in a file, what is wrong with it, and how it becomes a data set."""
