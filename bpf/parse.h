/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Frame -> struct packet. Reads with bpf_skb_load_bytes, which also reaches what is not in the linear part. */
#ifndef WEIR_PARSE_H
#define WEIR_PARSE_H

#include "icmp.h"
#include "ip.h"

/* What parse_packet says beside a drop reason. */
#define PARSE_OK 0
#define PARSE_ARP 1

struct l4_start {
	__be16 src_port; /* ICMP: type and code */
	__be16 dst_port;
	__be16 id;       /* ICMP query: the identifier */
};

/* Bytes that a transport header has at least; 0: a protocol that is not tracked in this family. */
static __always_inline __u32 transport_least(__u8 protocol, __u8 family)
{
	switch (protocol) {
	case IP_PROTOCOL_TCP:
		return 20;
	case IP_PROTOCOL_SCTP:
		return 12;
	case IP_PROTOCOL_UDP:
		return 8;
	case IP_PROTOCOL_ICMP:
		return family == 4 ? 8 : 0;
	case IP_PROTOCOL_ICMPV6:
		return family == 6 ? 8 : 0;
	}
	return 0;
}

/* Reads the packet that an ICMP error is about, and of which 8 bytes of transport header suffice, into p->inner.
 * end: of the error in the frame. Returns 1 if it could, else 0. */
static __noinline int parse_inner(struct __sk_buff *skb, struct packet *p, __u32 end)
{
	struct ip_start start = {.end = end};
	struct l4_start transport = {};
	__u32 offset = p->l4 + 8;
	int fault, reply;
	__u8 request = 0;

	__builtin_memset(&p->inner, 0, sizeof(p->inner));
	if (offset + (p->family == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) > end)
		return 0;
	fault = p->family == 4 ? parse_ipv4(skb, offset, 1, &p->inner, &start) : parse_ipv6(skb, offset, 1, &p->inner, &start);
	if (fault || (start.fragment & 0xfff8) || !transport_least(p->inner.protocol, p->family))
		return 0;
	if (start.l4 + 8 > start.end || bpf_skb_load_bytes(skb, start.l4, &transport, sizeof(transport)))
		return 0;
	if (p->inner.protocol == IP_PROTOCOL_ICMP || p->inner.protocol == IP_PROTOCOL_ICMPV6) {
		if (!icmp_query(p->inner.protocol, bpf_ntohs(transport.src_port) >> 8, &request, &reply))
			return 0;
		p->inner.src_port = transport.id;
		p->inner.dst_port = bpf_htons(request);
		if (reply) { /* the key of a query is the asker's direction */
			__u8 swap[16];

			address_copy(swap, p->inner.src);
			address_copy(p->inner.src, p->inner.dst);
			address_copy(p->inner.dst, swap);
		}
		return 1;
	}
	p->inner.src_port = transport.src_port;
	p->inner.dst_port = transport.dst_port;
	return 1;
}

/* Reads the transport header of a packet that is no later fragment and that ends at end.
 * Returns 0, or the negative of an enum drop_reason. */
static __always_inline int parse_transport(struct __sk_buff *skb, struct packet *p, __u32 end)
{
	__u32 least = transport_least(p->tuple.protocol, p->family);
	struct l4_start start;
	__u8 request = 0;
	int reply;

	if (!least)
		return -DROP_UNTRACKED_PROTOCOL;
	if (p->l4 + least > end)
		return -DROP_TRUNCATED_L4;
	switch (p->tuple.protocol) {
	case IP_PROTOCOL_TCP: {
		__u8 header[14];

		if (bpf_skb_load_bytes(skb, p->l4, header, sizeof(header)))
			return -DROP_TRUNCATED_L4;
		if ((header[12] >> 4) < 5 || p->l4 + (header[12] >> 4) * 4 > end)
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
			if (parse_inner(skb, p, end))
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
	struct ip_start start = {.end = skb->len};
	int fault;

	switch (skb->protocol) {
	case bpf_htons(ETH_P_ARP):
		return PARSE_ARP;
	case bpf_htons(ETH_P_IP):
		p->family = 4;
		fault = parse_ipv4(skb, ETH_HEADER, 0, &p->tuple, &start);
		break;
	case bpf_htons(ETH_P_IPV6):
		p->family = 6;
		fault = parse_ipv6(skb, ETH_HEADER, 0, &p->tuple, &start);
		break;
	default:
		return -DROP_UNSUPPORTED_L3;
	}
	if (fault)
		return fault;
	p->l4 = start.l4;
	p->fragment_id = start.id;
	p->bytes = skb->len - ETH_HEADER;
	if (start.fragment & 0xfff8) {
		p->flags |= PACKET_LATER_FRAGMENT;
		return PARSE_OK;
	}
	if (start.fragment & 1)
		p->flags |= PACKET_FIRST_FRAGMENT;

	fault = parse_transport(skb, p, start.end);
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
