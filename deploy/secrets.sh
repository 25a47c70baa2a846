#!/bin/sh
# Prints a .env for docker-compose.yml with secrets of its own: sh deploy/secrets.sh > .env
set -eu
umask 077

for name in TOCSIN_OWNER_PASSWORD TOCSIN_APP_PASSWORD TOCSIN_PROJECTOR_PASSWORD TOCSIN_NOTARY_PASSWORD TEMPORAL_PASSWORD TOCSIN_LINK_KEY; do
  printf '%s=%s\n' "$name" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done
