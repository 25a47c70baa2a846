"""The alert group: which incident a group of alerts goes to, so that a storm is one incident."""
