"""What meta-learning is: NumPy, no Qt, no screen."""
