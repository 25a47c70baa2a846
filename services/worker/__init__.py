"""Worker process: runs workflows and activities."""
