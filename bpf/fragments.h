/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Only the first fragment of a datagram has ports; the later ones find them by the datagram's id. */
#ifndef WEIR_FRAGMENTS_H
#define WEIR_FRAGMENTS_H

#include "packet.h"

#define FRAGMENT_LIFETIME_NS 30000000000ULL

/* Remembers a first fragment's ports, or fills in a later one's; nothing for a whole packet.
 * Returns 0, or -DROP_NO_FIRST_FRAGMENT. */
static __noinline int fragment_ports(struct packet *p)
{
	struct fragment_key key __attribute__((aligned(8))) = {.id = p->fragment_id, .protocol = p->tuple.protocol};
	const struct fragment_ports *known;

	address_copy(key.src, p->tuple.src);
	address_copy(key.dst, p->tuple.dst);
	if (p->flags & PACKET_FIRST_FRAGMENT) {
		struct fragment_ports ports = {
			.seen_ns = p->now,
			.src_port = p->tuple.src_port,
			.dst_port = p->tuple.dst_port,
			.icmp_type = p->icmp_type,
			.icmp_code = p->icmp_code,
			.icmp_reply = !!(p->flags & PACKET_ICMP_REPLY),
		};

		bpf_map_update_elem(&weir_fragments, &key, &ports, BPF_ANY);
		return 0;
	}
	if (!(p->flags & PACKET_LATER_FRAGMENT))
		return 0;

	known = bpf_map_lookup_elem(&weir_fragments, &key);
	if (!known || (__s64)(p->now - known->seen_ns) > (__s64)FRAGMENT_LIFETIME_NS)
		return -DROP_NO_FIRST_FRAGMENT;
	p->tuple.src_port = known->src_port;
	p->tuple.dst_port = known->dst_port;
	p->icmp_type = known->icmp_type;
	p->icmp_code = known->icmp_code;
	if (known->icmp_reply)
		p->flags |= PACKET_ICMP_REPLY;
	return 0;
}

#endif
