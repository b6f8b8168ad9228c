"""Many periods: the laws of motion of ore, capacity, stocks, knowledge, complaints and reviews."""
