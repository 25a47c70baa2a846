#!/bin/sh
# Prints a .env for docker-compose.yml with secrets of its own: sh deploy/secrets.sh > .env
set -eu
umask 077

for name in TOCSIN_OWNER_PASSWORD TOCSIN_APP_PASSWORD TOCSIN_PROJECTOR_PASSWORD TOCSIN_NOTARY_PASSWORD TEMPORAL_PASSWORD TOCSIN_LINK_KEY; do
  printf '%s=%s\n' "$name" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done
for name in TOCSIN_SUBJECT_KEK TOCSIN_PAYLOAD_KEYS; do
  printf '%s=first:%s\n' "$name" "$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
done
printf 'TOCSIN_VAPID_KEY=%s\n' "$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n')"
