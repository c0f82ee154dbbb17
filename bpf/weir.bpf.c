/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* The programs, one an attach point: both directions of each pod's host-side veth and of the node's uplink. */
#include "judge.h"
#include "parse.h"

#include <linux/pkt_cls.h>

char weir_license[] SEC("license") = "Dual BSD/GPL";

/* The scratch of this CPU, with what holds for every packet, or NULL. */
static __always_inline struct packet *begin(struct __sk_buff *skb, const struct config *config)
{
	__u32 zero = 0;
	struct packet *p = bpf_map_lookup_elem(&weir_packet, &zero);

	if (!p)
		return NULL;
	__builtin_memset(p, 0, sizeof(*p));
	p->now = config->time_ns ? config->time_ns : bpf_ktime_get_boot_ns();
	p->ifindex = skb->ifindex;
	p->bytes = skb->len - ETH_HEADER;
	return p;
}

/* Whether the interface is a pod's; fills p->endpoint. */
static __always_inline int endpoint_of(struct packet *p)
{
	const struct endpoint *endpoint = bpf_map_lookup_elem(&weir_interfaces, &p->ifindex);

	if (!endpoint)
		return 0;
	p->endpoint = *endpoint;
	return p->endpoint.id != 0;
}

static __always_inline int drop(struct packet *p, const struct connection *c, int fault, const struct config *config)
{
	report_drop(p, c, -fault, config->summary_ns);
	return TC_ACT_SHOT;
}

/* Finds the packet's connection and judges it. p->fresh receives the parties; *known the connection, if it had one. */
static __noinline int judge(struct packet *p, const struct config *config, enum hook hook)
{
	struct connection *c;
	int outcome;

	name_parties(p, hook);
	c = p->flags & PACKET_ICMP_ERROR ? connection_of_error(p, hook == HOOK_FROM_POD) : NULL;
	if (!c)
		c = connection_of(p);
	else
		p->flags |= PACKET_ICMP_ERROR;

	if (!c) {
		p->flags &= ~PACKET_ICMP_ERROR;
		outcome = judge_new(p, config);
		if (outcome >= 0)
			count_passed(p, &p->fresh, outcome == OUTCOME_REDIRECT ? VERDICT_REDIRECTED : VERDICT_FORWARDED);
		else
			drop(p, &p->fresh, outcome, config);
		return outcome;
	}
	outcome = judge_known(p, c, config, hook);
	if (outcome >= 0)
		count_passed(p, c, outcome == OUTCOME_REDIRECT ? VERDICT_REDIRECTED : VERDICT_FORWARDED);
	else
		drop(p, c, outcome, config);
	return outcome;
}

SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	const struct config *config = configuration();
	struct packet *p;
	int outcome;

	if (!config)
		return TC_ACT_SHOT;
	p = begin(skb, config);
	if (!p)
		return TC_ACT_SHOT;
	if (!endpoint_of(p))
		return drop(p, &p->fresh, -DROP_NOT_READY, config);

	outcome = parse_packet(skb, p);
	if (outcome == PARSE_ARP || (outcome == PARSE_OK && (p->flags & PACKET_NEIGHBOUR)))
		return TC_ACT_OK;
	if (outcome < 0)
		return drop(p, &p->fresh, outcome, config);
	if (!address_equal(p->tuple.src, p->family == 4 ? p->endpoint.ipv4 : p->endpoint.ipv6))
		return drop(p, &p->fresh, -DROP_INVALID_SOURCE, config);

	outcome = judge(p, config, HOOK_FROM_POD);
	if (outcome < 0)
		return TC_ACT_SHOT;
	if (outcome != OUTCOME_PASS)
		return drop(p, &p->fresh, -DROP_NO_PROXY_SOCKET, config);
	skb->mark = (skb->mark & ~MARK_MASK) | (p->fresh.dst_endpoint ? MARK_TO_POD : MARK_OUT);
	return TC_ACT_OK;
}

SEC("tc")
int to_pod(struct __sk_buff *skb)
{
	const struct config *config = configuration();
	struct packet *p;
	int outcome;

	if ((skb->mark & MARK_MASK) == MARK_TO_POD)
		return TC_ACT_OK;
	if (!config)
		return TC_ACT_SHOT;
	p = begin(skb, config);
	if (!p)
		return TC_ACT_SHOT;
	if (!endpoint_of(p))
		return drop(p, &p->fresh, -DROP_NOT_READY, config);

	outcome = parse_packet(skb, p);
	if (outcome == PARSE_ARP || (outcome == PARSE_OK && (p->flags & PACKET_NEIGHBOUR)))
		return TC_ACT_OK;
	if (outcome < 0)
		return drop(p, &p->fresh, outcome, config);

	outcome = judge(p, config, HOOK_TO_POD);
	if (outcome < 0)
		return TC_ACT_SHOT;
	return TC_ACT_OK;
}

SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	const struct config *config = configuration();
	struct packet *p;
	int outcome;

	if (!config)
		return TC_ACT_SHOT;
	p = begin(skb, config);
	if (!p)
		return TC_ACT_SHOT;

	outcome = parse_packet(skb, p);
	if (outcome == PARSE_ARP || (outcome == PARSE_OK && (p->flags & PACKET_NEIGHBOUR)))
		return TC_ACT_OK;
	/* What is not for a pod of this node is the node's own business, whatever it is. */
	if (!bpf_map_lookup_elem(&weir_addresses, p->tuple.dst))
		return TC_ACT_OK;
	if (outcome < 0)
		return drop(p, &p->fresh, outcome, config);

	outcome = judge(p, config, HOOK_FROM_UPLINK);
	if (outcome < 0)
		return TC_ACT_SHOT;
	if (outcome != OUTCOME_PASS)
		return drop(p, &p->fresh, -DROP_NO_PROXY_SOCKET, config);
	skb->mark = (skb->mark & ~MARK_MASK) | MARK_TO_POD;
	return TC_ACT_OK;
}

SEC("tc")
int to_uplink(struct __sk_buff *skb)
{
	const struct config *config = configuration();
	struct packet *p;
	int outcome;

	if ((skb->mark & MARK_MASK) == MARK_OUT)
		return TC_ACT_OK;
	if (!config)
		return TC_ACT_SHOT;
	p = begin(skb, config);
	if (!p)
		return TC_ACT_SHOT;

	outcome = parse_packet(skb, p);
	/* What no pod of this node sends is the node's own. */
	if (outcome == PARSE_ARP || !bpf_map_lookup_elem(&weir_addresses, p->tuple.src))
		return TC_ACT_OK;
	if (outcome < 0)
		return drop(p, &p->fresh, outcome, config);
	return drop(p, &p->fresh, -DROP_INVALID_SOURCE, config);
}
