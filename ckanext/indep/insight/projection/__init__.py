"""The published figures as tables of the DataStore, which can be made again at any time."""
