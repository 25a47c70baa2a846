"""Replying: answers to pages that come by phone, and the pages they mean."""
