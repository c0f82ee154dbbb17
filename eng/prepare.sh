# Sourced by ./weir and ./test: installs what is missing, builds what is stale.
# Expects $root, the repository's folder.

configuration=Release
artifacts="$root/artifacts"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf 'weir: %s\n' "$*" >&2; }

# What the real datapath and the lab's pods need: command or file, then the Debian package that has it.
needs_run=(
	clang-19:clang-19
	/usr/lib/x86_64-linux-gnu/libbpf.so.1:libbpf1
	/usr/include/bpf/bpf_helpers.h:libbpf-dev
	runc:runc
	ip:iproute2
	nsenter:util-linux
	/bin/busybox:busybox-static
)
# What the tests and the benchmarks need besides.
needs_test=(
	bpftool:bpftool
	nft:nftables
	iperf3:iperf3
	tcpdump:tcpdump
	dig:bind9-dnsutils
	chromium:chromium
)

missing_packages() {
	local need probe
	for need in "$@"; do
		probe=${need%%:*}
		case $probe in
		/*) [ -e "$probe" ] || printf '%s ' "${need#*:}" ;;
		*) command -v "$probe" >/dev/null || printf '%s ' "${need#*:}" ;;
		esac
	done
}

# Installs what is missing where that is possible; else says what to install. Never fails: without these packages
# Weir still builds, and its lab runs simulated.
ensure_packages() {
	local missing
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		say "installing ${missing% } (Debian packages)"
		local log
		log=$(mktemp)
		# shellcheck disable=SC2086 # a list of packages
		if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } \
			>"$log" 2>&1; then
			rm -f "$log"
		else
			tail -n 5 "$log" >&2
			say "that failed (whole log: $log); without them the lab runs simulated and kernel tests are skipped"
		fi
	else
		say "for real pods on a real kernel install, as root: apt-get install ${missing% }"
	fi
}

# An old kubectl beside the machine's own, for the tests that run what people type: Debian's, unpacked into a folder and not installed.
ensure_old_kubectl() {
	local folder="$artifacts/kubectl-old" work
	[ ! -x "$folder/usr/bin/kubectl" ] && command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 0
	work=$(mktemp -d)
	if (cd "$work" && apt-get download kubernetes-client && mkdir -p "$folder" && dpkg -x ./*.deb "$folder") >/dev/null 2>&1; then
		say "fetched an old kubectl for the tests (Debian's kubernetes-client)"
	fi
	rm -rf "$work"
}

# A Prometheus for the guided lab's dashboards and for the tests: Debian's, unpacked into a folder and not installed, so that no service starts.
ensure_prometheus() {
	local folder="$artifacts/prometheus" work
	if [ ! -x "$folder/usr/bin/prometheus" ] && command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
		work=$(mktemp -d)
		if (cd "$work" && apt-get download prometheus && mkdir -p "$folder" && dpkg -x ./*.deb "$folder") >/dev/null 2>&1; then
			say "fetched a Prometheus (Debian's prometheus), unpacked and not installed"
		fi
		rm -rf "$work"
	fi
	[ ! -x "$folder/usr/bin/prometheus" ] || export WEIR_PROMETHEUS="$folder/usr/bin/prometheus"
}

# The official clients of Kusto and of Log Analytics, and gRPC's own of another language, for the tests that ask a hub and a relay with them.
ensure_query_clients() {
	local folder="$artifacts/clients" wanted="$root/tests/Weir.EndToEnd/Clients/package.json"
	command -v npm >/dev/null || return 0
	[ -d "$folder/node_modules" ] && cmp -s "$wanted" "$folder/package.json" && return 0
	mkdir -p "$folder"
	cp "$wanted" "$folder/package.json"
	if (cd "$folder" && timeout 300 npm install --no-audit --no-fund --loglevel=error) >/dev/null 2>&1; then
		say "fetched the official query clients for the tests (npm)"
	else
		rm -rf "$folder" # half of them would fail the tests instead of skipping them
	fi
}

# What turns the dashboards' source into their files, for the test that the files are what the source says. Fails nothing: without it that test is skipped.
ensure_dashboard_source() {
	local folder="$root/deploy/dashboards/source"
	command -v npm >/dev/null || return 0
	[ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return 0
	if (cd "$folder" && timeout 300 npm ci --no-audit --no-fund --loglevel=error) >/dev/null 2>&1; then
		say "fetched what the dashboards' source is compiled with (npm)"
	else
		rm -rf "$folder/node_modules" # half of it would fail the test instead of skipping it
	fi
}

ensure_dotnet() {
	command -v dotnet >/dev/null && return 0
	say "the .NET SDK 10 is not installed: see https://dotnet.microsoft.com/download, then run this again"
	exit 1
}

# Whether anything that the build reads is newer than the stamp of the last build.
is_stale() { # STAMP
	[ -e "$1" ] || return 0
	[ -n "$(find "$root/src" "$root/bpf" "$root/proto" "$root/tests" "$root/bench" "$root/fuzz" "$root/Weir.slnx" "$root/deploy/dashboards/panels.json" \
		"$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/global.json" "$root/.editorconfig" \
		"$root/eng" -type f -newer "$1" -print -quit 2>/dev/null)" ]
}

can_publish_native() { command -v clang-19 >/dev/null || command -v clang >/dev/null || command -v gcc >/dev/null; }

publish_native() { # PROJECT
	local linker=
	command -v clang >/dev/null || linker=-p:CppCompilerAndLinker=$(command -v clang-19 >/dev/null && echo clang-19 || echo gcc)
	dotnet publish "$root/src/$1" -c $configuration -r linux-x64 --nologo -v quiet $linker
}

# Runs a build step quietly; its output is shown only when it fails.
quietly() {
	local log
	log=$(mktemp)
	if "$@" >"$log" 2>&1; then
		rm -f "$log"
	else
		cat "$log" >&2
		rm -f "$log"
		say "the build failed: $*"
		exit 1
	fi
}

# The web UI, into the folder from which the hub serves it. Never fails: without npm, or when that fails, the hub serves a
# page that says what is missing.
build_web() {
	local stamp="$artifacts/.built-web" log started
	{ [ -e "$root/web/package.json" ] && command -v npm >/dev/null; } || return 0
	web_is_stale "$stamp" || return 0
	mkdir -p "$artifacts"
	exec 8>"$artifacts/.lock-web"
	flock 8
	if web_is_stale "$stamp"; then
		say "building the web UI"
		log=$(mktemp) started=$(mktemp)
		if (
			set -e
			cd "$root/web"
			[ node_modules/.package-lock.json -nt package-lock.json ] || timeout 600 npm ci --no-audit --no-fund --loglevel=error
			npm run build
			rm -rf "$artifacts/web.new"
			cp -r dist "$artifacts/web.new"
			rm -rf "$artifacts/web"
			mv "$artifacts/web.new" "$artifacts/web"
		) >"$log" 2>&1; then
			mv "$started" "$stamp"
			rm -f "$log"
		else
			tail -n 5 "$log" >&2
			say "the web UI could not be built (whole log: $log); everything else works without it"
		fi
	fi
	flock -u 8
	exec 8>&-
}

web_is_stale() { # STAMP
	[ -e "$1" ] && [ -e "$artifacts/web/index.html" ] || return 0
	[ -n "$(find "$root/web" \( -name node_modules -o -name dist \) -prune -o -type f -newer "$1" -print -quit)" ]
}

# build WHAT STAMP: builds a project or the solution and the native programs, if stale.
build() {
	local what=$1 stamp="$artifacts/$2"
	is_stale "$stamp" || return 0
	mkdir -p "$artifacts"
	exec 9>"$artifacts/.lock"
	flock 9
	if is_stale "$stamp"; then
		say "building"
		local started
		started=$(mktemp)
		quietly dotnet build "$root/$what" -c $configuration --nologo -v quiet
		if can_publish_native; then
			quietly publish_native Weir.Cni
			quietly publish_native Weir.NodeProxy
			quietly publish_native Weir.Workloads
		fi
		mv "$started" "$stamp" # the time when the build began: what changed meanwhile is stale
	fi
	flock -u 9
	exec 9>&-
}
