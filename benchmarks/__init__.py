"""How fast and how large: ratios of CityBrain against floors and peers, all measured in one run on one machine.

Run it with `make bench` or `python -m benchmarks`. Every figure comes from a process of its own, so that its peak
memory is its own; alternatives take turns, and the median of the turns counts.
"""
