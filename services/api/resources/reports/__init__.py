"""Reports: the quarter's report in every form, and those that were issued."""
