"""What each department hands over, written as its own systems and clerks would write it."""
