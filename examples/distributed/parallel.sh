#!/bin/sh
# Fuzzes with as many workers as there are processors, under GNU parallel; with xargs where that is
# not installed.
#
# usage: examples/distributed/parallel.sh SCRIPT DIRECTORY [OPTION…]     options of parley fuzz
#
# The workers share nothing but the directory: each plays its own part of the cases, and takes what
# the others have put into the corpus.
set -eu

script=$1 directory=$2
shift 2
count=${WORKERS:-$(nproc)}

if command -v parallel >/dev/null; then
  seq "$count" | parallel -j "$count" --lb \
    parley fuzz "$script" --shard "{}/$count" --output "$directory" "$@"
else
  seq "$count" | xargs -P "$count" -I '{}' \
    parley fuzz "$script" --shard "{}/$count" --output "$directory" "$@"
fi
