echo serving
read request && echo "answer to $request"
read request && cat >&2 && exit 1
