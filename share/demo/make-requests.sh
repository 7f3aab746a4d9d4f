#!/bin/sh
# Prints some 340 sample requests of one morning (2026-03-02), as they come from several channels: most of them good, some broken,
# some sent twice. The same bytes every time. Made for a simulation store with CASEWORK_NOW=2026-03-02T09:00:00Z.
set -eu

here=$(dirname "$0")
byte=$(printf '\377') # no part of any UTF-8 text; jq could not print it

jq -n -r --slurpfile customers "$here/customers.ndjson" -f "$here/requests.jq" | LC_ALL=C sed "s/@BYTE@/$byte/"
