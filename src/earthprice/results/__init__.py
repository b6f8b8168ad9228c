"""Results: the folder of a result, written, read again, verified and explained."""
