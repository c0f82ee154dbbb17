/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* IP headers: where a packet begins and ends, whose it is, and which part of a datagram. */
#ifndef WEIR_IP_H
#define WEIR_IP_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include "packet.h"

#define ETH_HEADER 14
#define MAX_EXTENSIONS 6

#define EXTENSION_HOP_BY_HOP 0
#define EXTENSION_ROUTING 43
#define EXTENSION_FRAGMENT 44
#define EXTENSION_AUTHENTICATION 51
#define EXTENSION_NONE 59
#define EXTENSION_DESTINATION 60

/* Where a packet's headers are, as far as its IP header says. */
struct ip_start {
	__u32 l4;       /* offset of the transport header in the frame */
	__u32 end;      /* of the packet in the frame; of a quoted packet, of what there is of it */
	__u32 id;       /* of a fragment, network order */
	__u16 fragment; /* host order: offset in the high 13 bits, more-fragments in the lowest; 0: no fragment */
	__u8 next;      /* IPv6: the kind of the header at l4 */
};

static __always_inline int is_extension(__u8 kind)
{
	return kind == EXTENSION_HOP_BY_HOP || kind == EXTENSION_ROUTING || kind == EXTENSION_FRAGMENT ||
	       kind == EXTENSION_AUTHENTICATION || kind == EXTENSION_DESTINATION;
}

/* Walks IPv6 extension headers from start->l4, whose kind is start->next, to the transport header, or to the data of a
 * later fragment. Returns 0, or the negative of an enum drop_reason. */
static __noinline int skip_extensions(struct __sk_buff *skb, struct ip_start *start)
{
	__u32 at = start->l4;
	int i;

	for (i = 0; i <= MAX_EXTENSIONS; i++) {
		struct {
			__u8 next;
			__u8 length;
			__be16 fragment;
			__be32 id;
		} header;
		__u8 kind = start->next;

		start->l4 = at;
		if (!is_extension(kind))
			return 0;
		if (i == MAX_EXTENSIONS || at + sizeof(header) > start->end || bpf_skb_load_bytes(skb, at, &header, sizeof(header)))
			return -DROP_INVALID_EXTENSION;

		if (kind == EXTENSION_FRAGMENT) {
			start->fragment = bpf_ntohs(header.fragment) & 0xfff9;
			start->id = header.id;
			at += 8;
		} else if (kind == EXTENSION_AUTHENTICATION) {
			at += (header.length + 2) * 4;
		} else {
			at += (header.length + 1) * 8;
		}
		if (at > start->end)
			return -DROP_INVALID_EXTENSION;
		start->next = header.next;
		if (start->fragment & 0xfff8) { /* what follows is the middle of something */
			start->l4 = at;
			return 0;
		}
	}
	return -DROP_INVALID_EXTENSION;
}

/* Reads the IP header at offset into tuple's addresses and protocol, and *start, whose end comes in as the frame's.
 * quoted: the packet may be longer than what there is of it. Returns 0, or the negative of an enum drop_reason. */
static __always_inline int parse_ipv4(struct __sk_buff *skb, __u32 offset, int quoted, struct tuple *tuple, struct ip_start *start)
{
	struct iphdr ip;
	__u32 total;

	if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
		return -DROP_INVALID_PACKET;
	if (ip.version != 4 || ip.ihl < 5)
		return -DROP_INVALID_PACKET;

	total = bpf_ntohs(ip.tot_len);
	if (total < ip.ihl * 4)
		return -DROP_INVALID_PACKET;
	address_from_ipv4(tuple->src, ip.saddr);
	address_from_ipv4(tuple->dst, ip.daddr);
	tuple->protocol = ip.protocol;
	/* frag_off: flags in the high 3 bits, offset in units of 8 in the low 13 */
	start->fragment = (bpf_ntohs(ip.frag_off) & 0x1fff) << 3 | ((bpf_ntohs(ip.frag_off) & 0x2000) ? 1 : 0);
	start->id = ip.id;
	start->l4 = offset + ip.ihl * 4;
	if (offset + total <= start->end)
		start->end = offset + total;
	else if (!quoted)
		return -DROP_INVALID_PACKET;
	return 0;
}

/* As parse_ipv4. */
static __always_inline int parse_ipv6(struct __sk_buff *skb, __u32 offset, int quoted, struct tuple *tuple, struct ip_start *start)
{
	struct ipv6hdr ip;
	__u32 total;

	if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
		return -DROP_INVALID_PACKET;
	if (ip.version != 6)
		return -DROP_INVALID_PACKET;

	total = bpf_ntohs(ip.payload_len) + sizeof(ip);
	address_copy(tuple->src, (const __u8 *)&ip.saddr);
	address_copy(tuple->dst, (const __u8 *)&ip.daddr);
	/* An IPv4-mapped address is no address of a packet: it would pass for an IPv4 one in every table. */
	if ((((__u64 *)tuple->src)[0] == 0 && ((__u32 *)tuple->src)[2] == bpf_htonl(0xffff)) ||
	    (((__u64 *)tuple->dst)[0] == 0 && ((__u32 *)tuple->dst)[2] == bpf_htonl(0xffff)))
		return -DROP_INVALID_PACKET;
	if (offset + total <= start->end)
		start->end = offset + total;
	else if (!quoted)
		return -DROP_INVALID_PACKET;

	start->l4 = offset + sizeof(ip);
	start->next = ip.nexthdr;
	if (is_extension(start->next)) {
		int fault = skip_extensions(skb, start);

		if (fault)
			return fault;
	}
	tuple->protocol = start->next;
	return 0;
}

#endif
