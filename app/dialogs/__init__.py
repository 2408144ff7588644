"""The dialogs: none is modal, none loses anything."""
