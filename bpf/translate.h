/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Writes addresses and ports into the packet, and keeps its checksums right. */
#ifndef WEIR_TRANSLATE_H
#define WEIR_TRANSLATE_H

#include "parse.h"

#define SIDE_SOURCE 0
#define SIDE_DESTINATION 1

/* Where the transport checksum lies behind the transport header's start; 0: none that covers addresses. */
static __always_inline __u32 checksum_offset(__u8 protocol)
{
	switch (protocol) {
	case IP_PROTOCOL_TCP:
		return 16;
	case IP_PROTOCOL_UDP:
		return 6;
	}
	return 0;
}

/* Puts address and port in place of the packet's source or destination (p->wire, which follows).
 * Returns 0, or -DROP_WRITE_FAILED: the kernel refused, or SCTP's ports would change, whose checksum is the sender's. */
static __noinline int rewrite_side(struct __sk_buff *skb, struct packet *p, int side, const __u8 *address, __be16 port)
{
	__u8 *old = side == SIDE_SOURCE ? p->wire.src : p->wire.dst;
	__be16 *old_port = side == SIDE_SOURCE ? &p->wire.src_port : &p->wire.dst_port;
	__u32 checksum = checksum_offset(p->wire.protocol);
	__u64 flags = p->wire.protocol == IP_PROTOCOL_UDP ? BPF_F_MARK_MANGLED_0 : 0;

	if (p->flags & PACKET_LATER_FRAGMENT)
		checksum = 0;
	if (checksum)
		checksum += p->l4;

	if (!address_equal(old, address)) {
		if (p->family == 4) {
			__be32 from = address_ipv4(old), to = address_ipv4(address);

			if (checksum && bpf_l4_csum_replace(skb, checksum, from, to, BPF_F_PSEUDO_HDR | flags | 4))
				return -DROP_WRITE_FAILED;
			if (bpf_l3_csum_replace(skb, ETH_HEADER + 10, from, to, 4))
				return -DROP_WRITE_FAILED;
			if (bpf_skb_store_bytes(skb, ETH_HEADER + 12 + side * 4, &to, 4, 0))
				return -DROP_WRITE_FAILED;
		} else {
			__s64 difference = bpf_csum_diff((__be32 *)old, 16, (__be32 *)address, 16, 0);

			if (checksum && bpf_l4_csum_replace(skb, checksum, 0, difference, BPF_F_PSEUDO_HDR | flags))
				return -DROP_WRITE_FAILED;
			if (bpf_skb_store_bytes(skb, ETH_HEADER + 8 + side * 16, address, 16, 0))
				return -DROP_WRITE_FAILED;
		}
		address_copy(old, address);
	}

	if (*old_port != port) {
		if (p->wire.protocol == IP_PROTOCOL_SCTP)
			return -DROP_WRITE_FAILED;
		if (!(p->flags & PACKET_LATER_FRAGMENT)) {
			if (checksum && bpf_l4_csum_replace(skb, checksum, *old_port, port, flags | 2))
				return -DROP_WRITE_FAILED;
			if (bpf_skb_store_bytes(skb, p->l4 + side * 2, &port, 2, 0))
				return -DROP_WRITE_FAILED;
		}
		*old_port = port;
	}
	return 0;
}

/* Writes what service_translate decided. Returns 0, or the negative of an enum drop_reason. */
static __always_inline int translate_to_backend(struct __sk_buff *skb, struct packet *p)
{
	int fault;

	if (!(p->flags & PACKET_TRANSLATE))
		return 0;
	fault = rewrite_side(skb, p, SIDE_DESTINATION, p->tuple.dst, p->tuple.dst_port);
	if (!fault && (p->flags & PACKET_HAIRPIN))
		fault = rewrite_side(skb, p, SIDE_SOURCE, p->tuple.src, p->tuple.src_port);
	return fault;
}

/* Writes the service's address back into a reply of p->fresh. Returns 0, or the negative of an enum drop_reason. */
static __always_inline int translate_from_backend(struct __sk_buff *skb, struct packet *p)
{
	if (!(p->fresh.flags & CONNECTION_TRANSLATED) || !p->reply || (p->flags & PACKET_ICMP_ERROR))
		return 0;
	if (p->fresh.flags & CONNECTION_HAIRPIN) {
		int fault = rewrite_side(skb, p, SIDE_DESTINATION, p->tuple.src, p->tuple.dst_port);

		if (fault)
			return fault;
	}
	return rewrite_side(skb, p, SIDE_SOURCE, p->fresh.frontend, p->fresh.frontend_port);
}

#endif
