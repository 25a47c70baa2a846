#!/bin/sh
# Brings Temporal's two databases to the schema of this image's version. Running it again is safe.
# SQL_* variables say where PostgreSQL is; the databases exist already (deploy/postgres/databases.sh).
set -eu

for kind in temporal visibility; do
  database="temporal"
  [ "$kind" = visibility ] && database="temporal_visibility"
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$kind/versioned"
done
