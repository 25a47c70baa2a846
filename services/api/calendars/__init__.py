"""Calendar files (RFC 5545): shifts written out as feeds, absences read in."""
