"""What public security, civil affairs and the labour office deliver about people."""
