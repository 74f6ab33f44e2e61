"""Pages of this room: the money of one đề án, its payments, and the plans and envelopes of an agency."""
