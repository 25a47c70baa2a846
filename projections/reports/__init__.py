"""Reports: what a quarter's report is made of, and the reports that were issued."""
