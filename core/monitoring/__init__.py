"""Does the model still work: windows, scores, baselines, health."""
