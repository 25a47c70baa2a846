#!/bin/sh
# Runs once, when the volume is new: Temporal's role and databases beside Tocsin's own.
set -eu

psql --set ON_ERROR_STOP=1 --set password="$TEMPORAL_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role temporal login password :'password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
