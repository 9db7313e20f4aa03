"""What the offices that run the county deliver: cadres, hotline, emergencies, orders."""
