"""Embedded stack: `python -m services.stack` is `tocsin up`, for `make up`."""

from services.exit import run
from services.stack.up import up

if __name__ == "__main__":
    run(up)
