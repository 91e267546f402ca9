"""A night's certificate: what was read, held, sent and refused, signed and chained to the last."""
