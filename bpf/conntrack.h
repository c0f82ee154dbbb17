/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Connections: what was decided once holds for both directions, until policy changes or nothing was heard for a while. */
#ifndef WEIR_CONNTRACK_H
#define WEIR_CONNTRACK_H

#include "events.h"

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

#define SECONDS 1000000000ULL

#define LIFETIME_OPENING (60 * SECONDS)    /* no reply yet, any protocol but ICMP */
#define LIFETIME_STREAM (21600 * SECONDS)  /* TCP, SCTP: both sides were heard */
#define LIFETIME_DATAGRAM (180 * SECONDS)  /* UDP: both sides were heard */
#define LIFETIME_ICMP (30 * SECONDS)
#define LIFETIME_CLOSED (10 * SECONDS)     /* TCP: RST, or FIN both ways */

#define CONNECTION_CLOSED_BY_FIN (CONNECTION_FIN_OPENER | CONNECTION_FIN_REPLY)

/* The key of a tuple's connection, the same for both directions: of TCP, UDP and SCTP the side that compares lower
 * comes first (addresses, then ports, as the numbers that lie in memory); of ICMP the asker.
 * Returns 1 if the tuple's source is the key's src. */
static __always_inline int connection_key(const struct tuple *tuple, int icmp_reply, struct tuple *key)
{
	const __u64 *src = (const __u64 *)tuple->src, *dst = (const __u64 *)tuple->dst;
	int swap;

	if (tuple->protocol == IP_PROTOCOL_ICMP || tuple->protocol == IP_PROTOCOL_ICMPV6) {
		swap = icmp_reply;
		key->src_port = tuple->src_port;
		key->dst_port = tuple->dst_port;
	} else {
		if (src[0] != dst[0])
			swap = src[0] > dst[0];
		else if (src[1] != dst[1])
			swap = src[1] > dst[1];
		else
			swap = tuple->src_port > tuple->dst_port;
		key->src_port = swap ? tuple->dst_port : tuple->src_port;
		key->dst_port = swap ? tuple->src_port : tuple->dst_port;
	}
	address_copy(key->src, swap ? tuple->dst : tuple->src);
	address_copy(key->dst, swap ? tuple->src : tuple->dst);
	key->protocol = tuple->protocol;
	key->reserved[0] = 0;
	key->reserved[1] = 0;
	key->reserved[2] = 0;
	return !swap;
}

static __always_inline int connection_closed(const struct connection *c)
{
	return (c->flags & CONNECTION_RST) || (c->flags & CONNECTION_CLOSED_BY_FIN) == CONNECTION_CLOSED_BY_FIN;
}

static __always_inline __u64 connection_lifetime(const struct connection *c, __u8 protocol)
{
	if (protocol == IP_PROTOCOL_ICMP || protocol == IP_PROTOCOL_ICMPV6)
		return LIFETIME_ICMP;
	if (protocol == IP_PROTOCOL_TCP && connection_closed(c))
		return LIFETIME_CLOSED;
	if (!(c->flags & CONNECTION_REPLIED))
		return LIFETIME_OPENING;
	return protocol == IP_PROTOCOL_UDP ? LIFETIME_DATAGRAM : LIFETIME_STREAM;
}

/* The connection that the packet belongs to, or NULL: none, too old, or over and now opened anew.
 * Sets p->key, p->opener_is_src and p->reply. */
static __noinline struct connection *connection_of(struct packet *p)
{
	struct connection *c;

	p->opener_is_src = connection_key(&p->tuple, p->flags & PACKET_ICMP_REPLY, &p->key);
	p->reply = 0;
	c = bpf_map_lookup_elem(&weir_connections, &p->key);
	if (!c)
		return NULL;
	if ((__s64)(p->now - c->seen_ns) > (__s64)connection_lifetime(c, p->tuple.protocol))
		return NULL;
	if (p->tuple.protocol == IP_PROTOCOL_TCP && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && connection_closed(c))
		return NULL;

	p->reply = p->opener_is_src != !!(c->flags & CONNECTION_OPENER_IS_SRC);
	return c;
}

/* The connection that an ICMP error is about, or NULL. The error must go to the sender of what it is about; with
 * from_endpoint it must also come from the one that this was sent to, since a pod is no router.
 * Sets p->key and p->reply: an error runs against what it is about. */
static __noinline struct connection *connection_of_error(struct packet *p, int from_endpoint)
{
	struct connection *c;
	int inner_is_src;

	if (!address_equal(p->inner.src, p->tuple.dst))
		return NULL;
	if (from_endpoint && !address_equal(p->inner.dst, p->tuple.src))
		return NULL;
	inner_is_src = connection_key(&p->inner, 0, &p->key);
	c = bpf_map_lookup_elem(&weir_connections, &p->key);
	if (!c)
		return NULL;
	if ((__s64)(p->now - c->seen_ns) > (__s64)connection_lifetime(c, p->inner.protocol))
		return NULL;
	p->reply = inner_is_src == !!(c->flags & CONNECTION_OPENER_IS_SRC);
	return c;
}

/* Notes a packet that passes: time, counts, TCP's state; reports what is due. */
static __noinline void connection_saw(struct packet *p, struct connection *c, __u64 summary_ns)
{
	int answers = 0;

	c->seen_ns = p->now;
	if (p->reply) {
		__sync_fetch_and_add(&c->reply_packets, 1);
		__sync_fetch_and_add(&c->reply_bytes, p->bytes);
		if (!(c->flags & CONNECTION_REPLIED)) {
			c->flags |= CONNECTION_REPLIED;
			/* That a server answers is news, as its FIN is: without it nobody could tell who waits in vain. */
			answers = p->tuple.protocol == IP_PROTOCOL_TCP && (p->tcp_flags & TCP_SYN);
		}
	} else {
		__sync_fetch_and_add(&c->packets, 1);
		__sync_fetch_and_add(&c->bytes, p->bytes);
	}

	if (p->tuple.protocol == IP_PROTOCOL_TCP && (p->tcp_flags & (TCP_FIN | TCP_RST))) {
		if (p->tcp_flags & TCP_RST)
			c->flags |= CONNECTION_RST;
		else
			c->flags |= p->reply ? CONNECTION_FIN_REPLY : CONNECTION_FIN_OPENER;
		if (connection_closed(c) && !(c->flags & CONNECTION_ENDED)) {
			c->flags |= CONNECTION_ENDED;
			if (!(c->flags & CONNECTION_UPSTREAM))
				report_connection(p, c, EVENT_END);
			return;
		}
	}
	if (!(c->flags & (CONNECTION_ENDED | CONNECTION_UPSTREAM)) &&
	    (answers || (__s64)(p->now - c->reported_ns) >= (__s64)summary_ns))
		report_connection(p, c, EVENT_SUMMARY);
}

/* Enters p->fresh as the connection of p, opened by p. Returns 0, or -DROP_CONNECTION_TABLE. */
static __always_inline int connection_open(struct packet *p)
{
	p->fresh.seen_ns = p->now;
	p->fresh.reported_ns = p->now;
	p->fresh.packets = 1;
	p->fresh.bytes = p->bytes;
	if (p->opener_is_src)
		p->fresh.flags |= CONNECTION_OPENER_IS_SRC;
	return bpf_map_update_elem(&weir_connections, &p->key, &p->fresh, BPF_ANY) ? -DROP_CONNECTION_TABLE : 0;
}

#endif
