"""Everything that touches the outside: paging channels and the recording of facts."""
