/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* The programs, one an attach point: both directions of each pod's host-side veth and of the node's uplink.
 *
 * from_pod and from_uplink decide, since a packet can be handed to a socket only where it enters: parse, source check,
 * fragments, service translation, connection tracking (judge.h), and then deliver: drop, pass, or give to a proxy.
 * to_pod and to_uplink check that this was done, and decide what the node itself sends. */
#include "parse.h"
#include "fragments.h"
#include "services.h"
#include "judge.h"
#include "translate.h"
#include "reset.h"

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
static __always_inline int find_endpoint(struct packet *p)
{
	const struct endpoint *endpoint = bpf_map_lookup_elem(&weir_interfaces, &p->ifindex);

	if (!endpoint)
		return 0;
	p->endpoint = *endpoint;
	return p->endpoint.id != 0;
}

/* Reports the drop, with p->fresh as what is known about both ends. */
static __always_inline int drop(struct packet *p, int fault, const struct config *config)
{
	report_drop(p, &p->fresh, -fault, config->summary_ns);
	return TC_ACT_SHOT;
}

static __always_inline int set_mark(struct __sk_buff *skb, __u32 mark)
{
	skb->mark = (skb->mark & ~MARK_MASK) | mark;
	return TC_ACT_OK;
}

/* Does to an entering packet what judge() said of it. */
static __noinline int deliver(struct __sk_buff *skb, struct packet *p, const struct config *config, int outcome)
{
	int fault;

	/* A later fragment has no header to answer. */
	if (outcome == -DROP_PUNT_PROXY && p->tuple.protocol == IP_PROTOCOL_TCP && !p->reply && !(p->flags & PACKET_LATER_FRAGMENT)) {
		drop(p, outcome, config);
		if (config->flags & CONFIG_DRY_DELIVERY || (p->tcp_flags & TCP_RST) ||
		    (p->flags & PACKET_LATER_FRAGMENT) || make_reset(skb, p))
			return TC_ACT_SHOT;
		set_mark(skb, p->endpoint.id ? MARK_TO_POD : MARK_OUT);
		return bpf_redirect(p->ifindex, 0);
	}
	if (outcome < 0)
		return drop(p, outcome, config);

	fault = translate_to_backend(skb, p);
	if (!fault && outcome != OUTCOME_PASS)
		fault = give_to_proxy(skb, p, config, outcome == OUTCOME_SOCKET);
	else if (!fault)
		fault = translate_from_backend(skb, p);
	if (fault < 0)
		return drop(p, fault, config);

	if (outcome != OUTCOME_PASS) {
		count_passed(p, VERDICT_REDIRECTED);
		return TC_ACT_OK; /* marked */
	}
	count_passed(p, VERDICT_FORWARDED);
	return set_mark(skb, goes_to_local_pod(p) ? MARK_TO_POD : MARK_OUT);
}

/* Sends the node's own packet for a pod to the entrance of the pod's interface: only there a socket can take it. */
static __always_inline int bounce(struct __sk_buff *skb, const struct packet *p, const struct config *config)
{
	__u8 own[6]; /* the sender of a frame that leaves: the interface itself */

	set_mark(skb, MARK_BOUNCED);
	if (config->flags & CONFIG_DRY_DELIVERY)
		return TC_ACT_OK;
	if (bpf_skb_load_bytes(skb, 6, own, sizeof(own)) || bpf_skb_store_bytes(skb, 0, own, sizeof(own), 0))
		return TC_ACT_SHOT;
	return bpf_redirect(p->ifindex, BPF_F_INGRESS);
}

/* What to_pod judged and sent back here. */
static __noinline int take_bounced(struct __sk_buff *skb, struct packet *p, const struct config *config)
{
	int fault = parse_packet(skb, p);

	if (fault == PARSE_OK) {
		p->proxy_port = proxy_port_of(p, config);
		fault = give_to_proxy(skb, p, config, 0);
	}
	return fault < 0 ? drop(p, fault, config) : TC_ACT_OK;
}

/* What a pod sends. */
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
	if (!find_endpoint(p))
		return drop(p, -DROP_NOT_READY, config);
	if ((skb->mark & MARK_MASK) == MARK_BOUNCED) /* no pod can set a mark: its veth clears it */
		return take_bounced(skb, p, config);

	outcome = parse_packet(skb, p);
	if (outcome == PARSE_ARP || (outcome == PARSE_OK && (p->flags & PACKET_NEIGHBOUR)))
		return TC_ACT_OK;
	if (outcome < 0)
		return drop(p, outcome, config);
	p->fresh.src_endpoint = p->endpoint.id;
	p->fresh.src_identity = p->endpoint.identity;
	if (!address_equal(p->tuple.src, p->family == 4 ? p->endpoint.ipv4 : p->endpoint.ipv6))
		return drop(p, -DROP_INVALID_SOURCE, config);
	outcome = fragment_ports(p);
	if (!outcome)
		outcome = service_translate(p, 0);
	if (outcome < 0)
		return drop(p, outcome, config);

	outcome = judge(skb, p, config, HOOK_FROM_POD);
	return deliver(skb, p, config, outcome);
}

/* What arrives from other nodes and the world. What is not for a pod of this node is the node's own business. */
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
	if (outcome == PARSE_OK) {
		outcome = fragment_ports(p);
		if (!outcome)
			outcome = service_translate(p, 1);
		if (p->flags & PACKET_TRANSLATE || outcome == -DROP_NO_BACKEND)
			goto ours;
	}
	if (!bpf_map_lookup_elem(&weir_addresses, p->tuple.dst))
		return TC_ACT_OK;
ours:
	if (outcome < 0)
		return drop(p, outcome, config);
	outcome = judge(skb, p, config, HOOK_FROM_UPLINK);
	return deliver(skb, p, config, outcome);
}

/* What reaches a pod: decided where it entered, or sent by the node itself. */
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
	if (!find_endpoint(p))
		return drop(p, -DROP_NOT_READY, config);

	outcome = parse_packet(skb, p);
	if (outcome == PARSE_ARP || (outcome == PARSE_OK && (p->flags & PACKET_NEIGHBOUR)))
		return TC_ACT_OK;
	p->fresh.dst_endpoint = p->endpoint.id;
	p->fresh.dst_identity = p->endpoint.identity;
	p->endpoint_receives = 1;
	if (outcome == PARSE_OK)
		outcome = fragment_ports(p);
	if (outcome < 0)
		return drop(p, outcome, config);
	p->wire = p->tuple;

	if ((skb->mark & MARK_MASK) == MARK_UPSTREAM)
		outcome = judge_proxy(p, config);
	else
		outcome = judge(skb, p, config, HOOK_TO_POD);
	if (outcome == OUTCOME_REDIRECT) {
		count_passed(p, VERDICT_REDIRECTED);
		return bounce(skb, p, config);
	}
	if (outcome >= 0)
		outcome = translate_from_backend(skb, p);
	if (outcome < 0)
		return drop(p, outcome, config);
	count_passed(p, VERDICT_FORWARDED);
	return set_mark(skb, MARK_TO_POD);
}

/* What leaves the node: decided where it entered, or sent by the node itself, in its own name or a proxy's. */
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
	if (outcome == PARSE_ARP || (outcome == PARSE_OK && (p->flags & PACKET_NEIGHBOUR)))
		return TC_ACT_OK;
	if (outcome == PARSE_OK)
		outcome = fragment_ports(p);
	p->wire = p->tuple;
	if ((skb->mark & MARK_MASK) == MARK_UPSTREAM) {
		if (outcome == PARSE_OK)
			outcome = judge_proxy(p, config);
	} else {
		if (!bpf_map_lookup_elem(&weir_addresses, p->tuple.src))
			return TC_ACT_OK; /* the node's own */
		if (outcome == PARSE_OK)
			outcome = judge_answer(p, config);
	}
	if (outcome >= 0)
		outcome = translate_from_backend(skb, p);
	if (outcome < 0)
		return drop(p, outcome, config);
	count_passed(p, VERDICT_FORWARDED);
	return TC_ACT_OK;
}
