"""Files about firms: the registers, statistics, tax, electricity, resumption of work and emergency goods."""
