"""The table of learners with paired differences."""
