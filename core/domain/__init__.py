"""The words and their rules. Imports nothing of Evermodel but itself."""
