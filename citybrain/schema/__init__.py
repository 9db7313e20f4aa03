"""The shared schema: what departments deliver (`records`) and what CityBrain serves (`shared`)."""
