# Sourced by the benchmarks that run between the pods of a lab: installs tools, starts a lab of its own with the pet store, and takes it down.
# Expects $root, the repository's folder. Sets $work, a folder that goes away, and $run, the lab's.
. "$root/eng/prepare.sh"

run=/run/weir/bench
work=$(mktemp -d)
cli=(dotnet "$artifacts/bin/Weir.Cli/release/weir.dll")
pids=()

finish() {
	local pid
	set +e
	for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
	"${cli[@]}" lab down --run "$run" >"$work/down.log" 2>&1 || { echo "the lab of this benchmark is still there:"; cat "$work/down.log"; } >&2
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 143' TERM INT

# start_lab TOOL:PACKAGE...: one node, so that every pair of pods is equally far apart.
start_lab() {
	[ "$(id -u)" = 0 ] || { echo "this benchmark needs root: it runs between real pods" >&2; exit 1; }
	ensure_dotnet
	ensure_packages "${needs_run[@]}" curl:curl jq:jq taskset:util-linux "$@"
	build src/Weir.Cli .built
	"${cli[@]}" lab up --datapath ebpf --nodes 1 --detach --pets --port 0 --run "$run" >"$work/lab.log" 2>&1 || { tail "$work/lab.log" >&2; exit 1; }
}

api() { curl -sf --unix-socket "$run/api.sock" "$@"; }

# apply_policy JSON: a policy of the namespace pets; returns when the proxies have it.
apply_policy() {
	api -X POST -H 'Content-Type: application/json' -d "$1" http://lab/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies >/dev/null
	sleep 3
}

# pod APP PATH: a field of the pod of an app.
pod() { api "http://lab/api/v1/namespaces/pets/pods" | jq -r ".items[] | select(.metadata.name | startswith(\"$1\")) | .$2"; }

# inside APP COMMAND...: runs a program of the machine in the network namespace of a pod.
inside() { nsenter --net="$(ls "$run"/netns/pod-pets_"$1"* | head -n 1)" "${@:2}"; }

# beside CORE APP COMMAND...: the same, in the background and on one processor, until the end; see leaf.
beside() {
	# Not through a function, whose shell would be what is killed in the end, and not the program.
	nsenter --net="$(ls "$run"/netns/pod-pets_"$2"* | head -n 1)" taskset -c "$1" "${@:3}" >>"$work/$2.log" 2>&1 &
	pids+=($!)
}

# Pins the proxy of an app's node to a processor and prints its process id.
pin_proxy() { # CORE APP
	local proxy
	proxy=$(jq .pid "$run/$(pod "$2" spec.nodeName)/proxy.json")
	taskset -apc "$1" "$proxy" >/dev/null
	echo "$proxy"
}

# Processor time that a process has used, in microseconds.
used() { awk '{ print ($14 + $15) * 10000 }' "/proc/$1/stat"; }

# The process that works: the last child of the last child of what was started last.
leaf() {
	local pid=${pids[-1]} child
	while child=$(pgrep -nP "$pid"); do pid=$child; done
	echo "$pid"
}

resident() { awk '/VmRSS/ { printf "%d MB", $2 / 1024 }' "/proc/$1/status"; }
