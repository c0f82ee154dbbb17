/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Handing packets to sockets of the proxies, which both sides take for each other. */
#ifndef WEIR_REDIRECT_H
#define WEIR_REDIRECT_H

#include "conntrack.h"

/* Fills the key of a socket lookup from p->tuple, with another destination port. Returns its size. */
static __always_inline __u32 socket_tuple(const struct packet *p, __be16 dst_port, struct bpf_sock_tuple *tuple)
{
	if (p->family == 4) {
		tuple->ipv4.saddr = address_ipv4(p->tuple.src);
		tuple->ipv4.daddr = address_ipv4(p->tuple.dst);
		tuple->ipv4.sport = p->tuple.src_port;
		tuple->ipv4.dport = dst_port;
		return sizeof(tuple->ipv4);
	}
	__builtin_memcpy(tuple->ipv6.saddr, p->tuple.src, 16);
	__builtin_memcpy(tuple->ipv6.daddr, p->tuple.dst, 16);
	tuple->ipv6.sport = p->tuple.src_port;
	tuple->ipv6.dport = dst_port;
	return sizeof(tuple->ipv6);
}

/* A TCP socket for the packet, a listener or (port: the packet's own) one with its very tuple; or NULL.
 * The caller releases it. */
static __always_inline struct bpf_sock *find_tcp(struct __sk_buff *skb, const struct packet *p, __be16 port)
{
	struct bpf_sock_tuple tuple = {};

	if (socket_tuple(p, port, &tuple) == sizeof(tuple.ipv4))
		return bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	return bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0);
}

static __always_inline struct bpf_sock *find_udp(struct __sk_buff *skb, const struct packet *p, __be16 port)
{
	struct bpf_sock_tuple tuple = {};

	if (socket_tuple(p, port, &tuple) == sizeof(tuple.ipv4))
		return bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	return bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0);
}

/* Hands the packet to the socket that has its very tuple. marked: only to one that carries MARK_UPSTREAM, as those of
 * a proxy do; look: only say whether there is one.
 * Returns 1 if there is, 0 if there is none, -DROP_PROXY_ASSIGN if it would not take it. */
static __noinline int give_to_own_socket(struct __sk_buff *skb, struct packet *p, int marked, int look)
{
	struct bpf_sock *socket;
	const struct bpf_sock *full;
	int found = 0;

	if (p->tuple.protocol == IP_PROTOCOL_TCP) {
		socket = find_tcp(skb, p, p->tuple.dst_port);
		if (!socket)
			return 0;
		/* A SYN meets the rest of a closed connection: the proxy's listener shall have it. */
		found = socket->state != BPF_TCP_LISTEN &&
			!(socket->state == BPF_TCP_TIME_WAIT && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN);
		if (found && marked) {
			full = bpf_sk_fullsock(socket);
			found = full && (full->mark & MARK_MASK) == MARK_UPSTREAM;
		}
	} else {
		socket = find_udp(skb, p, p->tuple.dst_port);
		if (!socket)
			return 0;
		/* One that is connected to this very sender; another is bound to the port by chance. */
		found = socket->dst_port == p->tuple.src_port && (socket->mark & MARK_MASK) == MARK_UPSTREAM;
	}
	if (found && !look && bpf_sk_assign(skb, socket, 0))
		found = -DROP_PROXY_ASSIGN;
	bpf_sk_release(socket);
	return found;
}

/* Hands the packet to a proxy's listener. Returns 0, or the negative of an enum drop_reason. */
static __noinline int give_to_listener(struct __sk_buff *skb, struct packet *p)
{
	struct bpf_sock *socket;
	int fault;

	if (!p->proxy_port)
		return -DROP_NO_PROXY_SOCKET;
	if (p->tuple.protocol == IP_PROTOCOL_TCP) {
		socket = find_tcp(skb, p, p->proxy_port);
		if (!socket)
			return -DROP_NO_PROXY_SOCKET;
		if (socket->state != BPF_TCP_LISTEN) {
			bpf_sk_release(socket);
			return -DROP_NO_PROXY_SOCKET;
		}
	} else {
		socket = find_udp(skb, p, p->proxy_port);
		if (!socket)
			return -DROP_NO_PROXY_SOCKET;
	}
	fault = bpf_sk_assign(skb, socket, 0);
	bpf_sk_release(socket);
	return fault ? -DROP_PROXY_ASSIGN : 0;
}

/* The proxy's port for the packet's protocol, network order; 0: none. */
static __always_inline __be16 proxy_port_of(const struct packet *p, const struct config *config)
{
	return p->tuple.protocol == IP_PROTOCOL_TCP ? config->proxy_tcp_port : config->proxy_udp_port;
}

/* Hands a redirected packet (answer: a packet for a proxy's upstream socket) to its socket, and marks it for local delivery.
 * The packet must be translated already. Returns 0, or the negative of an enum drop_reason: it never passes otherwise. */
static __noinline int give_to_proxy(struct __sk_buff *skb, struct packet *p, const struct config *config, int answer)
{
	int given = 0;

	skb->mark = (skb->mark & ~MARK_MASK) | MARK_PROXY;
	/* The kernel finds the socket that an ICMP error is about by itself. */
	if (p->flags & PACKET_ICMP_ERROR)
		return 0;
	/* Put together again, a datagram has lost its socket. */
	if (p->flags & (PACKET_FIRST_FRAGMENT | PACKET_LATER_FRAGMENT))
		return -DROP_NO_REDIRECT;
	if (config->flags & CONFIG_DRY_DELIVERY)
		return answer || p->proxy_port ? 0 : -DROP_NO_PROXY_SOCKET;

	if (answer || p->tuple.protocol == IP_PROTOCOL_TCP) {
		given = give_to_own_socket(skb, p, 0, 0);
		if (given < 0)
			return given;
		if (given)
			return 0;
	}
	return answer ? -DROP_NO_PROXY_SOCKET : give_to_listener(skb, p);
}

#endif
