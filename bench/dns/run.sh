#!/usr/bin/env bash
# DNS through Weir's proxy and through dnsdist, side by side: one server, one client, the middle on one processor.
# Needs root, dnsperf and dnsdist, and a built weir; starts the lab of this machine and brings it down. Usage: bench/dns/run.sh [SECONDS]
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
seconds=${1:-10}
run=/run/weir/lab
work=$(mktemp -d)
weir=(dotnet "$root/artifacts/bin/Weir.Cli/release/weir.dll")
pids=()
finish() {
	for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
	"${weir[@]}" lab down >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap finish EXIT

"${weir[@]}" lab run --datapath ebpf --keep >"$work/lab.log" 2>&1 &
pids+=($!)
for _ in $(seq 120); do
	grep -q 'stays up' "$work/lab.log" && break
	sleep 1
done
grep -q 'stays up' "$work/lab.log" || { tail "$work/lab.log"; exit 1; }

api() { curl -sf --unix-socket $run/api.sock "$@"; }
# The policy of rabbitmq would keep its port 53 closed; that of order-service has DNS rules for it.
api -X DELETE http://lab/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies/allow-rabbitmq-traffic >/dev/null
sleep 2
pod() { api "http://lab/api/v1/namespaces/pets/pods" | jq -r ".items[] | select(.metadata.name | startswith(\"$1\")) | .$2"; }
inside() { nsenter --net="$(ls $run/netns/pod-pets_"$1"* | head -n 1)" "${@:2}"; }
server=$(pod rabbitmq status.podIP) middle=$(pod mongodb status.podIP) node=$(pod order-service spec.nodeName)

# The server: answers everything by itself, on processor 0.
printf 'setLocal("0.0.0.0:53")\naddAction(AllRule(), SpoofAction({"198.18.0.1"}))\nsetSecurityPollSuffix("")\n' >"$work/server.conf"
inside rabbitmq taskset -c 0 dnsdist -C "$work/server.conf" --supervised >"$work/server.log" 2>&1 &
pids+=($!)
# dnsdist in the middle, on processor 1, passing on what comes.
printf 'setLocal("0.0.0.0:53")\nnewServer({address="%s:53", useClientSubnet=false})\nsetSecurityPollSuffix("")\nsetMaxUDPOutstanding(65535)\n' "$server" >"$work/middle.conf"
inside mongodb taskset -c 1 dnsdist -C "$work/middle.conf" --supervised >"$work/middle.log" 2>&1 &
pids+=($!)
proxy=$(jq .pid "$run/$node/proxy.json")
taskset -apc 1 "$proxy" >/dev/null
sleep 2
for i in $(seq 1000); do echo "n$i.microsoft.com A"; done >"$work/names"

load() { # LABEL POD TARGET EXTRA...
	printf '%s: ' "$1"
	inside "$2" taskset -c 0 dnsperf -s "$3" -d "$work/names" -l "$seconds" -c 20 "${@:4}" >"$work/$1.out" 2>&1 || true
	awk '/Queries sent|Queries completed|Queries lost|per second|Average Latency|StdDev/ { gsub(/^ +/, ""); printf "%s; ", $0 } END { print "" }' "$work/$1.out"
	# With -v each answer is a line that ends in its time, in seconds.
	awk '/^> / { print $NF }' "$work/$1.out" | sort -g | awk '{ v[NR] = $1 } END { if (NR) printf "  p50 %.3f ms, p99 %.3f ms\n", v[int(NR * 0.5)] * 1000, v[int(NR * 0.99)] * 1000 }'
}
allocated() { awk '/VmRSS/ { print $2 " kB resident" }' "/proc/$proxy/status"; }

printf 'load average before: '; cut -d' ' -f1-3 /proc/loadavg
load warm-up order-service "$server" -l 3
for round in 1 2; do
	load "weir-$round" order-service "$server"
	load "dnsdist-$round" makeline "$middle"
	load "direct-$round" makeline "$server"
done
half=$(awk '/per second/ { print int($4 / 2) }' "$work/dnsdist-1.out")
load weir-half order-service "$server" -Q "$half" -v
load dnsdist-half makeline "$middle" -Q "$half" -v
load direct-half makeline "$server" -Q "$half" -v
allocated
