"""`python -m services.stack`: the same as `tocsin up`, for `make up`."""

from services.exit import run
from services.stack.up import up

if __name__ == "__main__":
    run(up)
