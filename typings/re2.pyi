# What is used of google-re2, which ships no types.

class Options:
    class Encoding:
        LATIN1: Options.Encoding

    max_mem: int
    log_errors: bool
    literal: bool
    encoding: Options.Encoding

class Set:
    @classmethod
    def SearchSet(cls, options: Options) -> Set: ...  # noqa: N802
    def Add(self, pattern: bytes) -> int: ...  # noqa: N802
    def Compile(self) -> None: ...  # noqa: N802
    def Match(self, text: bytes) -> list[int] | None: ...  # noqa: N802

class error(Exception): ...  # noqa: N801

class _Regexp:
    def search(self, text: str) -> object | None: ...

def compile(pattern: str, options: Options | None = None) -> _Regexp: ...  # noqa: A001
