"""The Study dialog: what to compare, how far it is, and the studies made before."""
