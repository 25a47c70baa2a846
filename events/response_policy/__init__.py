"""Response policy: what each severity asks for, by service, in numbered versions."""
