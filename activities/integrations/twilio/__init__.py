"""Text messages and phone calls by Twilio."""
