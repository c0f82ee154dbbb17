/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Service address -> backend. Decided on the tuple before policy, which speaks of backends; translate.h rewrites the
 * packet once it may pass. */
#ifndef WEIR_SERVICES_H
#define WEIR_SERVICES_H

#include "conntrack.h"

/* How long a kept choice of backend outlives the last packet to the service address. */
#define TRANSLATION_STREAM LIFETIME_STREAM
#define TRANSLATION_DATAGRAM (60 * SECONDS)
/* A kept choice is touched at most this often, so that a busy connection does not write to it with every packet. */
#define TRANSLATION_TOUCH (1 * SECONDS)

/* Spreads tuples evenly; the same tuple always gives the same number. */
static __always_inline __u32 tuple_hash(const struct tuple *tuple)
{
	const __u64 *words = (const __u64 *)tuple;
	__u64 hash = 0;
	int i;

	for (i = 0; i < 5; i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return (__u32)hash;
}

/* The address that a pod sees when a service leads it back to itself. */
static __always_inline void hairpin_address(__u8 *address, __u8 family)
{
	if (family == 4) {
		address_from_ipv4(address, bpf_htonl(HAIRPIN_IPV4));
		return;
	}
	((__u64 *)address)[0] = bpf_cpu_to_be64(0xfd00016902540042ULL);
	((__u64 *)address)[1] = bpf_cpu_to_be64(1);
}

/* The backend that a client with affinity had, or NULL: none, or too long ago. User space removes those to backends
 * that the service no longer has. */
static __always_inline const struct translation *affine_backend(const struct packet *p, const struct affinity_key *key,
								 const struct service *service)
{
	struct translation *kept = bpf_map_lookup_elem(&weir_affinity, key);

	if (!kept || (__s64)(p->now - kept->seen_ns) > (__s64)(service->affinity_s * SECONDS))
		return NULL;
	kept->seen_ns = p->now;
	return kept;
}

/* Chooses a backend for a new connection and keeps the choice. Returns 0 with *chosen, or -DROP_NO_BACKEND. */
static __noinline int choose_backend(struct packet *p, const struct service_key *key, int local_only, struct translation *chosen)
{
	const struct service *service = bpf_map_lookup_elem(&weir_services, key);
	struct backend_key at = {};
	const struct backend *backend;
	const struct translation *kept = NULL;
	struct affinity_key client __attribute__((aligned(8))) = {};
	__u32 count;

	if (!service)
		return -DROP_NO_BACKEND;
	count = local_only ? service->local_count : service->count;
	if (!count)
		return -DROP_NO_BACKEND;

	chosen->seen_ns = p->now;
	if (service->affinity_s) {
		client.service = *key;
		address_copy(client.client, p->tuple.src);
		kept = affine_backend(p, &client, service);
	}
	if (kept) {
		address_copy(chosen->address, kept->address);
		chosen->port = kept->port;
	} else {
		at.generation = service->generation;
		at.index = tuple_hash(&p->tuple) % count;
		backend = bpf_map_lookup_elem(&weir_backends, &at);
		if (!backend)
			return -DROP_NO_BACKEND;
		address_copy(chosen->address, backend->address);
		chosen->port = backend->port;
		if (service->affinity_s)
			bpf_map_update_elem(&weir_affinity, &client, chosen, BPF_ANY);
	}
	bpf_map_update_elem(&weir_translations, &p->tuple, chosen, BPF_ANY);
	return 0;
}

/* If the packet goes to a service, replaces the destination in p->tuple by a backend; p->wire keeps the packet's own.
 * A connection keeps its backend; a TCP SYN chooses anew (the same one, while the backends are the same).
 * at_uplink: only addresses that outsiders may use, and only backends of this node.
 * Returns 0, or -DROP_NO_BACKEND. */
static __noinline int service_translate(struct packet *p, int at_uplink)
{
	struct service_key key __attribute__((aligned(8))) = {.port = p->tuple.dst_port, .protocol = p->tuple.protocol};
	const struct service *service;
	struct translation *kept;
	struct translation chosen = {};
	__u64 lifetime = p->tuple.protocol == IP_PROTOCOL_UDP ? TRANSLATION_DATAGRAM : TRANSLATION_STREAM;

	p->wire = p->tuple;
	if (p->tuple.protocol != IP_PROTOCOL_TCP && p->tuple.protocol != IP_PROTOCOL_UDP && p->tuple.protocol != IP_PROTOCOL_SCTP)
		return 0;
	address_copy(key.address, p->tuple.dst);
	service = bpf_map_lookup_elem(&weir_services, &key);
	if (!service || (at_uplink && !(service->flags & SERVICE_EXTERNAL)))
		return 0;

	kept = bpf_map_lookup_elem(&weir_translations, &p->tuple);
	if (kept && (__s64)(p->now - kept->seen_ns) <= (__s64)lifetime && (p->tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN) {
		chosen = *kept;
		if ((__s64)(p->now - kept->seen_ns) >= (__s64)TRANSLATION_TOUCH)
			kept->seen_ns = p->now;
	} else {
		int fault = choose_backend(p, &key, at_uplink, &chosen);

		if (fault)
			return fault;
	}

	p->flags |= PACKET_TRANSLATE;
	address_copy(p->tuple.dst, chosen.address);
	p->tuple.dst_port = chosen.port;
	if (address_equal(p->tuple.src, p->tuple.dst)) {
		p->flags |= PACKET_HAIRPIN;
		hairpin_address(p->tuple.src, p->family);
	}
	return 0;
}

#endif
