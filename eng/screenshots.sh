#!/usr/bin/env bash
# Takes the pictures in docs/screenshots from a live lab that the chaos policy has cut off: each page, dark and light.
# Wants node, npm, chromium and kubectl. eng/screenshots.sh [options of 'weir lab up', such as --datapath simulated]
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=eng/prepare.sh
. "$root/eng/prepare.sh"

case ${1:-} in
-h | --help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
esac
ensure_query_clients
run=$(mktemp -d)/lab
trap '"$root/weir" lab down --run "$run"; rm -rf "$(dirname "$run")"' EXIT
"$root/weir" lab up --detach --pets --run "$run" "$@" >/dev/null
of() { sed -n "s/^$1 //p" "$run/services"; }
kube() { kubectl --kubeconfig="$run/kubeconfig" "$@" >/dev/null; }

kube apply -f "$root/samples/lab/flow-logs.yaml"
kube apply -n pets -f "$root/samples/lab/allow-store-front-traffic.yaml" -f "$root/samples/lab/combined-policy.yaml"
shop=$(of store-front)
say "letting traffic pass for a while"
for _ in $(seq 40); do curl -s -o /dev/null -m 1 "$shop" || true; sleep 2; done
kube apply -n pets -f "$root/samples/lab/chaos-policy.yaml"
(while :; do curl -s -o /dev/null -m 1 "$shop" || true; done) &
knocking=$!
sleep 45 # three rounds of samples for the dashboards
mkdir -p "$root/docs/screenshots"
cp "$root/tests/Weir.EndToEnd/Clients/ui.mjs" "$artifacts/clients/"
ADDRESS=$(of ui) TOKEN=$(of token) SHOTS="$root/docs/screenshots" node "$artifacts/clients/ui.mjs"
kill "$knocking"
