#!/usr/bin/env bash
# socat between the ends of the raw C program, which check the stream: the client's role starts the
# relay and writes through it.
# usage: relay.sh stream server|client PATH SIZE COUNT
set -euo pipefail

role=$2 path=$3
stream=$BENCH_DIRECTORY/c-epoll-stream

if [[ $role == server ]]; then
  exec "$stream" server "${@:3}"
fi
coproc relay (exec socat -d -d -u -b65536 "UNIX-LISTEN:$path.relay" "UNIX-CONNECT:$path" 2>&1)
relay_pid=$relay_PID line=
until [[ $line == *listening* ]]; do read -r line; done <&"${relay[0]}"
"$stream" client "$path.relay" "${@:4}"
wait "$relay_pid"
