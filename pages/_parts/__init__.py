"""Pieces that pages share: charts, forms, words."""
