"""Living through history: score a window, then retrain, window by window."""
