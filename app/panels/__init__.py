"""The literal registry of panels: one line each, in the order of the View menu."""
