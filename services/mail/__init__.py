"""Mail process: takes alerts by SMTP and LMTP, to integrations' own addresses."""
