#!/usr/bin/env bash
# DNS through Weir's proxy and through dnsdist, side by side: one server, one client, the middle on one processor. Prints two tables;
# "us each" is the processor time that the middle took for a question, in user space and in its system calls.
# Needs root; installs dnsperf and dnsdist where they are missing. Usage: bench/dns/run.sh [SECONDS [ROUNDS]]   (default 10 s, 3 rounds)
set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
[[ ${1:-} != --help ]] || { sed -n '2,4s/^# //p' "$0"; exit 0; }
seconds=${1:-10}
rounds=${2:-3}
# shellcheck source=bench/lab.sh
. "$root/bench/lab.sh"
start_lab dnsperf:dnsperf /usr/bin/dnsdist:dnsdist

apply_policy '{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"bench-dns"},"spec":{"endpointSelector":{"matchLabels":{"app":"order-service"}},
	"egress":[{"toEndpoints":[{"matchLabels":{"app":"rabbitmq"}}],"toPorts":[{"ports":[{"port":"53","protocol":"ANY"}],"rules":{"dns":[{"matchPattern":"*.bench.test"}]}}]},
	{"toFQDNs":[{"matchPattern":"*.bench.test"}]}]}}'
server=$(pod rabbitmq status.podIP) middle=$(pod mongodb status.podIP) across=$(pod product-service status.podIP)

# The server answers everything by itself; dnsdist in the middle passes on what comes.
printf 'setLocal("0.0.0.0:53")\naddAction(AllRule(), SpoofAction({"198.18.0.1"}))\nsetSecurityPollSuffix("")\n' >"$work/server.conf"
printf 'setLocal("0.0.0.0:53")\nnewServer({address="%s:53", useClientSubnet=false})\nsetSecurityPollSuffix("")\nsetMaxUDPOutstanding(65535)\n' "$server" >"$work/middle.conf"
beside 0 rabbitmq dnsdist -C "$work/server.conf" --supervised
beside 1 product-service dnsdist -C "$work/server.conf" --supervised # the same server where the middles are
beside 1 mongodb dnsdist -C "$work/middle.conf" --supervised
proxy=$(pin_proxy 1 order-service)
sleep 2
peer=$(leaf)
for i in $(seq 1000); do echo "n$i.bench.test A"; done >"$work/names"

load() { # LABEL APP TARGET EXTRA...
	local ours theirs
	ours=$(used "$proxy") theirs=$(used "$peer")
	inside "$2" taskset -c 0 dnsperf -s "$3" -d "$work/names" -l "$seconds" -c 20 "${@:4}" >"$work/$1.out" 2>&1 || true
	ours=$(($(used "$proxy") - ours)) theirs=$(($(used "$peer") - theirs))
	awk -v ours="$ours" -v theirs="$theirs" '/Queries completed/ { printf "%.1f", (ours > theirs ? ours : theirs) / $3 }' "$work/$1.out" >"$work/$1.cost"
}
rate() { awk '/per second/ { printf "%d", $4 }' "$work/$1.out"; }
lost() { awk '/Queries lost/ { print $3 }' "$work/$1.out"; }
# With -v each answer is a line that ends in its time, in seconds.
times() { awk '/^> / { print $NF }' "$work/$1.out" | sort -g | awk '{ v[NR] = $1 * 1000 } END { if (NR) printf "%.3f ms | %.3f ms | %.3f ms", v[int(NR * 0.5)], v[int(NR * 0.99)], v[int(NR * 0.999)] }'; }

# Long enough for the agents to have their code compiled, as they have on a node that has run for a minute.
seconds=40 load warm-up order-service "$server"
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
echo
echo "| round | Weir, 1/s | lost | us each | dnsdist, 1/s | us each | Weir/dnsdist | no middle, 1/s |"
echo "|---|---:|---:|---:|---:|---:|---:|---:|"
for round in $(seq "$rounds"); do
	load weir order-service "$server"
	load dnsdist makeline "$middle"
	load direct makeline "$server"
	awk -v r="$round" -v w="$(rate weir)" -v l="$(lost weir)" -v d="$(rate dnsdist)" -v n="$(rate direct)" -v cw="$(cat "$work/weir.cost")" -v cd="$(cat "$work/dnsdist.cost")" \
		'BEGIN { printf "| %d | %d | %d | %s | %d | %s | %.2f | %d |\n", r, w, l, cw, d, cd, w / d, n }'
done

half=$(($(rate weir) / 2))
other=$(($(rate dnsdist) / 2))
[ "$half" -le "$other" ] || half=$other
echo
echo "| at $half questions/s | half within | 99 of 100 within | 999 of 1,000 within |"
echo "|---|---:|---:|---:|"
# "across" has no middle either, but its server on the other processor: what crossing alone costs on this machine.
for who in weir:order-service:$server dnsdist:makeline:$middle across:makeline:$across direct:makeline:$server; do
	IFS=: read -r label app target <<<"$who"
	load "$label-half" "$app" "$target" -Q "$half" -v
	echo "| $label | $(times "$label-half") |"
done
echo
echo "The proxy's resident memory after it: $(resident "$proxy"). Load after: $(cut -d' ' -f1-3 /proc/loadavg)."
