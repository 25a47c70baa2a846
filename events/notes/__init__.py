"""What people write down beside an incident: notes and attachments, on a stream of their own."""
