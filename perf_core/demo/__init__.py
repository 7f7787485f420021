"""A made-up company: the raw files that its shops, its service desk and its HR would export."""
