# What is used of google-re2, which ships no types.

class Options:
    max_mem: int
    log_errors: bool

class error(Exception): ...  # noqa: N801

class _Regexp:
    def search(self, text: str) -> object | None: ...

def compile(pattern: str, options: Options | None = None) -> _Regexp: ...  # noqa: A001
