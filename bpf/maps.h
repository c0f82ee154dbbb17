/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* The tables. Sizes here are defaults; user space sets its own before it loads (docs/datapath-sizing.md). */
#ifndef WEIR_MAPS_H
#define WEIR_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

#define MAP(NAME, TYPE, KEY, VALUE, SIZE, FLAGS) \
	struct { \
		__uint(type, TYPE); \
		__uint(max_entries, SIZE); \
		__uint(map_flags, FLAGS); \
		__type(key, KEY); \
		__type(value, VALUE); \
	} NAME SEC(".maps")

struct address {
	__u8 bytes[16];
};

MAP(weir_config, BPF_MAP_TYPE_ARRAY, __u32, struct config, 1, 0);

MAP(weir_ipcache, BPF_MAP_TYPE_LPM_TRIE, struct ipcache_key, struct ipcache_entry, 65536, BPF_F_NO_PREALLOC);
MAP(weir_interfaces, BPF_MAP_TYPE_HASH, __u32, struct endpoint, 4096, 0);
MAP(weir_addresses, BPF_MAP_TYPE_HASH, struct address, struct local_address, 8192, 0);

MAP(weir_endpoint_tables, BPF_MAP_TYPE_ARRAY, __u32, struct endpoint_tables, 65536, 0);
MAP(weir_tables, BPF_MAP_TYPE_HASH, __u32, struct table, 8192, 0);
MAP(weir_policy, BPF_MAP_TYPE_HASH, struct policy_key, struct policy_entry, 262144, BPF_F_NO_PREALLOC);
MAP(weir_ranges, BPF_MAP_TYPE_LPM_TRIE, struct range_key, struct policy_entry, 65536, BPF_F_NO_PREALLOC);
MAP(weir_names, BPF_MAP_TYPE_HASH, struct name_key, struct name_entry, 524288, BPF_F_NO_PREALLOC);
MAP(weir_name_policy, BPF_MAP_TYPE_HASH, struct policy_key, struct policy_entry, 65536, BPF_F_NO_PREALLOC);

MAP(weir_connections, BPF_MAP_TYPE_LRU_HASH, struct tuple, struct connection, 131072, 0);
MAP(weir_fragments, BPF_MAP_TYPE_LRU_HASH, struct fragment_key, struct fragment_ports, 8192, 0);
MAP(weir_drops, BPF_MAP_TYPE_LRU_HASH, struct drop_key, struct drop_state, 16384, 0);
MAP(weir_counters, BPF_MAP_TYPE_PERCPU_HASH, struct counter_key, struct counter, 32768, BPF_F_NO_PREALLOC);

MAP(weir_services, BPF_MAP_TYPE_HASH, struct service_key, struct service, 16384, BPF_F_NO_PREALLOC);
MAP(weir_backends, BPF_MAP_TYPE_HASH, struct backend_key, struct backend, 65536, BPF_F_NO_PREALLOC);
MAP(weir_translations, BPF_MAP_TYPE_LRU_HASH, struct tuple, struct translation, 65536, 0);
MAP(weir_affinity, BPF_MAP_TYPE_LRU_HASH, struct affinity_key, struct translation, 65536, 0);

MAP(weir_rules, BPF_MAP_TYPE_HASH, struct rule_key, struct rule_part, 65536, BPF_F_NO_PREALLOC);

/* For user space only: the numbers that it gives next, so that none is used twice over a restart. */
MAP(weir_numbers, BPF_MAP_TYPE_ARRAY, __u32, struct numbers, 1, 0);

/* Events that found the ring full. */
MAP(weir_lost, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, __u64, 1, 0);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} weir_events SEC(".maps");

#endif
