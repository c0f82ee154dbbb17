/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Frame -> struct packet. Reads with bpf_skb_load_bytes, which also reaches what is not in the linear part. */
#ifndef WEIR_PARSE_H
#define WEIR_PARSE_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include "icmp.h"

#define ETH_HEADER 14
#define MAX_EXTENSIONS 6

#define EXTENSION_HOP_BY_HOP 0
#define EXTENSION_ROUTING 43
#define EXTENSION_FRAGMENT 44
#define EXTENSION_AUTHENTICATION 51
#define EXTENSION_NONE 59
#define EXTENSION_DESTINATION 60

/* What parse_packet says beside a drop reason. */
#define PARSE_OK 0
#define PARSE_ARP 1

struct l4_start {
	__be16 src_port; /* ICMP: type and code */
	__be16 dst_port;
	__be16 id;       /* ICMP query: the identifier */
};

/* Walks IPv6 extension headers from *offset, whose kind is *next. *fragment receives the fragment field in host order
 * (offset in the high 13 bits, more-fragments in the lowest), 0 where there is none.
 * Returns 0 at the transport header, or the negative of an enum drop_reason. */
static __noinline int skip_extensions(struct __sk_buff *skb, __u32 *offset, __u8 *next, __u16 *fragment, __u32 *id)
{
	__u8 kind = *next;
	__u32 at = *offset;
	int i;

	for (i = 0; i < MAX_EXTENSIONS; i++) {
		struct {
			__u8 next;
			__u8 length;
			__be16 fragment;
			__be32 id;
		} header;

		if (kind != EXTENSION_HOP_BY_HOP && kind != EXTENSION_ROUTING && kind != EXTENSION_FRAGMENT &&
		    kind != EXTENSION_AUTHENTICATION && kind != EXTENSION_DESTINATION) {
			*offset = at;
			*next = kind;
			return 0;
		}
		if (bpf_skb_load_bytes(skb, at, &header, sizeof(header)))
			return -DROP_INVALID_EXTENSION;

		if (kind == EXTENSION_FRAGMENT) {
			*fragment = bpf_ntohs(header.fragment) & 0xfff9;
			*id = header.id;
			at += 8;
			if (*fragment & 0xfff8) { /* what follows is the middle of something */
				*offset = at;
				*next = header.next;
				return 0;
			}
		} else if (kind == EXTENSION_AUTHENTICATION) {
			at += (header.length + 2) * 4;
		} else {
			at += (header.length + 1) * 8;
		}
		kind = header.next;
	}
	return -DROP_INVALID_EXTENSION;
}

/* Reads the IP header at offset into tuple's addresses and protocol, and *l4.
 * Returns 0, or the negative of an enum drop_reason. */
static __always_inline int parse_ipv4(struct __sk_buff *skb, __u32 offset, struct tuple *tuple, __u32 *l4,
				      __u16 *fragment, __u32 *id, __u32 *total)
{
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
		return -DROP_INVALID_PACKET;
	if (ip.version != 4 || ip.ihl < 5)
		return -DROP_INVALID_PACKET;

	*total = bpf_ntohs(ip.tot_len);
	if (*total < ip.ihl * 4)
		return -DROP_INVALID_PACKET;
	address_from_ipv4(tuple->src, ip.saddr);
	address_from_ipv4(tuple->dst, ip.daddr);
	tuple->protocol = ip.protocol;
	/* frag_off: flags in the high 3 bits, offset in units of 8 in the low 13 */
	*fragment = (bpf_ntohs(ip.frag_off) & 0x1fff) << 3 | ((bpf_ntohs(ip.frag_off) & 0x2000) ? 1 : 0);
	*id = ip.id;
	*l4 = offset + ip.ihl * 4;
	return 0;
}

/* As parse_ipv4. */
static __always_inline int parse_ipv6(struct __sk_buff *skb, __u32 offset, struct tuple *tuple, __u32 *l4,
				      __u16 *fragment, __u32 *id, __u32 *total)
{
	struct ipv6hdr ip;
	__u8 next;

	if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
		return -DROP_INVALID_PACKET;
	if (ip.version != 6)
		return -DROP_INVALID_PACKET;

	*total = bpf_ntohs(ip.payload_len) + sizeof(ip);
	address_copy(tuple->src, (const __u8 *)&ip.saddr);
	address_copy(tuple->dst, (const __u8 *)&ip.daddr);
	/* An IPv4-mapped address is no address of a packet: it would pass for an IPv4 one in every table. */
	if ((((__u64 *)tuple->src)[0] == 0 && ((__u32 *)tuple->src)[2] == bpf_htonl(0xffff)) ||
	    (((__u64 *)tuple->dst)[0] == 0 && ((__u32 *)tuple->dst)[2] == bpf_htonl(0xffff)))
		return -DROP_INVALID_PACKET;
	*l4 = offset + sizeof(ip);
	next = ip.nexthdr;
	if (next == EXTENSION_HOP_BY_HOP || next == EXTENSION_ROUTING || next == EXTENSION_FRAGMENT ||
	    next == EXTENSION_AUTHENTICATION || next == EXTENSION_DESTINATION) {
		int fault = skip_extensions(skb, l4, &next, fragment, id);

		if (fault)
			return fault;
	}
	tuple->protocol = next;
	return 0;
}

/* Reads the packet that an ICMP error is about into p->inner. Returns 1 if it could, else 0. */
static __noinline int parse_inner(struct __sk_buff *skb, struct packet *p)
{
	struct l4_start start = {};
	__u16 fragment = 0;
	__u32 l4 = 0, id = 0, total = 0;
	int fault, reply;
	__u8 request = 0;

	__builtin_memset(&p->inner, 0, sizeof(p->inner));
	fault = p->family == 4 ? parse_ipv4(skb, p->l4 + 8, &p->inner, &l4, &fragment, &id, &total)
			       : parse_ipv6(skb, p->l4 + 8, &p->inner, &l4, &fragment, &id, &total);
	if (fault || (fragment & 0xfff8))
		return 0;
	if (bpf_skb_load_bytes(skb, l4, &start, 6))
		return 0;
	if (p->inner.protocol == IP_PROTOCOL_ICMP || p->inner.protocol == IP_PROTOCOL_ICMPV6) {
		if (!icmp_query(p->inner.protocol, bpf_ntohs(start.src_port) >> 8, &request, &reply))
			return 0;
		p->inner.src_port = start.id;
		p->inner.dst_port = bpf_htons(request);
		if (reply) { /* the key of a query is the asker's direction */
			__u8 swap[16];

			address_copy(swap, p->inner.src);
			address_copy(p->inner.src, p->inner.dst);
			address_copy(p->inner.dst, swap);
		}
		return 1;
	}
	p->inner.src_port = start.src_port;
	p->inner.dst_port = start.dst_port;
	return 1;
}

/* Reads the transport header of a packet that is no later fragment.
 * Returns 0, or the negative of an enum drop_reason. */
static __always_inline int parse_transport(struct __sk_buff *skb, struct packet *p)
{
	struct l4_start start;
	__u8 request = 0;
	int reply;

	switch (p->tuple.protocol) {
	case IP_PROTOCOL_TCP: {
		__u8 header[14];

		if (bpf_skb_load_bytes(skb, p->l4, header, sizeof(header)))
			return -DROP_TRUNCATED_L4;
		if ((header[12] >> 4) < 5)
			return -DROP_TRUNCATED_L4;
		p->tuple.src_port = *(__be16 *)&header[0];
		p->tuple.dst_port = *(__be16 *)&header[2];
		p->tcp_flags = header[13];
		return 0;
	}
	case IP_PROTOCOL_UDP:
	case IP_PROTOCOL_SCTP: {
		struct {
			__be16 src_port;
			__be16 dst_port;
			__be32 rest;
		} header;

		if (bpf_skb_load_bytes(skb, p->l4, &header, sizeof(header)))
			return -DROP_TRUNCATED_L4;
		p->tuple.src_port = header.src_port;
		p->tuple.dst_port = header.dst_port;
		return 0;
	}
	case IP_PROTOCOL_ICMP:
	case IP_PROTOCOL_ICMPV6:
		if ((p->tuple.protocol == IP_PROTOCOL_ICMP) != (p->family == 4))
			return -DROP_UNTRACKED_PROTOCOL;
		if (bpf_skb_load_bytes(skb, p->l4, &start, sizeof(start)))
			return -DROP_TRUNCATED_L4;
		p->icmp_type = bpf_ntohs(start.src_port) >> 8;
		p->icmp_code = bpf_ntohs(start.src_port) & 0xff;
		if (icmp_query(p->tuple.protocol, p->icmp_type, &request, &reply)) {
			p->tuple.src_port = start.id;
			p->tuple.dst_port = bpf_htons(request);
			if (reply)
				p->flags |= PACKET_ICMP_REPLY;
		} else if (icmp_is_error(p->tuple.protocol, p->icmp_type)) {
			if (parse_inner(skb, p))
				p->flags |= PACKET_ICMP_ERROR;
		}
		return 0;
	}
	return -DROP_UNTRACKED_PROTOCOL;
}

/* Fills p from the frame; p is all zero but for now and ifindex. A first or later fragment is only marked as such.
 * Returns PARSE_OK, PARSE_ARP, or the negative of an enum drop_reason. */
static __noinline int parse_packet(struct __sk_buff *skb, struct packet *p)
{
	__u16 fragment = 0;
	__u32 total = 0;
	int fault;

	switch (skb->protocol) {
	case bpf_htons(ETH_P_ARP):
		return PARSE_ARP;
	case bpf_htons(ETH_P_IP):
		p->family = 4;
		fault = parse_ipv4(skb, ETH_HEADER, &p->tuple, &p->l4, &fragment, &p->fragment_id, &total);
		break;
	case bpf_htons(ETH_P_IPV6):
		p->family = 6;
		fault = parse_ipv6(skb, ETH_HEADER, &p->tuple, &p->l4, &fragment, &p->fragment_id, &total);
		break;
	default:
		return -DROP_UNSUPPORTED_L3;
	}
	if (fault)
		return fault;
	if (total > skb->len - ETH_HEADER)
		return -DROP_INVALID_PACKET;

	p->bytes = skb->len - ETH_HEADER;
	if (fragment & 0xfff8) {
		p->flags |= PACKET_LATER_FRAGMENT;
		return PARSE_OK;
	}
	if (fragment & 1)
		p->flags |= PACKET_FIRST_FRAGMENT;

	fault = parse_transport(skb, p);
	if (fault)
		return fault;
	if (p->family == 6) {
		__u8 hop_limit = 0;

		bpf_skb_load_bytes(skb, ETH_HEADER + 7, &hop_limit, 1);
		if (is_neighbour_talk(p, hop_limit))
			p->flags |= PACKET_NEIGHBOUR;
	}
	return PARSE_OK;
}

#endif
