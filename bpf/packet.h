/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* What is known about the packet at hand. It outgrows the stack, so that it lives in a per-CPU map: tc programs run
 * with bottom halves off and do not nest on one CPU. */
#ifndef WEIR_PACKET_H
#define WEIR_PACKET_H

#include <bpf/bpf_endian.h>
#include "maps.h"

#define IP_PROTOCOL_ICMP 1
#define IP_PROTOCOL_TCP 6
#define IP_PROTOCOL_UDP 17
#define IP_PROTOCOL_ICMPV6 58
#define IP_PROTOCOL_SCTP 132

/* struct packet.flags */
#define PACKET_FIRST_FRAGMENT 0x01
#define PACKET_LATER_FRAGMENT 0x02 /* no transport header of its own */
#define PACKET_NEIGHBOUR 0x04      /* IPv6 neighbour discovery or multicast listener report: never forwarded */
#define PACKET_ICMP_ERROR 0x08     /* inner is valid */
#define PACKET_TRANSLATE 0x10      /* the destination is a service; its backend stands in tuple */
#define PACKET_HAIRPIN 0x20        /* and the backend is the sender itself */
#define PACKET_ICMP_REPLY 0x40     /* an answer to an ICMP query */

struct packet {
	struct tuple tuple;        /* the packet's direction, after service translation */
	struct tuple inner;        /* of an ICMP error: the packet that it is about */
	struct tuple key;          /* of the connection */
	struct tuple wire;         /* as it arrived */
	struct endpoint endpoint;  /* whose interface this is; id 0: the uplink */
	struct connection fresh;   /* a new connection, or the new verdict of an old one */
	__u64 now;
	__u32 bytes;               /* from the IP header on */
	__u32 l4;                  /* offset of the transport header in the frame */
	__u32 ifindex;
	__u32 fragment_id;
	__u8 family;               /* 4 or 6 */
	__u8 flags;                /* PACKET_* */
	__u8 tcp_flags;
	__u8 icmp_type;
	__u8 icmp_code;
	__u8 opener_is_src;        /* of the key, if this packet is the opener's */
	__u8 reply;                /* the packet runs against the connection's opening */
	__u8 drop_egress;          /* a drop by the source's own policy */
	__u8 endpoint_receives;    /* p->endpoint is the receiver, else the sender */
	__be16 proxy_port;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet);
} weir_packet SEC(".maps");

static __always_inline const struct config *configuration(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&weir_config, &zero);
}

static __always_inline int address_equal(const __u8 *a, const __u8 *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[0] == y[0] && x[1] == y[1];
}

static __always_inline int address_is_none(const __u8 *a)
{
	const __u64 *x = (const __u64 *)a;

	return x[0] == 0 && x[1] == 0;
}

static __always_inline void address_copy(__u8 *to, const __u8 *from)
{
	((__u64 *)to)[0] = ((const __u64 *)from)[0];
	((__u64 *)to)[1] = ((const __u64 *)from)[1];
}

static __always_inline void address_from_ipv4(__u8 *to, __be32 address)
{
	__u32 *words = (__u32 *)to;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = address;
}

static __always_inline __be32 address_ipv4(const __u8 *a)
{
	return ((const __u32 *)a)[3];
}

#endif
