"""What makes a learner tick on one task: gradient directions, attention, distances, rates, gates, memory."""
