"""Studies: learners x ways x shots x class splits x seeds on one kind of tasks, and what can be said of them."""
