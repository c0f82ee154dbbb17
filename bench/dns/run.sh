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
ensure_dotnet
build bench/Weir.Traffic .traffic # not beside a lab, whose programs a build may replace
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

ask() { inside "$2" taskset -c 0 dnsperf -s "$3" -c 20 "${@:4}" >"$work/$1.out" 2>&1 || true; } # LABEL APP TARGET OPTION...
load() { # LABEL APP TARGET
	local ours theirs
	ours=$(used "$proxy") theirs=$(used "$peer")
	ask "$1" "$2" "$3" -d "$work/names" -l "$seconds"
	ours=$(($(used "$proxy") - ours)) theirs=$(($(used "$peer") - theirs))
	awk -v ours="$ours" -v theirs="$theirs" '/Queries completed/ { printf "%.1f", (ours > theirs ? ours : theirs) / $3 }' "$work/$1.out" >"$work/$1.cost"
}
rate() { awk '/per second/ { printf "%d", $4 }' "$work/$1.out"; }
lost() { awk '/Queries lost/ { print $3 }' "$work/$1.out"; }
# With -v each answer is a line that ends in its time, in seconds. Prints the times within which a half, 90, 99 and 99.9 of 100 were, in ms.
times() { awk '/^> / { print $NF }' "$work/$1.out" | sort -g | awk '{ v[NR] = $1 * 1000 } END { if (NR) print v[int(NR * 0.5)], v[int(NR * 0.9)], v[int(NR * 0.99)], v[int(NR * 0.999)] }'; }
column() { sort -g -k "$2,$2" "$work/$1.times" | awk -v c="$2" '{ v[NR] = $c } END { printf "%.3f ms", v[int((NR + 1) / 2)] }'; } # LABEL N: its median

# Long enough for the agents to have their code compiled, as they have on a node that has run for a minute.
seconds=60 load warm-up order-service "$server"
seconds=15 load warm-up makeline "$middle"
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
# From here on the middle has its processor alone: the lab's other processes, also the agents, take what client and server leave of theirs.
for pid in $(pgrep -f "weir.dll .*$run"); do
	taskset -apc 0 "$pid" >/dev/null 2>&1 || true
	chrt -i -a -p 0 "$pid" 2>/dev/null || true
done

# Runs of 0.4 s; those in which the machine itself was slow are left out (see bench/Weir.Traffic/Pace.cs), until 20 of each are whole.
# "across" has no middle either, but its server on the other processor: what crossing alone costs on this machine.
ways="weir:order-service:$server dnsdist:makeline:$middle across:makeline:$across direct:makeline:$server"
awk -v n=$((half * 2 / 5)) 'BEGIN { for (i = 0; i < n; i++) print "n" i % 1000 + 1 ".bench.test A" }' >"$work/short"
taskset -c 0 dotnet "$artifacts/bin/Weir.Traffic/release/weir-traffic.dll" pace 600 >"$work/pace" &
pids+=($!)
sleep 3
left_out=0 made=0
whole() { # LABEL APP TARGET
	local since
	since=$(date +%s%3N)
	ask "$1-half" "$2" "$3" -d "$work/short" -n 1 -Q "$half" -v
	sleep 0.02
	made=$((made + 1))
	if awk -v a="$since" -v b="$(date +%s%3N)" '$1 >= a - 10 && $1 <= b { found = 1 } END { exit !found }' "$work/pace"; then
		left_out=$((left_out + 1))
	else
		times "$1-half" >>"$work/$1.times"
	fi
}
for attempt in $(seq 100); do
	missing=
	for who in $ways; do
		IFS=: read -r label app target <<<"$who"
		[ "$(cat "$work/$label.times" 2>/dev/null | wc -l)" -lt 20 ] || continue
		whole "$label" "$app" "$target"
		missing=1
	done
	[ -n "$missing" ] || break
done
echo "| at $half questions/s, median of 20 runs | half within | 90 of 100 within | 99 of 100 within | 999 of 1,000 within | the worst run's 99 of 100 |"
echo "|---|---:|---:|---:|---:|---:|"
for who in $ways; do
	label=${who%%:*}
	echo "| $label | $(column "$label" 1) | $(column "$label" 2) | $(column "$label" 3) | $(column "$label" 4) | $(sort -g -k3,3 "$work/$label.times" | awk 'END { printf "%.3f ms", $3 }') |"
done
echo
echo "Of $made runs $left_out were left out: the machine itself ran slower then."
echo
echo "The proxy's resident memory after it: $(resident "$proxy"). Load after: $(cut -d' ' -f1-3 /proc/loadavg)."
