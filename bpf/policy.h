/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* What the policy of one endpoint says about one new connection; Model/ in src/Weir.Datapath is its twin.
 *
 * Precedence:
 * 1. For one peer the narrowest entry that exists decides: its port, its range of ports, its protocol, all.
 * 2. Between the entry for this peer, the one for its name set (egress, CONFIG_NAMES) and the one for any peer,
 *    the higher action decides; where two are equal, in that order.
 * 3. Where there is none, the table's default: denied if it is enforced, else allowed.
 */
#ifndef WEIR_POLICY_H
#define WEIR_POLICY_H

#include "packet.h"

/* What was decided in one direction. */
struct verdict {
	__u32 rule;
	__u8 action; /* enum policy_action */
	__u8 match;
	__u8 reason; /* of a deny: enum drop_reason */
};

/* The address's identity; IDENTITY_WORLD where the ipcache knows none. */
static __always_inline __u32 identity_of(const __u8 *address)
{
	struct ipcache_key key = {.prefix_bits = 128};
	const struct ipcache_entry *entry;

	__builtin_memcpy(key.address, address, sizeof(key.address));
	entry = bpf_map_lookup_elem(&weir_ipcache, &key);
	return entry ? entry->identity : IDENTITY_WORLD;
}

/* The port that policy speaks about: the destination's, or the ICMP type. */
static __always_inline __be16 policy_port(const struct packet *p)
{
	if (p->tuple.protocol == IP_PROTOCOL_ICMP || p->tuple.protocol == IP_PROTOCOL_ICMPV6)
		return bpf_htons(p->icmp_type);
	return p->tuple.dst_port;
}

/* The narrowest entry of a table for one peer (0: any peer), or NULL. kinds: KIND_* of that peer. */
static __always_inline const struct policy_entry *entry_for(__u32 table, __u32 peer, __u8 protocol, __be16 port, __u8 kinds)
{
	struct policy_key key = {.table = table, .peer = peer, .port = port, .protocol = protocol, .port_bits = 16};
	const struct policy_entry *entry;

	if (kinds & KIND_PORT) {
		entry = bpf_map_lookup_elem(&weir_policy, &key);
		if (entry)
			return entry;
	}
	if (kinds & KIND_RANGE) {
		struct range_key range = {
			.prefix_bits = RANGE_FIXED_BITS + 16,
			.table = table,
			.peer = peer,
			.protocol = protocol,
			.port = port,
		};

		entry = bpf_map_lookup_elem(&weir_ranges, &range);
		if (entry)
			return entry;
	}
	key.port = 0;
	key.port_bits = 0;
	if (kinds & KIND_PROTOCOL) {
		entry = bpf_map_lookup_elem(&weir_policy, &key);
		if (entry)
			return entry;
	}
	key.protocol = 0;
	if (kinds & KIND_ALL)
		return bpf_map_lookup_elem(&weir_policy, &key);
	return NULL;
}

/* The narrowest entry for the name set that the source knows the destination by, or NULL. bits: which widths there are. */
static __noinline const struct policy_entry *entry_for_name(__u32 table, __u32 bits, const struct packet *p)
{
	struct policy_key key = {.table = table, .protocol = p->tuple.protocol};
	struct name_key known = {.endpoint = p->fresh.src_endpoint};
	const struct policy_entry *entry;
	const struct name_entry *name;
	__u16 port = bpf_ntohs(policy_port(p));
	int width;

	__builtin_memcpy(known.address, p->tuple.dst, sizeof(known.address));
	name = bpf_map_lookup_elem(&weir_names, &known);
	if (!name)
		return NULL;
	key.peer = name->set;
	for (width = 16; width >= 0; width--) {
		if (!(bits & (1u << width)))
			continue;
		key.port_bits = width;
		key.port = bpf_htons(port & (0xffff0000u >> width));
		entry = bpf_map_lookup_elem(&weir_name_policy, &key);
		if (entry)
			return entry;
	}
	key.protocol = 0;
	key.port = 0;
	key.port_bits = 0;
	return bpf_map_lookup_elem(&weir_name_policy, &key);
}

static __always_inline const struct policy_entry *higher(const struct policy_entry *a, const struct policy_entry *b)
{
	if (!a || !b)
		return a ? a : b;
	return b->action > a->action ? b : a;
}

/* Decides one direction of a new connection, by a table's number. names: whether the peer may have a name set.
 * Returns by *verdict; a number that no table has denies with DROP_NO_CONFIGURATION. */
static __noinline void decide_direction(const struct packet *p, __u32 number, __u32 peer, int names, struct verdict *verdict)
{
	const struct table *table = bpf_map_lookup_elem(&weir_tables, &number);
	const struct policy_entry *chosen = NULL;
	__be16 port = policy_port(p);

	verdict->rule = 0;
	verdict->match = 0;
	verdict->reason = DROP_NO_CONFIGURATION;
	verdict->action = ACTION_DENY;
	if (!table)
		return;

	if (peer)
		chosen = entry_for(number, peer, p->tuple.protocol, port, table->kinds);
	/* A name never stands for a pod or a node: whoever answers it might choose their addresses. */
	if (names && table->name_bits && (peer == IDENTITY_WORLD || peer >= IDENTITY_LOCAL))
		chosen = higher(chosen, entry_for_name(number, table->name_bits, p));
	chosen = higher(chosen, entry_for(number, 0, p->tuple.protocol, port, table->kinds >> KIND_ANY_PEER));

	if (chosen) {
		verdict->rule = chosen->rule;
		verdict->match = chosen->match;
		verdict->action = chosen->action;
		verdict->reason = DROP_POLICY_DENY;
		return;
	}
	verdict->rule = table->default_rule;
	verdict->action = table->enforced ? ACTION_DENY : ACTION_ALLOW;
	verdict->reason = DROP_POLICY;
}

/* The tables in force for an endpoint, read as one word. */
static __always_inline struct endpoint_tables tables_of(__u32 endpoint)
{
	const volatile __u64 *word = bpf_map_lookup_elem(&weir_endpoint_tables, &endpoint);
	struct endpoint_tables tables = {};

	if (word) {
		__u64 both = *word;

		__builtin_memcpy(&tables, &both, sizeof(tables));
	}
	return tables;
}

/* Decides p as the first packet of a connection: egress for a source on this node, then ingress for a destination
 * on this node. p->fresh names both ends and their identities, and receives tables, rules, match and event flags.
 * Returns ACTION_ALLOW, ACTION_REDIRECT, or the negative of an enum drop_reason (then p->drop_egress says who denied). */
static __noinline int decide_connection(struct packet *p, int names)
{
	struct connection *c = &p->fresh;
	struct verdict verdict = {};
	int action = ACTION_ALLOW;

	c->egress_rule = 0;
	c->ingress_rule = 0;
	c->match = 0;
	c->event_flags = 0;
	p->drop_egress = 0;

	if (p->flags & PACKET_HAIRPIN) /* a pod may always reach itself */
		return ACTION_ALLOW;

	if (c->src_endpoint) {
		c->egress_table = tables_of(c->src_endpoint).egress;
		decide_direction(p, c->egress_table, c->dst_identity, names, &verdict);
		c->egress_rule = verdict.rule;
		c->match = verdict.match & 0xf;
		c->event_flags |= EVENT_FLAG_EGRESS_HERE;
		if (verdict.action == ACTION_DENY) {
			p->drop_egress = 1;
			return -verdict.reason;
		}
		if (verdict.action == ACTION_REDIRECT)
			action = ACTION_REDIRECT;
	}
	if (c->dst_endpoint) {
		c->ingress_table = tables_of(c->dst_endpoint).ingress;
		decide_direction(p, c->ingress_table, c->src_identity, 0, &verdict);
		c->ingress_rule = verdict.rule;
		c->match |= verdict.match << 4;
		c->event_flags |= EVENT_FLAG_INGRESS_HERE;
		if (verdict.action == ACTION_DENY)
			return -verdict.reason;
		if (verdict.action == ACTION_REDIRECT)
			action = ACTION_REDIRECT;
	}
	return action;
}

#endif
