"""Colours, style sheet, icons, lettering and numbers."""
