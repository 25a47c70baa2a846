"""Reports: the quarter's report, put together and written in every form that people read."""
