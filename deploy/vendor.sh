#!/bin/sh
# What browsers load that others wrote: copied from node_modules with its licences, never committed.
set -eu
to=services/web/static/vendor
rm -rf "$to"
mkdir -p "$to"
cp node_modules/htmx.org/dist/htmx.min.js "$to/htmx.min.js"
cp node_modules/htmx.org/LICENSE "$to/htmx.LICENSE"
