"""Calendar files (RFC 5545): shifts and meetings written out, absences read in."""
