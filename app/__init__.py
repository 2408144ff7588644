"""The Qt window of MAML Lab."""
