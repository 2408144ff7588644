"""How fast a meta-step is, and how fast others take the same one: workloads, contestants, measuring."""
