/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* What becomes of a packet whose tuple, endpoint and parties are known: a decision only; the hooks deliver it. */
#ifndef WEIR_JUDGE_H
#define WEIR_JUDGE_H

#include "conntrack.h"
#include "policy.h"

/* Beside the negative of an enum drop_reason. */
enum outcome {
	OUTCOME_PASS = 0,
	OUTCOME_REDIRECT = 1, /* hand it to the proxy's listener, or to the socket that it already has there */
	OUTCOME_SOCKET = 2,   /* it answers a proxy of this node: hand it to that socket */
};

/* Where the packet was seen. */
enum hook {
	HOOK_FROM_POD,
	HOOK_TO_POD,
	HOOK_FROM_UPLINK,
	HOOK_TO_UPLINK,
};

/* Names both ends of p in p->fresh. source: the endpoint that sends, by its interface; NULL: by address only. */
static __always_inline void name_parties(struct packet *p, enum hook hook)
{
	struct connection *c = &p->fresh;
	const struct local_address *local;

	if (hook == HOOK_FROM_POD) {
		c->src_endpoint = p->endpoint.id;
		c->src_identity = p->endpoint.identity;
	} else {
		c->src_endpoint = 0;
		c->src_identity = identity_of(p->tuple.src);
	}

	if (hook == HOOK_TO_POD) {
		c->dst_endpoint = p->endpoint.id;
		c->dst_identity = p->endpoint.identity;
		return;
	}
	local = bpf_map_lookup_elem(&weir_addresses, p->tuple.dst);
	c->dst_endpoint = local ? local->endpoint : 0;
	c->dst_identity = local ? local->identity : identity_of(p->tuple.dst);
}

/* Whether other tables are in force than those that decided the connection. */
static __always_inline int policy_changed(const struct connection *c)
{
	if (c->flags & (CONNECTION_HAIRPIN | CONNECTION_UPSTREAM))
		return 0;
	if (c->src_endpoint && tables_of(c->src_endpoint).egress != c->egress_table)
		return 1;
	return c->dst_endpoint && tables_of(c->dst_endpoint).ingress != c->ingress_table;
}

/* Decides an old connection again, on its opener's packet; p->fresh names both ends.
 * Returns OUTCOME_PASS, OUTCOME_REDIRECT, or the negative of an enum drop_reason; of these DROP_PUNT_PROXY has ended
 * the connection, for its opener to be reset. */
static __noinline int judge_again(struct packet *p, struct connection *c, const struct config *config)
{
	int action = decide_connection(p, config->flags & CONFIG_NAMES);
	int was_redirected = c->flags & CONNECTION_REDIRECTED;
	int changed = c->egress_rule != p->fresh.egress_rule || c->ingress_rule != p->fresh.ingress_rule;

	c->src_endpoint = p->fresh.src_endpoint;
	c->dst_endpoint = p->fresh.dst_endpoint;
	c->src_identity = p->fresh.src_identity;
	c->dst_identity = p->fresh.dst_identity;
	c->egress_rule = p->fresh.egress_rule;
	c->ingress_rule = p->fresh.ingress_rule;
	c->match = p->fresh.match;
	c->event_flags = p->fresh.event_flags;

	if (action < 0) {
		c->reason = -action;
		c->flags |= CONNECTION_DENIED;
	} else {
		if (action == ACTION_REDIRECT && !was_redirected) {
			if (p->tuple.protocol == IP_PROTOCOL_TCP && (c->flags & CONNECTION_REPLIED)) {
				bpf_map_delete_elem(&weir_connections, &p->key);
				return -DROP_PUNT_PROXY;
			}
			c->flags |= CONNECTION_REDIRECTED;
			changed = 1;
		}
		/* A stream that a proxy has taken apart stays with it. */
		if (action == ACTION_ALLOW && was_redirected && p->tuple.protocol != IP_PROTOCOL_TCP) {
			c->flags &= ~CONNECTION_REDIRECTED;
			changed = 1;
		}
		changed |= c->flags & CONNECTION_DENIED;
		c->flags &= ~CONNECTION_DENIED;
	}
	/* Written last: who sees these sees the verdict that they stand for. */
	c->egress_table = p->fresh.egress_table;
	c->ingress_table = p->fresh.ingress_table;
	if (action < 0)
		return action;
	if (changed)
		report_connection(p, c, EVENT_CHANGED);
	return c->flags & CONNECTION_REDIRECTED ? OUTCOME_REDIRECT : OUTCOME_PASS;
}

/* A packet of a known connection. */
static __always_inline int judge_known(struct packet *p, struct connection *c, const struct config *config, enum hook hook)
{
	int outcome = c->flags & CONNECTION_REDIRECTED ? OUTCOME_REDIRECT : OUTCOME_PASS;

	if (c->flags & CONNECTION_UPSTREAM) {
		/* Only its proxy opens it, and only its proxy gets the answers. */
		if (hook == HOOK_FROM_POD || hook == HOOK_FROM_UPLINK) {
			if (!p->reply)
				return -DROP_PUNT_PROXY;
			outcome = OUTCOME_SOCKET;
		}
	} else if (p->reply || (p->flags & PACKET_ICMP_ERROR)) {
		if (c->flags & CONNECTION_DENIED)
			return -c->reason;
		/* Only the proxy answers for a redirected connection; the other end never saw it. */
		if ((c->flags & CONNECTION_REDIRECTED) && (hook == HOOK_FROM_POD || hook == HOOK_FROM_UPLINK))
			return -DROP_PUNT_PROXY;
		outcome = OUTCOME_PASS;
	} else if (policy_changed(c) || (hook == HOOK_TO_POD && c->dst_endpoint != p->endpoint.id)) {
		if (hook != HOOK_FROM_POD) { /* keep the sender that was decided where it entered */
			p->fresh.src_endpoint = c->src_endpoint;
			if (c->src_endpoint)
				p->fresh.src_identity = c->src_identity;
		}
		outcome = judge_again(p, c, config);
		if (outcome < 0)
			return outcome;
	} else if (c->flags & CONNECTION_DENIED) {
		return -c->reason;
	}
	connection_saw(p, c, config->summary_ns);
	return outcome;
}

/* The first packet of a connection. */
static __always_inline int judge_new(struct packet *p, const struct config *config)
{
	struct connection *c;
	int action = decide_connection(p, config->flags & CONFIG_NAMES);
	int fault;

	if (action < 0)
		return action;
	if (action == ACTION_REDIRECT)
		p->fresh.flags |= CONNECTION_REDIRECTED;
	fault = connection_open(p);
	if (fault)
		return fault;
	c = bpf_map_lookup_elem(&weir_connections, &p->key);
	if (c)
		report_connection(p, c, EVENT_NEW);
	return action == ACTION_REDIRECT ? OUTCOME_REDIRECT : OUTCOME_PASS;
}

/* Counts what passes, for both ends, in the packet's own direction. */
static __always_inline void count_passed(const struct packet *p, const struct connection *c, __u8 verdict)
{
	count_packet(p, p->reply ? c->dst_endpoint : c->src_endpoint, DIRECTION_EGRESS, verdict, 0);
	count_packet(p, p->reply ? c->src_endpoint : c->dst_endpoint, DIRECTION_INGRESS, verdict, 0);
}

#endif
