/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* What becomes of a packet whose tuple, endpoint and parties are known: a decision only; the hooks deliver it. */
#ifndef WEIR_JUDGE_H
#define WEIR_JUDGE_H

#include "conntrack.h"
#include "policy.h"
#include "redirect.h"

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

/* A packet of a known connection; p->fresh names both ends as the packet has them, for a decision made again. */
static __always_inline int judge_known(struct packet *p, struct connection *c, const struct config *config, enum hook hook)
{
	int enters = hook == HOOK_FROM_POD || hook == HOOK_FROM_UPLINK;
	int outcome = c->flags & CONNECTION_REDIRECTED ? OUTCOME_REDIRECT : OUTCOME_PASS;

	if (c->flags & CONNECTION_UPSTREAM) {
		/* Only its proxy opens it, and only its proxy gets the answers. */
		if (enters && !p->reply)
			return -DROP_PUNT_PROXY;
		outcome = enters ? OUTCOME_SOCKET : OUTCOME_PASS;
	} else if (p->reply || (p->flags & PACKET_ICMP_ERROR)) {
		if (c->flags & CONNECTION_DENIED)
			return -c->reason;
		if ((c->flags & CONNECTION_REDIRECTED) && enters) {
			/* The other end never saw the connection: the proxy answers for it. */
			if (p->reply)
				return -DROP_PUNT_PROXY;
			outcome = OUTCOME_SOCKET;
		} else {
			outcome = OUTCOME_PASS;
		}
	} else if (policy_changed(c) || (hook == HOOK_TO_POD && c->dst_endpoint != p->endpoint.id)) {
		if (hook != HOOK_FROM_POD && c->src_endpoint) { /* keep the sender that was decided where it entered */
			p->fresh.src_endpoint = c->src_endpoint;
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
	if (p->flags & PACKET_TRANSLATE) {
		p->fresh.flags |= CONNECTION_TRANSLATED;
		if (p->flags & PACKET_HAIRPIN)
			p->fresh.flags |= CONNECTION_HAIRPIN;
		address_copy(p->fresh.frontend, p->wire.dst);
		p->fresh.frontend_port = p->wire.dst_port;
	}
	if (action == ACTION_REDIRECT) {
		if (p->tuple.protocol != IP_PROTOCOL_TCP && p->tuple.protocol != IP_PROTOCOL_UDP)
			return -DROP_NO_REDIRECT;
		p->fresh.flags |= CONNECTION_REDIRECTED;
	}
	fault = connection_open(p);
	if (fault)
		return fault;
	c = bpf_map_lookup_elem(&weir_connections, &p->key);
	if (c)
		report_connection(p, c, EVENT_NEW);
	return action == ACTION_REDIRECT ? OUTCOME_REDIRECT : OUTCOME_PASS;
}

/* Finds the packet's connection and judges it; where it has none, it is the first of one.
 * Returns an enum outcome, or the negative of an enum drop_reason. p->fresh receives the connection as it is now. */
static __noinline int judge(struct __sk_buff *skb, struct packet *p, const struct config *config, enum hook hook)
{
	struct connection *c = NULL;
	int outcome;

	name_parties(p, hook);
	p->proxy_port = proxy_port_of(p, config);
	if (p->flags & PACKET_ICMP_ERROR) {
		c = connection_of_error(p, hook == HOOK_FROM_POD);
		if (!c)
			p->flags &= ~PACKET_ICMP_ERROR;
	}
	if (!c)
		c = connection_of(p);
	if (c) {
		outcome = judge_known(p, c, config, hook);
		__builtin_memcpy(&p->fresh, c, sizeof(p->fresh));
		return outcome;
	}

	/* An answer to a proxy whose connection was forgotten here. */
	if ((hook == HOOK_FROM_POD || hook == HOOK_FROM_UPLINK) && p->proxy_port && !(config->flags & CONFIG_DRY_DELIVERY) &&
	    (p->tuple.protocol == IP_PROTOCOL_TCP || p->tuple.protocol == IP_PROTOCOL_UDP) &&
	    give_to_own_socket(skb, p, 1, 1) > 0)
		return OUTCOME_SOCKET;
	return judge_new(p, config);
}

/* What a proxy of this node sends: an answer in the name of the destination, or a connection in the name of a pod, which
 * was decided when the pod's packet was. p->fresh receives the connection, if there is one.
 * Returns OUTCOME_PASS, or the negative of an enum drop_reason. */
static __noinline int judge_proxy(struct packet *p, const struct config *config)
{
	struct connection *c = connection_of(p);

	if (c) {
		int fault = 0;

		if (p->reply && (c->flags & CONNECTION_DENIED))
			fault = -c->reason;
		else if (!p->reply && !(c->flags & CONNECTION_UPSTREAM))
			fault = -DROP_PUNT_PROXY; /* the pod itself has this very connection */
		else
			connection_saw(p, c, config->summary_ns);
		__builtin_memcpy(&p->fresh, c, sizeof(p->fresh));
		return fault;
	}
	if (p->tuple.protocol == IP_PROTOCOL_TCP && (p->tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return OUTCOME_PASS;
	p->fresh.flags = CONNECTION_UPSTREAM;
	return connection_open(p);
}

/* What the node's own stack sends in the name of a pod's connection to a proxy (a reset, say). Returns as judge_proxy. */
static __noinline int judge_answer(struct packet *p, const struct config *config)
{
	struct connection *c = connection_of(p);

	if (!c || !p->reply || !(c->flags & CONNECTION_REDIRECTED))
		return -DROP_INVALID_SOURCE;
	connection_saw(p, c, config->summary_ns);
	__builtin_memcpy(&p->fresh, c, sizeof(p->fresh));
	return OUTCOME_PASS;
}

/* Counts what passes, for both ends, in the packet's own direction. */
static __always_inline void count_passed(const struct packet *p, __u8 verdict)
{
	const struct connection *c = &p->fresh;

	count_packet(p, p->reply ? c->dst_endpoint : c->src_endpoint, DIRECTION_EGRESS, verdict, 0);
	count_packet(p, p->reply ? c->src_endpoint : c->dst_endpoint, DIRECTION_INGRESS, verdict, 0);
}

/* Whether the packet goes to a pod of this node. */
static __always_inline int goes_to_local_pod(const struct packet *p)
{
	return p->reply ? p->fresh.src_endpoint != 0 : p->fresh.dst_endpoint != 0;
}

#endif
