"""The window itself: places, bars, docks; no logic of learning."""
