#!/bin/sh
# node.sh PROGRAM.mjs [... --ca CERT.pem ...]: node reads the certificates it shall trust from the environment, when it starts.
previous=
for word; do
  [ "$previous" != --ca ] || export NODE_EXTRA_CA_CERTS="$word"
  previous=$word
done
exec node "$@"
