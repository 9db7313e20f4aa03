"""CityBrain (城市大脑): one county, one shared schema, one number."""
