"""One held-out task: its points, every learner on it, its mistakes."""
