"""The analysts' page: one selection, shown as map, trend, ranking and table."""
