"""The worker process: runs workflows and activities."""
