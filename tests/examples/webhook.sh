#!/usr/bin/env bash
# examples/webhook.sh PZ_SANDBOX WEBHOOK_SERVER: 20 jobs, 20 webhooks through TLS, 20 polls.
set -euo pipefail
told=$("$@" 20)
echo "$told"
grep -qx '20 jobs, 20 completed, 20 webhooks, 20 polls' <<<"$told"
