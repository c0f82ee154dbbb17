/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Reports to user space (may be lost, and are counted then) and counters (never lose). */
#ifndef WEIR_EVENTS_H
#define WEIR_EVENTS_H

#include "packet.h"

#define DIRECTION_INGRESS 1
#define DIRECTION_EGRESS 2

static __always_inline void count_lost(void)
{
	__u32 zero = 0;
	__u64 *lost = bpf_map_lookup_elem(&weir_lost, &zero);

	if (lost)
		(*lost)++;
}

/* Adds the packet to an endpoint's counter; endpoint 0 counts nothing. */
static __always_inline void count_packet(const struct packet *p, __u32 endpoint, __u8 direction, __u8 verdict, __u8 reason)
{
	struct counter_key key = {.endpoint = endpoint, .direction = direction, .verdict = verdict, .reason = reason};
	struct counter *counter;

	if (!endpoint)
		return;
	counter = bpf_map_lookup_elem(&weir_counters, &key);
	if (!counter) {
		struct counter first = {};

		bpf_map_update_elem(&weir_counters, &key, &first, BPF_NOEXIST);
		counter = bpf_map_lookup_elem(&weir_counters, &key);
		if (!counter)
			return;
	}
	counter->packets++;
	counter->bytes += p->bytes;
}

static __always_inline __u64 take(__u64 *counter)
{
	return __sync_lock_test_and_set(counter, 0);
}

/* An event with what the packet itself says, or NULL where the ring is full. */
static __always_inline struct event *event_of(const struct packet *p, __u8 kind)
{
	struct event *event = bpf_ringbuf_reserve(&weir_events, sizeof(*event), 0);

	if (!event) {
		count_lost();
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->time_ns = p->now;
	address_copy(event->src, p->tuple.src);
	address_copy(event->dst, p->tuple.dst);
	if (p->tuple.protocol == IP_PROTOCOL_ICMP || p->tuple.protocol == IP_PROTOCOL_ICMPV6) {
		event->src_port = bpf_htons(p->icmp_type);
		event->dst_port = bpf_htons(p->icmp_code);
	} else {
		event->src_port = p->tuple.src_port;
		event->dst_port = p->tuple.dst_port;
	}
	event->protocol = p->tuple.protocol;
	event->tcp_flags = p->tcp_flags;
	event->ifindex = p->ifindex;
	event->kind = kind;
	return event;
}

/* Fills in both ends, in the packet's direction, and what decided. No inline: the test of the layout finds struct event by it. */
static __noinline void event_parties(struct event *event, const struct connection *c, int reply)
{
	event->src_identity = reply ? c->dst_identity : c->src_identity;
	event->dst_identity = reply ? c->src_identity : c->dst_identity;
	event->src_endpoint = reply ? c->dst_endpoint : c->src_endpoint;
	event->dst_endpoint = reply ? c->src_endpoint : c->dst_endpoint;
	event->egress_rule = c->egress_rule;
	event->ingress_rule = c->ingress_rule;
	event->match = c->match;
	event->flags = c->event_flags;
	if (reply)
		event->flags |= EVENT_FLAG_REPLY;
	if (c->flags & CONNECTION_TRANSLATED) {
		event->flags |= EVENT_FLAG_TRANSLATED;
		address_copy(event->frontend, c->frontend);
		event->frontend_port = c->frontend_port;
	}
}

/* Reports a connection and takes its counts. */
static __noinline void report_connection(struct packet *p, struct connection *c, __u8 kind)
{
	struct event *event;

	c->reported_ns = p->now;
	event = event_of(p, kind);
	if (!event)
		return; /* the counts stay, for the next report */

	event_parties(event, c, p->reply);
	event->packets = take(&c->packets);
	event->bytes = take(&c->bytes);
	event->reply_packets = take(&c->reply_packets);
	event->reply_bytes = take(&c->reply_bytes);
	event->verdict = VERDICT_FORWARDED;
	if (c->flags & CONNECTION_REDIRECTED) {
		event->verdict = VERDICT_REDIRECTED;
		event->proxy_port = p->proxy_port;
		event->point = POINT_TO_PROXY;
	} else if (event->dst_endpoint) {
		event->point = POINT_TO_ENDPOINT;
	} else {
		event->point = event->dst_identity == IDENTITY_HOST ? POINT_TO_HOST : POINT_TO_NETWORK;
	}
	bpf_ringbuf_submit(event, 0);
}

/* Counts a drop and reports it: at once the first time, then at most every summary_ns for equal packets.
 * c: what is known about both ends (p->fresh for a packet of no connection). */
static __noinline void report_drop(struct packet *p, const struct connection *c, __u32 reason, __u64 quiet_ns)
{
	struct drop_key key = {.tuple = p->tuple, .reason = reason};
	struct drop_state *state = bpf_map_lookup_elem(&weir_drops, &key);
	struct drop_state first = {.reported_ns = p->now};
	struct event *event;
	__u32 suppressed = 0;
	int by_policy = reason == DROP_POLICY || reason == DROP_POLICY_DENY || reason == DROP_NO_CONFIGURATION;

	/* By policy the side that denied counts it; else the pod whose interface it is, or that it was for. */
	if (by_policy ? p->drop_egress : p->endpoint.id && !p->endpoint_receives)
		count_packet(p, by_policy ? c->src_endpoint : p->endpoint.id, DIRECTION_EGRESS, VERDICT_DROPPED, reason);
	else
		count_packet(p, p->reply ? c->src_endpoint : c->dst_endpoint, DIRECTION_INGRESS, VERDICT_DROPPED, reason);

	if (state) {
		if (p->now - state->reported_ns < quiet_ns) {
			__sync_fetch_and_add(&state->suppressed, 1);
			return;
		}
		suppressed = take(&state->suppressed);
		state->reported_ns = p->now;
	} else {
		bpf_map_update_elem(&weir_drops, &key, &first, BPF_ANY);
	}

	event = event_of(p, EVENT_DROP);
	if (!event)
		return;
	event_parties(event, c, p->reply);
	event->suppressed = suppressed;
	event->verdict = VERDICT_DROPPED;
	event->reason = reason;
	if (by_policy && p->drop_egress)
		event->flags |= EVENT_FLAG_DROP_EGRESS;
	bpf_ringbuf_submit(event, 0);
}

#endif
