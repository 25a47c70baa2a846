"""Sections of the quarter's report, one module each; a new one is there by being there.

A module has `ORDER`, its place, `SINCE`, the first shape of reports that has it, and `section`,
which returns what it says, or None: nothing. It is `async` if it asks the reader; else it is called
in a thread, for counting thousands takes a while. A report that was issued renders as it did: what
a section says of the same facts is not changed; another section takes its place, from a shape on.
"""
