"""The response policy: what each severity asks for, service by service, in numbered versions."""
