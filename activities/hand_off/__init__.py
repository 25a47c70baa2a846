"""Hand-off: notices of shifts and of uncovered time, planned from the log and put into words."""
