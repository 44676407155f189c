"""What all features of complaints share: cases, their clocks, custody, timeline, counts."""
